"""Personal values of complainants: what they are, and how they read while they are masked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from complaints.models.particulars import COLUMNS


class Sort(StrEnum):
    """A sort of personal values; who may see which is in the policy (`personal`)."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    IDENTITY = "identity"


EVERYTHING = frozenset(Sort)
NOTHING: frozenset[str] = frozenset()
# Intake fields that hold a personal value, by their key in every pack.
SORTS: Mapping[str, Sort] = {
    "customer_name": Sort.NAME,
    "phone": Sort.PHONE,
    "email": Sort.PHONE,
    "room": Sort.ADDRESS,
    "place": Sort.ADDRESS,
    "plate": Sort.IDENTITY,
    "member_account": Sort.IDENTITY,
    "staff_number": Sort.IDENTITY,
    "worker": Sort.NAME,
}
# Personal values that somebody may have written into any text, by the sort they belong to.
PATTERNS = (
    (Sort.IDENTITY, re.compile(r"(?<![0-9])[1-9]\d{16}[0-9Xx](?![0-9])", re.ASCII)),
    (Sort.PHONE, re.compile(r"(?<![0-9])1[3-9]\d{9}(?![0-9])", re.ASCII)),
    (Sort.PHONE, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
)
# A shorter value stands in too many words that have nothing to do with it.
SHORTEST = 2
STARS = "***"


def mask(sort: str, value: str) -> str:
    """Return a value as everybody may read it: enough to tell two people apart, no more."""
    match sort:
        case Sort.NAME:
            return value[:1] + "*" * min(max(len(value) - 1, 1), len(STARS))
        case Sort.PHONE if len(value) >= 11 and "@" not in value:
            return f"{value[:3]}****{value[-4:]}"
        case Sort.PHONE | Sort.ADDRESS:
            return STARS
    return STARS + value[-2:] if len(value) > 4 else STARS


class Told(Protocol):
    """What was entered of a case, by the keys of intake fields; those without a column are in `more`."""

    more: Any

    def value(self, key: str) -> object: ...


@dataclass(frozen=True)
class Veil:
    """What lies over one case's personal values: `shown` are the sorts that do not."""

    told: Told
    shown: frozenset[str] = NOTHING

    def value(self, key: str) -> str:
        """Return what was entered under an intake field's key, as it may be read."""
        value = self.told.value(key)
        text = "" if value is None else str(value)
        sort = SORTS.get(key)
        if sort is None:
            return self.text(text)
        return text if sort in self.shown or not text else mask(sort, text)

    def text(self, text: str) -> str:
        """Return a text in which the complainant's values, and whatever looks like one, are masked."""
        for sort, value in self._hidden():
            text = text.replace(value, mask(sort, value))
        for sort, pattern in PATTERNS:
            if sort not in self.shown:
                text = pattern.sub(lambda found, sort=sort: mask(sort, found.group()), text)
        return text

    def over(self) -> dict[str, Any]:
        """Return the columns of the complainant's row, `more` too, as they may be read."""
        columns: dict[str, Any] = {name: self.value(key) for key, name in COLUMNS.items()}
        return columns | {"more": {key: self.value(key) for key in self.told.more}}

    def _hidden(self) -> list[tuple[str, str]]:
        """Return (sort, value) for what is masked, longer values first."""
        pairs = ((sort, self.told.value(key)) for key, sort in SORTS.items())
        found = [
            (sort, str(value))
            for sort, value in pairs
            if value and sort not in self.shown and len(str(value)) >= SHORTEST
        ]
        return sorted(found, key=lambda pair: -len(pair[1]))
