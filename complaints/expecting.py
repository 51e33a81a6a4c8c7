"""The customer's own expected time beside ours, where a regulation's form asks for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.wording import moment_words, span_words
from regulations.engine.pack import Pack
from regulations.engine.verdict import Clock

# The field of a form that holds by when the customer expects a result, by its key in every pack.
EXPECTED = "expected_by"
RUNNING = ("running", "overdue", "paused")


@dataclass(frozen=True)
class Expected:
    """When the customer expects a result, and how that stands to our own closing time."""

    at: str
    compared: str
    basis: str


def expected_view(pack: Pack, facts: Mapping[str, Any], clocks: Iterable[Clock]) -> Expected | None:
    """Return the comparison, None where the form does not ask or nothing was said."""
    field = next((one for one in pack.intake if one.key == EXPECTED), None)
    if field is None or not facts.get(EXPECTED):
        return None
    at = datetime.fromisoformat(facts[EXPECTED])
    return Expected(moment_words(at), _compared(at, clocks), pack.basis(field.source))


def _compared(at: datetime, clocks: Iterable[Clock]) -> str:
    """Say how our time lies to what the customer expects."""
    due = _ours(list(clocks))
    if due is None:
        return _("制度没有给出时限")
    if due <= at:
        return _("制度时限 %(due)s，不晚于客户期望") % {"due": moment_words(due)}
    return _("制度时限 %(due)s，比客户期望晚%(span)s") % {
        "due": moment_words(due),
        "span": span_words(due - at),
    }


def _ours(clocks: list[Clock]) -> datetime | None:
    """Return by when we close; where the text gives no time for that, the last that is running."""
    closing = [one.due_at for one in clocks if one.stage == "close" and one.due_at]
    running = [one.due_at for one in clocks if one.state in RUNNING and one.due_at]
    return closing[-1] if closing else max(running, default=None)
