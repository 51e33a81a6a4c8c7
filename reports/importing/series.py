"""Numbers that history brings, beside those that a regulation's own series gives out."""

import re
from datetime import date
from string import Formatter

from regulations.engine.pack import Numbering


def reserved(numbering: Numbering, number: str, today: date) -> bool:
    """Say whether the regulation's own series may still give out this number."""
    digits = {"year": "[0-9]{4}", "yy": "[0-9]{2}", "month": "[0-9]{2}"}
    shape = re.escape(numbering.prefix)
    for literal, name, _spec, _conversion in Formatter().parse(numbering.pattern):
        shape += re.escape(literal)
        shape += f"(?P<{name}>{digits.get(name, '[0-9]+')})" if name else ""
    found = re.fullmatch(shape, number)
    if found is None:
        return False
    parts = found.groupdict()
    this_century = today.year - today.year % 100
    year = int(parts.get("year") or this_century + int(parts.get("yy", today.year % 100)))
    month = int(parts.get("month", today.month))
    match numbering.reset:
        case "month":
            return (year, month) >= (today.year, today.month)
        case "year":
            return year >= today.year
    return True


def serial_of(numbering: Numbering, number: str, today: date) -> int | None:
    """Return which number of today's period this is, None for one of another period."""
    digits = re.findall("[0-9]+", number)
    last = digits[-1] if digits else ""
    candidates = [int(last[-length:]) for length in range(1, len(last) + 1)]
    return next((one for one in candidates if numbering.number(today, one) == number), None)
