"""The settler of marks: a case's flagged rows are those of its verdict, for the auditors' list."""

from collections.abc import Sequence

from audits.models import FlaggedCase
from complaints.pipeline import Passage
from records.bulk import insert_once


def settle(passages: Sequence[Passage]) -> None:
    """Write which marks have come, and take away those that hold no more."""
    come, gone = [], []
    for one in passages:
        before = {flag.name for flag in one.before.flags} if one.before else set()
        after = {flag.name for flag in one.verdict.flags}
        come += [{"case_id": one.case.pk, "name": name} for name in sorted(after - before)]
        gone += [(one.case.pk, name) for name in before - after]
    insert_once(FlaggedCase, come)
    for case, name in gone:
        FlaggedCase.objects.filter(case=case, name=name).delete()
