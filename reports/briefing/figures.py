"""The briefing's figures as values: shares, trend, Pareto, ranking, hot spots. Pure, no database.

A share is a count of cases of another count of cases, both of which open their list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")
# What makes up this share of all is what to work on first.
VITAL = Decimal(80)
# An accumulation: so many cases in a month, and so many times the average of the months before.
HOT_LEAST = 3
HOT_TIMES = Decimal("1.5")
MONTHS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """How many cases there are of each sort (see CaseTally), and how long the closed ones took."""

    received: int = 0
    demands: int = 0
    valid: int = 0
    closed: int = 0
    late: int = 0
    in_time: int = 0
    answered: int = 0
    satisfied: int = 0
    minutes: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))

    @property
    def invalid(self) -> int:
        return self.received - self.valid - self.demands

    @property
    def open(self) -> int:
        return self.valid - self.closed

    @property
    def rate(self) -> Decimal | None:
        """The closing rate in per cent: closed of the valid ones received (大理文旅 3.7.1)."""
        return percent(self.closed, self.valid)

    @property
    def efficiency(self) -> Decimal | None:
        """Closed without a missed deadline, of the closed ones, in per cent."""
        return percent(self.in_time, self.closed)

    @property
    def satisfaction(self) -> Decimal | None:
        """Satisfied of those who answered, in per cent."""
        return percent(self.satisfied, self.answered)

    @property
    def days(self) -> Decimal | None:
        """How many days a closed case took on average."""
        if not self.closed:
            return None
        return _tenths(Decimal(self.minutes) / self.closed / (24 * 60))


def percent(part: int, whole: int) -> Decimal | None:
    """Return a part in per cent with one place, None of nothing."""
    return _tenths(Decimal(100) * part / whole) if whole else None


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)


def total(rows: Iterable[Sums]) -> Sums:
    return sum(rows, Sums())


def months(since: date, until: date) -> list[date]:
    """Return the first days of the months from one to another, both inclusive."""
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1)]


def shifted(month: date, by: int) -> date:
    """Return the first day of the month so many months later (negative: earlier)."""
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, place + 1, 1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A month's closing rate, and that of its natural year up to and with it."""

    month: date
    own: Sums
    year: Sums


def rates(by_month: Mapping[date, Sums], since: date, until: date) -> list[Rate]:
    """Return the closing rate of each natural month, beside its year's so far (3.7.2: 自然月、自然年).

    `by_month` reaches back to January of the year of `since`.
    """
    found = []
    for month in months(since, until):
        so_far = total(by_month.get(m, Sums()) for m in months(date(month.year, 1, 1), month))
        found.append(Rate(month, by_month.get(month, Sums()), so_far))
    return found


@dataclass(frozen=True, slots=True)
class Weight:
    """One line of a Pareto table: `share` and `reached` in per cent; `vital` makes up the first 80 %."""

    name: str
    count: int
    share: Decimal
    reached: Decimal
    vital: bool


