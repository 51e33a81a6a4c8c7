"""`manage.py fill N`: many more cases for measuring, copied from the sample cases."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from demo.filling import fill, moldable

MOLDS = 100


class Command(BaseCommand):
    help = _("以现有的样例案件为模板，批量写入 N 件案件，供性能测量")

    def add_arguments(self, parser):
        parser.add_argument("count", type=int, metavar="N")

    def handle(self, *args, count, **options):
        cases = list(moldable()[:MOLDS])
        if not cases:
            raise CommandError(_("数据库里没有可作模板的案件，请先运行 manage.py seed。"))
        fill(cases, count, lambda done: self.stdout.write(f"{done}/{count}"))
