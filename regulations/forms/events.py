"""The events of a trial as one form for each kind, in the order of the loop, each with its own data."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.engine.history import Event
from regulations.engine.pack import Pack
from regulations.forms.event_data import data_fields
from regulations.forms.fields import Moment
from regulations.words import DATA_VALUES, EVENTS

LATEST_ROUND = 3

# Every case may have these; the others are offered where a rule of the pack looks at them.
USUAL = frozenset(
    {
        "received",
        "registered",
        "judged",
        "assigned",
        "accepted",
        "investigated",
        "plan_submitted",
        "plan_approved",
        "customer_talked",
        "executed",
        "result_returned",
        "customer_informed",
        "confirmed",
        "followed_up",
        "reviewed",
        "closed",
        "archived",
        "returned",
        "reopened",
        "withdrawn",
    }
)
ORDER = (
    "received",
    "registered",
    "responded",
    "judged",
    "graded",
    "transferred",
    "assigned",
    "accepted",
    "returned",
    "department_responded",
    "visited",
    "sampled",
    "report_issued",
    "verified",
    "investigated",
    "staff_plan_submitted",
    "staff_plan_confirmed",
    "sheet_issued",
    "temporary_measure",
    "permanent_measure",
    "plan_submitted",
    "plan_rejected",
    "plan_approved",
    "approved",
    "customer_talked",
    "extension_asked",
    "extended",
    "paused",
    "resumed",
    "executed",
    "result_returned",
    "customer_informed",
    "confirmed",
    "followed_up",
    "reviewed",
    "judgment",
    "formalities_done",
    "closed",
    "answered",
    "archived",
    "reopened",
    "withdrawn",
    "offence",
)


class EventForm(forms.Form):
    """One event of a trial; without a time it has not happened."""

    at = Moment(label=gettext_lazy("时间"), required=False)

    def __init__(
        self, *args, kind: str, variant: dict[str, Any], label: str, pack: Pack, **options
    ):
        super().__init__(*args, **options)
        self.kind, self.variant, self.label = kind, variant, label
        for name, field in data_fields(kind, pack).items():
            if name not in variant:
                self.fields[name] = field

    def data_fields(self) -> list[forms.BoundField]:
        """Return the fields beside the time."""
        return [field for field in self if field.name != "at"]

    def event(self) -> Event | None:
        """Return the event, None where no time was given."""
        at = self.cleaned_data.get("at")
        if at is None:
            return None
        entered = {name: self.cleaned_data.get(name) for name in self.fields if name != "at"}
        data = {name: _plain(name, value) for name, value in entered.items() if value}
        return Event(at, self.kind, self.variant | data)


class EventTable:
    """All events of a trial: a form for each kind, once for each round."""

    def __init__(self, pack: Pack, data=None, *, rounds: int = 1, initial=None):
        self.rounds = max(1, min(rounds, LATEST_ROUND))
        self.forms = [
            EventForm(
                data,
                kind=kind,
                variant=variant,
                label=label,
                pack=pack,
                prefix=f"e{number}-{kind}{place}",
                initial=(initial or {}).get(kind) if number == 1 and place == 0 else None,
            )
            for number in range(1, self.rounds + 1)
            for kind in offered(pack)
            for place, (label, variant) in enumerate(_variants(kind, pack))
        ]

    def rows_by_round(self) -> list[list[EventForm]]:
        size = len(self.forms) // self.rounds
        return [self.forms[at : at + size] for at in range(0, len(self.forms), size)]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    def events(self) -> tuple[Event, ...]:
        """Return what has happened in order of time; what happened at once keeps the table's order."""
        found = (form.event() for form in self.forms)
        return tuple(sorted((one for one in found if one), key=lambda event: event.at))


def offered(pack: Pack) -> list[str]:
    """Return the kinds of events that a trial offers for a pack, in the order of the loop."""
    kinds = {rule.on.event for rule in pack.reports} | pack.events | USUAL
    kinds |= {rule.on for rule in pack.approvals if rule.on}
    for there, more in (
        (pack.grades, ["graded"]),
        (pack.approvals, ["approved"]),
        (pack.extensions, ["extension_asked", "extended"]),
        (pack.verifications, ["verified"]),
        (pack.pauses, ["paused", "resumed"]),
        (pack.penalties, ["offence"]),
    ):
        kinds |= set(more) if there else set()
    return [kind for kind in ORDER if kind in kinds]


def _variants(kind: str, pack: Pack) -> Sequence[tuple[str, dict[str, Any]]]:
    """Return the rows of a kind: one for each who confirms, and for each check, else just one."""
    label = str(EVENTS[kind])
    if kind == "confirmed":
        return [
            (_("%(who)s确认结果") % {"who": DATA_VALUES["by", who]}, {"by": who})
            for who in ("customer", "property")
        ]
    if kind == "verified":
        checks = [check for rule in pack.verifications for check in rule.checks]
        return [(f"{label}：{check.text}", {"check": check.fact}) for check in checks]
    return [(label, {})]


def _plain(name: str, value: Any) -> Any:
    """Return a field's value as the event's data has it."""
    if name in ("valid", "passed"):
        return value == "yes"
    return "1" if value is True else value
