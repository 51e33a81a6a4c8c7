"""Of which cases the briefing speaks: a regulation, months, perhaps a department; and who may ask."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts import access
from accounts.actors import Actor
from regulations.models import Regulation
from reports.briefing.keeping import JUDGED, MISSED
from reports.models import CaseFigure
from reports.satisfaction import SATISFIED
from sla.models import Clock

NO_PLACE = "0"
VALID = Q(valid=True)
ANSWERED = VALID & ~Q(satisfaction="")
# What a figure counts → its cases.
COUNTED = {
    "received": Q(),
    "valid": VALID,
    "demands": Q(demand=True),
    "invalid": Q(valid=False, demand=False),
    "closed": VALID & Q(ended=True),
    "open": VALID & Q(ended=False),
    "late": VALID & Q(late=True),
    "in_time": VALID & Q(ended=True, late=False),
    "answered": ANSWERED,
    "unanswered": VALID & Q(ended=True, satisfaction=""),
    # Ended before it was received.
    "impossible": Q(ended=True, minutes=None),
    "satisfied": VALID & Q(satisfaction__in=SATISFIED),
    "dissatisfied": ANSWERED & ~Q(satisfaction__in=SATISFIED),
}
# By deadlines: of a stage, or of any.
BY_STAGE = ("stage_kept", "stage_late")
NAMED = ("category", "project", "cause")


def regulations(actor: Actor) -> QuerySet[Regulation]:
    """Return the regulations of whose cases somebody sees all, and so may see the sums."""
    return access.overseen(actor, Regulation.objects.all()).order_by("unit", "pk")


@dataclass(frozen=True)
class Scope:
    """Cases received under a regulation in the months from `since` to `until`, both inclusive.

    `department` is the one that has them; None is every one.
    """

    regulation: Regulation
    since: date
    until: date
    department: int | None = None

    @property
    def period(self) -> str:
        """The months in words: one alone, or the first and the last."""
        first, last = f"{self.since:%Y-%m}", f"{self.until:%Y-%m}"
        return first if first == last else f"{first} – {last}"

    def within(self, rows: QuerySet) -> QuerySet:
        """Narrow sums or figures, which have regulation, month and department."""
        rows = self.within_months(rows)
        return rows.filter(department=self.department) if self.department else rows

    def within_months(self, rows: QuerySet) -> QuerySet:
        """Narrow rows that know no department."""
        return rows.filter(regulation=self.regulation, month__range=(self.since, self.until))

    def of(self, since: date, until: date | None = None) -> "Scope":
        """Return the same with other months; one month by default."""
        return replace(self, since=since, until=until or since)

    def link(self, what: str, **names: object) -> str:
        """Return the address of the cases that a figure counts."""
        asked = {key: NO_PLACE if value is None else value for key, value in names.items()}
        query = self.query() | {"what": what} | asked
        return f"{reverse('briefing_cases')}?{urlencode(query)}"

    def query(self) -> dict[str, object]:
        """Return what stands in the address of the page."""
        query = {
            "regulation": self.regulation.pk,
            "since": f"{self.since:%Y-%m}",
            "until": f"{self.until:%Y-%m}",
        }
        return query | ({"department": self.department} if self.department else {})

    def figures(self, asked: dict[str, str]) -> QuerySet[CaseFigure]:
        """Return the figures of the cases behind an address; of an unknown one none."""
        what = asked.get("what", "received")
        if what in BY_STAGE:
            return self._by_deadlines(what, asked)
        rows = self.within(CaseFigure.objects.all())
        for name in NAMED:
            if name in asked:
                rows = rows.filter(**{name: asked[name]})
        if (place := asked.get("of")) is not None:
            rows = rows.filter(department=int(place) or None)
        return rows.filter(COUNTED[what]) if what in COUNTED else rows.none()

    def _by_deadlines(self, what: str, asked: dict[str, str]) -> QuerySet[CaseFigure]:
        """Return the cases by deadlines: here the department is the one whose deadline it was."""
        rows = replace(self, department=None).within(CaseFigure.objects.filter(VALID))
        own = Clock.objects.filter(case=OuterRef("pk"))
        if asked.get("stage"):
            own = own.filter(stage=asked["stage"])
        place = asked.get("place", self.department)
        if place is not None:
            own = own.filter(department=int(place) or None)
        rows = rows.annotate(missed=Exists(own.filter(state__in=MISSED)))
        if what == "stage_late":
            return rows.filter(missed=True)
        return rows.filter(Exists(own.filter(state__in=JUDGED)), missed=False)
