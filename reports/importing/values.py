"""From cells to values. What does not fit raises BadValue; nothing is guessed or cut."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.timezone import make_aware

from reports.importing.faults import BadValue
from reports.importing.tables import Cell

Convert = Callable[[Cell], Any]

# The letters of a date format in a map → strptime's.
DATE_PARTS = {
    "YYYY": "%Y",
    "MM": "%m",
    "DD": "%d",
    "hh": "%H",
    "mm": "%M",
    "ss": "%S",
}
TRUTHS = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}


def strptime_format(readable: str) -> str:
    """Return strptime's format for one such as `YYYY/MM/DD hh:mm:ss`.

    Raises ValueError where year, month and day are not all there.
    """
    if not all(part in readable for part in ("YYYY", "MM", "DD")):
        raise ValueError(readable)
    return re.sub("%|" + "|".join(DATE_PARTS), lambda m: DATE_PARTS.get(m[0], "%%"), readable)


def checked(convert: Convert) -> Convert:
    """Return a conversion that first refuses formulas and error values."""

    def first_check(cell: Cell) -> Any:
        if cell.type == "f":
            raise BadValue("formula")
        if cell.type == "e":
            raise BadValue("error_value", value=cell.value)
        return convert(cell)

    return first_check


def plain(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a decimal point, white space around it gone."""
    value = cell.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().strip("\u3000\ufeff").strip()


def half_width(cell: Cell) -> Cell:
    """Return a cell whose text has half-width digits, letters and signs: ２０２６／３／９ is a date."""
    if isinstance(cell.value, str):
        return Cell(unicodedata.normalize("NFKC", cell.value), cell.type)
    return cell


def narrow(convert: Convert) -> Convert:
    """Return a conversion that reads full-width digits, letters and signs as half-width ones."""
    return lambda cell: convert(half_width(cell))


def text(limit: int) -> Convert:
    """Return a conversion to text of at most `limit` characters."""

    def convert(cell: Cell) -> str:
        value = plain(cell)
        if len(value) > limit:
            raise BadValue("too_long", length=len(value), limit=limit)
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise BadValue("bad_character")
        return value

    return convert


def term(spellings: Mapping[str, str]) -> Convert:
    """Return a conversion to one of a few terms; `spellings` maps each spelling to its term."""
    accepted = "、".join(dict.fromkeys(spellings.values()))

    def convert(cell: Cell) -> str:
        value = plain(cell)
        if value not in spellings:
            raise BadValue("unknown_term", value=value[:40], accepted=accepted)
        return spellings[value]

    return convert


def terms(spellings: Mapping[str, str]) -> Convert:
    """Return a conversion to several of a few terms, each on a line or with ； between.

    Terms may hold other punctuation.
    """
    one = term(spellings)

    def convert(cell: Cell) -> list[str]:
        words = re.split("[;；\n]", plain(cell))
        return [one(Cell(word, "s")) for word in words if word.strip()]

    return convert


def mapped(convert: Convert, values: Mapping[str, str]) -> Convert:
    """Return a conversion that first looks the text up in a map's list of values."""

    def look_up(cell: Cell) -> Any:
        value = plain(cell)
        return convert(Cell(values[value], "s")) if value in values else convert(cell)

    return look_up


def moment(formats: Sequence[str], accepted: Iterable[str]) -> Convert:
    """Return a conversion of true Excel dates and of text in one of the formats, local time.

    Excel keeps days as a fraction; the moment is rounded to the second.
    """
    shown = "、".join(accepted)

    def convert(cell: Cell) -> datetime:
        value = cell.value
        if isinstance(value, datetime):
            return make_aware((value + timedelta(milliseconds=500)).replace(microsecond=0))
        if isinstance(value, date):
            return make_aware(datetime.combine(value, time()))
        if isinstance(value, str):
            written = plain(half_width(cell))
            for one in formats:
                try:
                    return make_aware(datetime.strptime(written, one))  # noqa: DTZ007
                except (ValueError, OverflowError):
                    continue
        raise BadValue("bad_date", value=plain(cell)[:40], accepted=shown)

    return convert


def iso_moment(convert: Convert) -> Convert:
    """Return a conversion to the ISO text of a moment, for values kept as JSON."""
    return lambda cell: convert(cell).isoformat()


def count(cell: Cell) -> int:
    """Return a whole number of 0 or more."""
    value = plain(half_width(cell))
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise BadValue("bad_number", value=value[:40])
    return int(value)


def amount(cell: Cell) -> str:
    """Return an amount in CNY of 0 or more, with two places at most, as text."""
    value = plain(half_width(cell)).replace(",", "")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise BadValue("bad_number", value=value[:40]) from None
    fits = number.is_finite() and 0 <= number < 10**10 and number == round(number, 2)
    if not fits:
        raise BadValue("bad_number", value=value[:40])
    return str(number)


def truth(cell: Cell) -> bool:
    value = plain(cell).lower()
    if value not in TRUTHS:
        raise BadValue("bad_truth", value=value[:40])
    return TRUTHS[value]
