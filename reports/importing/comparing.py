"""A row of a file beside the case that has its number: what the file says differently."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.intake import Intake
from complaints.models import Complaint
from complaints.models.particulars import COLUMNS
from complaints.personal import SORTS, Veil
from complaints.wording import moment_words


@dataclass(frozen=True)
class Difference:
    """One row and its case: (field, stored, in the file) for each thing that differs."""

    row: int
    number: str
    fields: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def differences(row: int, intake: Intake, case: Complaint) -> Difference | None:
    """Return what a row says differently from its case, None where it says the same.

    What is stored of a person is masked: a file of numbers must not fetch their telephones.
    """
    stored, told, veil = _stored(case), _told(intake), Veil(case.told)
    labels = _labels(intake)
    found = tuple(
        (labels.get(name, name), _read(veil, name, stored.get(name, "")), value)
        for name, value in told.items()
        if value != stored.get(name, "")
    )
    return Difference(row, str(case.number), found) if found else None


def _read(veil: Veil, name: str, stored: str) -> str:
    """Return a stored value as whoever has sent the file may read it."""
    return veil.value(name) if name in SORTS else veil.text(stored)


def _stored(case: Complaint) -> dict[str, str]:
    told = case.told
    values = {key: getattr(told, name) for key, name in COLUMNS.items()}
    facts = {name: getattr(case, name) for name in ("category", "channel", "project")}
    more = {key: str(value) for key, value in told.more.items()}
    return more | values | facts | {"received_at": moment_words(case.received_at)}


def _told(intake: Intake) -> dict[str, str]:
    """Return what the row says, of what can be compared, as text by field."""
    names = {name: key for key, name in COLUMNS.items()}
    said = dict(intake.particulars)
    more = {key: str(value) for key, value in said.pop("more", {}).items()}
    values = {names[name]: value for name, value in said.items()}
    facts = {
        name: intake.facts[name]
        for name in ("category", "channel", "project")
        if name in intake.facts
    }
    return more | values | facts | {"received_at": moment_words(intake.received_at)}


def _labels(intake: Intake) -> dict[str, str]:
    return {field.key: field.label for field in intake.version.pack.intake} | {
        "received_at": _("收到时间")
    }
