"""Recompute every chain, text digest, clock and ledger entry from the logs."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from audits import days
from audits.difference import Difference
from audits.keys import NoKey, public_key
from audits.verification import Tally, differences
from complaints.models import Complaint

# How many cases are verified between two lines of progress.
PROGRESS = 1000
CHAINS = 20 * PROGRESS


class Command(BaseCommand):
    help = "Recompute every chain, clock, text digest and ledger entry; exit 1 and name each differing row."

    def add_arguments(self, parser):
        parser.add_argument("--case", metavar="NUMBER", help="only this case")
        parser.add_argument(
            "--root", metavar="FILE.json", type=Path, help="a day's root from elsewhere"
        )
        parser.add_argument(
            "--chains", action="store_true", help="chains and anchors alone, without the rules"
        )

    tally = Tally()

    def count(self, tally: Tally):
        """Take note of how far it is, and say so on stderr every now and then."""
        self.tally = tally
        if tally.cases and tally.cases % PROGRESS == 0:
            self.stderr.write(_("已核验 %(count)s 件……") % {"count": tally.cases})
        elif not tally.cases and not tally.anchors and tally.chains % CHAINS == 0:
            figures = {"chains": tally.chains, "events": tally.events}
            self.stderr.write(_("哈希链：已核验 %(chains)s 件，%(events)s 条事件……") % figures)

    def handle(self, *, case=None, chains=False, root=None, **options):
        try:
            if case and not Complaint.objects.filter(number=case).exists():
                self.stderr.write(_("没有编号为 %(number)s 的投诉。") % {"number": case})
                sys.exit(2)
            found = 0
            for difference in self.of_root(root) if root else ():
                found += 1
                self.stdout.write(str(difference))
            for difference in differences(case, self.count, rules=not chains):
                found += 1
                self.stdout.write(str(difference))
        except (DatabaseError, NoKey) as problem:
            self.stderr.write(str(problem))
            sys.exit(2)
        if not chains:
            self.tell_sums()
        self.stdout.write(_("核验完成：%(count)s 处不一致。") % {"count": found})
        sys.exit(1 if found else 0)

    def of_root(self, file: Path):
        """Yield what differs from a day's root that was kept elsewhere."""
        told = json.loads(file.read_text(encoding="utf-8"))
        if not days.is_signed(told, public_key()):
            yield Difference(str(file), told["body"]["day"], "is not signed with the key")
            return
        for fault in days.faults(told):
            yield Difference("audits_anchor", told["body"]["day"], fault)

    def tell_sums(self):
        sums = {"recorded": self.tally.recorded, "recomputed": self.tally.recomputed}
        self.stderr.write(
            _("考核金额：台账 %(recorded)s 元，按制度重算 %(recomputed)s 元。") % sums
        )
