"""Recompute every chain, text digest, clock and ledger entry from the logs."""

import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from audits.verification import Tally, differences
from complaints.models import Complaint

# How many cases are verified between two lines of progress.
PROGRESS = 1000


class Command(BaseCommand):
    help = "Recompute every chain, clock, text digest and ledger entry; exit 1 and name each differing row."

    def add_arguments(self, parser):
        parser.add_argument("--case", metavar="NUMBER", help="only this case")

    tally = Tally()

    def count(self, tally: Tally):
        """Take note of how far it is, and say so on stderr every now and then."""
        self.tally = tally
        if tally.cases % PROGRESS == 0:
            self.stderr.write(_("已核验 %(count)s 件……") % {"count": tally.cases})

    def handle(self, *, case=None, **options):
        try:
            if case and not Complaint.objects.filter(number=case).exists():
                self.stderr.write(_("没有编号为 %(number)s 的投诉。") % {"number": case})
                sys.exit(2)
            found = 0
            for difference in differences(case, self.count):
                found += 1
                self.stdout.write(str(difference))
        except DatabaseError as problem:
            self.stderr.write(str(problem))
            sys.exit(2)
        sums = {"recorded": self.tally.recorded, "recomputed": self.tally.recomputed}
        self.stderr.write(
            _("考核金额：台账 %(recorded)s 元，按制度重算 %(recomputed)s 元。") % sums
        )
        self.stdout.write(_("核验完成：%(count)s 处不一致。") % {"count": found})
        sys.exit(1 if found else 0)
