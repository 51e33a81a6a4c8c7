"""How far the audits of a quarter are, what is missing, and what is due next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.timezone import localdate

from audits.models import Draw, Finding, Paper, PaperState, Part, Plan, SpecialAudit
from audits.quarters import Quarter
from audits.share import SAMPLE, SPECIAL, duty
from records import clock
from regulations.models import Regulation, RegulationVersion

# From which month of a year on its special audit is asked for (单位设定).
REMIND_FROM = 10


@dataclass(frozen=True)
class Progress:
    """Papers of a draw: `due` by the share, `standing` in the random part, `done` of those.

    `missing` is the shortfall: what is still to be audited of what is due. `added` are the papers
    of the additions for risk, which stand apart.
    """

    due: int
    standing: int
    done: int
    added: int
    added_done: int

    @property
    def missing(self) -> int:
        return max(0, self.due - self.done)

    @property
    def short(self) -> int:
        """How many are due and not even drawn, because their stratum had no more cases."""
        return max(0, self.due - self.standing)

    @property
    def percent(self) -> int:
        return 100 if not self.due else min(100, self.done * 100 // self.due)


def progress(draws: list[Draw]) -> dict[int, Progress]:
    """Return how far each draw is, by its id (one query)."""
    risk = Q(sample__part=Part.RISK)
    live, done = ~Q(state=PaperState.REPLACED), Q(state=PaperState.APPROVED)
    rows = Paper.objects.filter(sample__draw__in=draws).order_by().values("sample__draw")
    counts = {
        row["sample__draw"]: row
        for row in rows.annotate(
            standing=Count("pk", filter=live & ~risk),
            done=Count("pk", filter=done & ~risk),
            added=Count("pk", filter=live & risk),
            added_done=Count("pk", filter=done & risk),
        )
    }
    names = ("standing", "done", "added", "added_done")
    return {
        draw.pk: Progress(draw.due, *(counts.get(draw.pk, {}).get(name, 0) for name in names))
        for draw in draws
    }


def by_auditor(draw: Draw) -> list[dict]:
    """Return for each auditor how many papers they have and how many are done."""
    rows = Paper.objects.filter(sample__draw=draw).exclude(state=PaperState.REPLACED)
    done = Count("pk", filter=Q(state=PaperState.APPROVED))
    found = rows.order_by().values("auditor__name").annotate(papers=Count("pk"), done=done)
    return sorted(found, key=lambda row: row["auditor__name"] or "")


@dataclass(frozen=True)
class Reminder:
    """A duty that nothing answers yet: of a quarter, or of a year; `late` when its time is over."""

    regulation: Regulation
    basis: str
    quarter: Quarter | None = None
    year: int | None = None
    late: bool = False


def reminders(units: set[int], now: datetime | None = None) -> list[Reminder]:
    """Return which quarters are not drawn and which special audits are missing, the oldest first.

    A quarter is asked for when it is over, from the one on in which the regulation came into force;
    the special audit of a year from October on (单位设定), and still when the year is over.
    """
    now = now or clock.now()
    found: list[Reminder] = []
    for regulation in Regulation.objects.filter(unit__in=units).order_by("pk"):
        versions = list(regulation.versions.order_by("in_force_from", "number"))
        if versions:
            found += _quarters(regulation, versions, now)
            found += _years(regulation, versions, now)
    return found


def _quarters(
    regulation: Regulation, versions: list[RegulationVersion], now: datetime
) -> list[Reminder]:
    newest, found = versions[-1].pack, []
    own = duty(newest, SAMPLE)
    if own is None:
        return []
    drawn = set(
        Plan.objects.filter(regulation=regulation, draw__isnull=False).values_list(
            "first", flat=True
        )
    )
    quarter = Quarter.of(now).previous
    # Two quarters back: what is older than that nobody draws any more.
    for _back in range(2):
        if quarter.last_day >= versions[0].in_force_from and quarter.first not in drawn:
            found.append(Reminder(regulation, newest.basis(own.source), quarter=quarter, late=True))
        quarter = quarter.previous
    return found[::-1]


def _years(
    regulation: Regulation, versions: list[RegulationVersion], now: datetime
) -> list[Reminder]:
    newest, today = versions[-1].pack, localdate(now)
    own = duty(newest, SPECIAL)
    if own is None:
        return []
    have = set(SpecialAudit.objects.filter(regulation=regulation).values_list("year", flat=True))
    years = [today.year - 1] + ([today.year] if today.month >= REMIND_FROM else [])
    return [
        Reminder(regulation, newest.basis(own.source), year=year, late=year < today.year)
        for year in years
        if year not in have and year >= versions[0].in_force_from.year
    ]


def findings_by_clause(draw: Draw) -> list[tuple[tuple[str, ...], int, int]]:
    """Return (clauses, findings, those still open) of a draw, the most frequent first."""
    counts: Counter[tuple[str, ...]] = Counter()
    open_: Counter[tuple[str, ...]] = Counter()
    for row in Finding.objects.filter(paper__sample__draw=draw).exclude(state="dismissed"):
        counts[tuple(row.source)] += 1
        open_[tuple(row.source)] += row.state != "closed"
    return [(source, n, open_[source]) for source, n in counts.most_common()]
