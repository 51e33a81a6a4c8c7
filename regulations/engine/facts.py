"""The facts of a case: their types, and what follows from them without any rule."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from regulations.engine.calendar import local

if TYPE_CHECKING:
    from regulations.engine.terms import Urgency

TERMS = frozenset(
    {
        "category",
        "clock_category",
        "channel",
        "customer_kind",
        "receiving_department",
        "project",
        "urgency",
        "kind",
        "recurs_from",
    }
)
AMOUNTS = frozenset({"amount", "amount_company", "amount_contractor"})
COUNTS = frozenset(
    {
        "complainants",
        "same_issue_complainants",
        "same_target_complaints",
        "exposure_people",
    }
)
TRUTHS = frozenset(
    {
        "authority",
        "major_harm",
        "safety_risk",
        "brand_harm",
        "business_affected",
        "spread",
        "routine_solvable",
        "food_safety",
        "serious_use_impact",
        "against_staff",
        "out_of_duty",
        "mishandled",
        "handed_over",
    }
)
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "legal": ("none", "possible", "actual"),
        "media": ("none", "possible", "actual"),
        "fault": ("ours", "customer", "third_party"),
    }
)
MOMENTS = frozenset({"occurred_at"})
KNOWN = TERMS | AMOUNTS | COUNTS | TRUTHS | MOMENTS | frozenset(CHOICES) | {"tags"}

# What the engine adds: the whole compensation, the people behind actual litigation or exposure,
# the grade, the department the case was assigned to, the first department of its category; what
# was last found, said by the customer and asked at the follow-up of this round; whether the
# complaint was judged valid, and whether it came in outside working time.
DERIVED = frozenset(
    {
        "compensation",
        "exposed_people",
        "grade",
        "department",
        "first_department",
        "conclusion",
        "opinion",
        "satisfaction",
        "valid",
        "out_of_hours",
    }
)
OF_EVENTS = frozenset({"conclusion", "opinion", "satisfaction"})
JUDGED = frozenset({"valid", "out_of_hours"})
NUMBERS = AMOUNTS | COUNTS | {"compensation", "exposed_people"}


def normal(key: str, value: Any) -> Any:
    """Return a fact's value in its own type: str, Decimal, int, bool, datetime, a tuple of tags.

    None stays None (unknown). Raises ValueError with the reason where the value does not fit, and
    KeyError for a fact that is not in the vocabulary.
    """
    if key not in KNOWN:
        raise KeyError(key)
    if value is None:
        return None
    if key in AMOUNTS:
        return _amount(value)
    if key in COUNTS:
        return _count(value)
    if key in TRUTHS:
        if not isinstance(value, bool):
            raise ValueError("expected true or false")
        return value
    if key in MOMENTS:
        return _moment(value)
    if key == "tags":
        return _tags(value)
    if not isinstance(value, str):
        raise ValueError("expected a text")
    if key in CHOICES and value not in CHOICES[key]:
        raise ValueError("expected one of " + ", ".join(CHOICES[key]))
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise ValueError("expected a decimal number as text")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError("expected a decimal number as text") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError("expected an amount of 0 or more")
    return amount


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("expected a whole number of 0 or more")
    return value


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("expected a moment such as 2026-03-02T09:00:00+08:00") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("expected a moment with an offset")
    return local(value)


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(tag, str) for tag in value):
        raise ValueError("expected a list of fact ids")
    return tuple(value)


def urgency_of(
    urgencies: "Sequence[Urgency]", said: str | None, view: Mapping[str, Any]
) -> str | None:
    """Return how pressing a case is: the highest of what was said and what its facts make it.

    `urgencies` stand from low to high. None where the regulation has none.
    """
    found = [
        one.name for one in urgencies if one.name == said or (one.when and one.when.holds(view))
    ]
    if found:
        return found[-1]
    return next((one.name for one in urgencies if one.usual), said)


def with_derived(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with what follows from them: compensation and exposed people."""
    view = dict(facts)
    view["compensation"] = _compensation(facts)
    view["exposed_people"] = _exposed(facts)
    return view


def _compensation(facts: Mapping[str, Any]) -> Decimal | None:
    """Return `amount`, else the sum of the two shares, else None."""
    if facts.get("amount") is not None:
        whole: Decimal = facts["amount"]
        return whole
    shares = [facts.get("amount_company"), facts.get("amount_contractor")]
    known = [share for share in shares if share is not None]
    return sum(known, Decimal(0)) if known else None


def _exposed(facts: Mapping[str, Any]) -> int | None:
    """Return the people behind actual litigation or exposure; a number not given counts as one."""
    if "actual" not in (facts.get("legal"), facts.get("media")):
        return None
    people = facts.get("exposure_people")
    return 1 if people is None else int(people)
