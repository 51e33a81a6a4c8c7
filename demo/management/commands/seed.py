"""`manage.py seed`: the sample people and cases of the demo, once; says who can sign in."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from demo.seed import seed


class Command(BaseCommand):
    help = _("写入演示用的人员、制度和案件（已有则不重复），并列出可登录的账号")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--logins", metavar="FILE", help=_("把账号以 JSON 写入文件"))

        parser.add_argument(
            "--people", action="store_true", help=_("只写入人员和制度，不写入示例案件")
        )

    def handle(self, *args, logins=None, **options):
        people = seed(cases=not options["people"])
        if logins:
            with open(logins, "w", encoding="utf-8") as file:
                json.dump(people, file, ensure_ascii=False)
            return
        for person in people:
            self.stdout.write("  ".join(person.values()))
