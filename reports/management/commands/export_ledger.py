"""Write the ledger (台账) of all cases, or of one regulation's, to a workbook or CSV file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import access_log
from accounts.models import AccessEntry
from complaints.models import Complaint
from regulations.models import Regulation
from reports.entries import everything, nothing
from reports.exporting.forms import PERSONAL
from reports.progress import progress
from reports.resources import FORMATS, write_ledger


class Command(BaseCommand):
    help = "导出投诉台账；文件名以 .xlsx 或 .csv 结尾。"

    def add_arguments(self, parser):
        parser.add_argument("out", metavar="OUT.xlsx")
        parser.add_argument("--regulation", metavar="CODE", help="只导出此制度的投诉")

        reasons = [code for code, _words in PERSONAL if code]
        parser.add_argument(
            "--personal", choices=reasons, help="不遮蔽个人信息，并说明用途；记入访问日志"
        )

    def handle(self, *, out, regulation=None, personal=None, **options):
        path = Path(out)
        format_name = path.suffix.lower().removeprefix(".")
        if format_name not in FORMATS:
            raise CommandError(_("文件名应以 .xlsx 或 .csv 结尾。"), returncode=2)
        cases = Complaint.objects.all()
        if regulation:
            cases = cases.filter(version__regulation=_regulation(regulation))
        try:
            with (
                path.open("wb") as file,
                progress(self.stdout, _("导出台账"), cases.count()) as advance,
            ):
                count = write_ledger(
                    cases, file, format_name, advance, everything if personal else nothing
                )
        except OSError as problem:
            raise CommandError(
                _("无法写入 %(path)s：%(problem)s") % {"path": path, "problem": problem},
                returncode=2,
            ) from None
        data = {"command": "export_ledger", "format": format_name, "cases": count}
        data |= {"reason": personal} if personal else {}
        access_log.record(AccessEntry.Kind.REVEALED, data=data)
        self.stdout.write(
            _("已导出 %(count)s 件投诉到 %(path)s。") % {"count": count, "path": path}
        )


def _regulation(code: str) -> Regulation:
    found = Regulation.objects.filter(code=code).first()
    if found is None:
        known = "、".join(Regulation.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(
            _("没有制度 %(code)s；现有：%(known)s。") % {"code": code, "known": known},
            returncode=2,
        )
    return found
