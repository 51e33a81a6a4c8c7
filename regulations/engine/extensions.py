"""Extensions: a time that cannot be kept, with a written reason and the right signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from regulations.engine.calendar import day_of_due, local, midnight_after
from regulations.engine.conditions import View
from regulations.engine.pack import ExtensionRule, Pack, Source
from regulations.engine.periods import Period


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of an extension: the new due time, or the code of the refusal.

    Codes: wrong_signer, no_reason, after_due, not_provided, bad_value.
    """

    until: datetime | None
    code: str | None
    rule: ExtensionRule | None
    source: Source
    accepted: str | None = None


def rule_on(
    pack: Pack,
    view: View,
    data: Mapping[str, Any],
    at: datetime,
    due: datetime | None,
    period: Period | None,
    asked_only: bool = False,
) -> Ruling:
    """Return what an `extended` event does to a clock that is due at `due`.

    A clock without a due time takes the one it is given and needs no signer. Else the reason, the
    signature of the clause's post and a due moment that has not passed are needed. A due time of a
    clock in days is 24:00 of its day. `asked_only` leaves out the signature, which an
    `extension_asked` event does not have yet.
    """
    until = _moment(data.get("until"))
    if until is None:
        return Ruling(None, "bad_value", None, pack.extension_reason, "until")
    if period is None or period.in_days:
        until = midnight_after(day_of_due(until))
    if due is None:
        return Ruling(until, None, None, ())
    rule = next((rule for rule in pack.extensions if rule.when.holds(view)), None)
    if rule is None:
        return Ruling(None, "not_provided", None, pack.extension_reason)
    if at > due:
        return Ruling(None, "after_due", rule, rule.source, due.isoformat())
    if not asked_only and data.get("signed_by") not in (rule.by, *rule.also):
        return Ruling(None, "wrong_signer", rule, rule.source, rule.by)
    if not data.get("reason"):
        return Ruling(None, "no_reason", rule, pack.extension_reason)
    return Ruling(until, None, rule, rule.source)


def promised(value: Any) -> datetime | None:
    """Return the due moment of a promise: 24:00 of a day given as ISO text, or an aware moment."""
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        try:
            return midnight_after(date.fromisoformat(value))
        except ValueError:
            return None
    return _moment(value)


def _moment(value: Any) -> datetime | None:
    """Return a time given as an aware datetime or as ISO text with an offset."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    return local(value)
