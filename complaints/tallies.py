"""Counts that a regulation wants over its cases of a year: by dealer, by cause, by nature."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.lifecycle import Kind
from complaints.models import CaseEvent, ComplaintQuerySet, Particulars
from regulations.engine.pack import Pack, Tally

CONCLUSION = "conclusion"


@dataclass(frozen=True)
class Counted:
    """A tally as a table: a row for each value of the field it is counted by, a column each answer."""

    label: str
    basis: str
    by: str
    answers: list[str]
    rows: list[tuple[str, list[int], int]]


def counted(cases: ComplaintQuerySet, pack: Pack, tally: Tally) -> Counted:
    """Return a tally over cases of one regulation (one query)."""
    pairs = _conclusions(cases) if tally.of == CONCLUSION else _answers(cases, pack, tally)
    counts: Counter[tuple[str, str]] = Counter(pairs)
    options = _options(pack, tally)
    known = dict.fromkeys([*options, *(answer for _by, answer in counts)])
    by = sorted({name for name, _answer in counts})
    rows = [
        (
            name or _("未填写") if tally.by else _("全部"),
            [counts[name, answer] for answer in known],
            sum(counts[name, answer] for answer in known),
        )
        for name in by
    ]
    labels = {field.key: field.label for field in pack.intake}
    return Counted(
        label=tally.label,
        basis=pack.basis(tally.source),
        by=labels.get(tally.by or "", ""),
        answers=[options.get(answer, answer) for answer in known],
        rows=rows,
    )


def _conclusions(cases: ComplaintQuerySet) -> Iterable[tuple[str, str]]:
    """Yield what was last found in each case."""
    events = CaseEvent.objects.filter(case__in=cases, kind=Kind.INVESTIGATED).order_by("seq")
    last = dict(events.values_list("case", "data__conclusion"))
    return (("", conclusion) for conclusion in last.values())


def _answers(cases: ComplaintQuerySet, pack: Pack, tally: Tally) -> Iterable[tuple[str, str]]:
    """Yield for each case the field it is counted by, with each answer that was ticked or chosen."""
    if tally.of == "category":
        yield from (
            ("", one) for one in cases.exclude(category="").values_list("category", flat=True)
        )
        return
    for more in Particulars.objects.filter(case__in=cases).values_list("more", flat=True):
        given = more.get(tally.of)
        for answer in given if isinstance(given, list) else [given] if given else []:
            yield str(more.get(tally.by or "", "")), str(answer)


def _options(pack: Pack, tally: Tally) -> dict[str, str]:
    if tally.of == CONCLUSION:
        return {word: word for word in pack.conclusions}
    field = next((one for one in pack.intake if one.key == tally.of), None)
    return dict(field.options) if field else {}