def pareto(counts: Mapping[str, int]) -> list[Weight]:
    """Return the names by their count, the most frequent first, with what is reached with each."""
    every = sum(counts.values())
    found, reached = [], 0
    for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        if count:
            vital = Decimal(100) * reached / every < VITAL
            reached += count
            share, sum_ = percent(count, every), percent(reached, every)
            found.append(Weight(name, count, share or TENTH, sum_ or TENTH, vital))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A project in the ranking: its three indicators, its place in each; `few` cases say little."""

    name: str
    sums: Sums
    ranks: Mapping[str, int | None]
    few: bool

    @property
    def rank(self) -> int | None:
        return self.ranks["rate"]


INDICATORS = ("rate", "efficiency", "satisfaction")


def ranking(by_project: Mapping[str, Sums], few: int) -> list[Place]:
    """Return the projects by completion rate, then efficiency, then satisfaction (大理文旅 13).

    Those that are equal in an indicator share a place in it; a project without one comes last.
    `few`: fewer valid cases than that are marked, not left out.
    """
    places = {name: _ranks(by_project, name) for name in INDICATORS}
    rows = [
        Place(name, sums, {one: places[one].get(name) for one in INDICATORS}, few=sums.valid < few)
        for name, sums in by_project.items()
        if sums.valid
    ]
    last = len(by_project) + 1
    return sorted(rows, key=lambda row: ([row.ranks[n] or last for n in INDICATORS], row.name))


def _ranks(by_project: Mapping[str, Sums], indicator: str) -> dict[str, int]:
    values = {name: getattr(sums, indicator) for name, sums in by_project.items()}
    known = {name: value for name, value in values.items() if value is not None}
    return {
        name: 1 + sum(other > value for other in known.values()) for name, value in known.items()
    }


@dataclass(frozen=True, slots=True)
class Timeliness:
    """In how many cases a department or a stage kept and missed its deadlines."""

    name: str
    key: object
    kept: int
    late: int

    @property
    def share(self) -> Decimal | None:
        return percent(self.kept, self.kept + self.late)


@dataclass(frozen=True, slots=True)
class HotSpot:
    """An accumulation in a month: a category in a project, with the average of the months before."""

    category: str
    project: str
    count: int
    before: Decimal


def hot_spots(counts: Mapping[tuple[date, str, str], int], month: date) -> list[HotSpot]:
    """Return what has piled up in a month, by (month, category, project); the largest first."""
    earlier = [shifted(month, -n) for n in range(1, MONTHS_BEFORE + 1)]
    found = []
    for (when, category, project), count in counts.items():
        if when != month or count < HOT_LEAST:
            continue
        known = sum(counts.get((m, category, project), 0) for m in earlier)
        before = _tenths(Decimal(known) / MONTHS_BEFORE)
        if count >= HOT_TIMES * before:
            found.append(HotSpot(category, project, count, before))
    return sorted(found, key=lambda row: (-row.count, row.category, row.project))


@dataclass(frozen=True, slots=True)
class Warning:
    """A month's count of one sort beside the average of the months before; `raised` above it by half.

    Where nothing at all came in before, there is nothing to compare with.
    """

    sort: str
    count: int
    before: Decimal
    comparable: bool = True

    @property
    def raised(self) -> bool:
        return self.comparable and self.count >= HOT_LEAST and self.count >= HOT_TIMES * self.before


def early_warning(by_month: Mapping[date, Sums], month: date) -> list[Warning]:
    """Return the month's valid complaints and its demands, apart (早期预警)."""
    earlier = [by_month.get(shifted(month, -n), Sums()) for n in range(1, MONTHS_BEFORE + 1)]
    own = by_month.get(month, Sums())
    return [
        Warning(
            sort,
            getattr(own, sort),
            _tenths(Decimal(sum(getattr(s, sort) for s in earlier)) / MONTHS_BEFORE),
            comparable=any(s.received for s in earlier),
        )
        for sort in ("valid", "demands")
    ]


@dataclass
class Trend:
    """Months with what was received and closed in each, drawn in a box of `width` × `height`."""

    rates: Sequence[Rate]
    width: int = 720
    height: int = 180
    bars: list[dict] = field(init=False)

    def __post_init__(self):
        most = max((rate.own.received for rate in self.rates), default=0) or 1
        step = self.width / max(len(self.rates), 1)
        every = max(1, round(56 / step))
        self.bars = [
            self._bar(n, rate, most, step, labelled=n % every == 0)
            for n, rate in enumerate(self.rates)
        ]

    def _bar(self, place: int, rate: Rate, most: int, step: float, *, labelled: bool) -> dict:
        wide = min(step * 0.36, 26)
        middle = step * (place + 0.5)
        tall = {
            name: round(getattr(rate.own, name) * (self.height - 40) / most, 1)
            for name in ("valid", "closed", "received")
        }
        floor = self.height - 20
        return {
            "month": rate.month,
            "label": f"{rate.month:%Y-%m}" if labelled else "",
            "middle": round(middle, 1),
            "wide": round(wide, 1),
            "left": round(middle - wide, 1),
            "tall": tall,
            "top": {name: round(floor - size, 1) for name, size in tall.items()},
            "sums": rate.own,
        }
