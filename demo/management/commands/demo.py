"""`manage.py demo`: the whole system on embedded servers, in one terminal, until Ctrl-C."""

import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from demo.refusal import Refused
from demo.run import run
from demo.terminal import Terminal


class Command(BaseCommand):
    help = _("在内置的 PostgreSQL 和 Redis 上运行整个系统（网页、worker、beat）及示例案件")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help=_("端口，0 为任选空闲端口"))
        parser.add_argument("--data", default=None, help=_("数据目录，默认 .data"))
        parser.add_argument("--fresh", action="store_true", help=_("清空数据目录，重新开始"))

    def handle(self, *args, port, data, fresh, **options):
        try:
            run(Terminal(), port=port, data=data, fresh=fresh)
        except Refused as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
