"""Parts of a rule in words: events and what they carry, signers, amounts of money."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from regulations.condition_words import any_of
from regulations.engine.pack import RESPONSIBLE, SUPPORTING, Pack, Pattern
from regulations.words import DATA_VALUES, EVENT_DATA, EVENTS, SUBJECTS, WHO


def event_words(kind: str) -> str:
    """Return what happened, as a clause says it."""
    return str(EVENTS.get(kind, kind))


def pattern_words(pattern: Pattern, pack: Pack) -> str:
    """Return a pattern of events: the kind, the data it must carry, and since when."""
    words = event_words(pattern.event)
    details = [_data_words(key, pattern.data[key], pack) for key in sorted(pattern.data)]
    details += [
        _("填有%(what)s") % {"what": _field_words(pattern, key, pack)} for key in pattern.has
    ]
    if pattern.since:
        details.append(_("在最近一次%(event)s之后") % {"event": event_words(pattern.since)})
    if pattern.in_round:
        details.append(_("在本轮处理中"))
    return f"{words}（{'，'.join(details)}）" if details else words


def patterns_words(patterns: Iterable[Pattern], pack: Pack) -> str:
    """Return patterns any of which suffices."""
    return _(" 或 ").join(pattern_words(pattern, pack) for pattern in patterns)


def _field_words(pattern: Pattern, key: str, pack: Pack) -> str:
    """Return what a field of an event is called: as the pack demands it, else in general."""
    wanted = (d.label for d in pack.demands if (d.event, d.field) == (pattern.event, key))
    return next(wanted, str(EVENT_DATA.get(key, key)))


def _data_words(key: str, values: Iterable, pack: Pack) -> str:
    modes = {mode.name: mode.label for mode in pack.closing}
    modes |= {task.id: task.text for task in pack.tasks} if key == "task" else {}
    words = [
        _("未填%(what)s") % {"what": EVENT_DATA.get(key, key)}
        if value is None
        else str(DATA_VALUES.get((key, value)) or modes.get(value) or value)
        for value in sorted(values, key=str)
    ]
    said = any_of(words)
    return _("至%(places)s") % {"places": said} if key == "to" else said


def signer_words(term: str | None) -> str:
    """Return who signs or answers: a post or department of the pack, or all that support."""
    if term is None:
        return ""
    return str(WHO[term]) if term in (SUPPORTING, RESPONSIBLE) else term


def names(terms: Iterable[str]) -> str:
    """Return terms of the pack side by side."""
    return "、".join(terms)


def subjects_words(subjects: Iterable[str]) -> str:
    """Return who pays or is sanctioned."""
    return names(str(SUBJECTS[one]) for one in subjects)


def money_words(amount: Decimal | None) -> str:
    """Return an amount in yuan, with fen only where there are any."""
    if amount is None:
        return ""
    return _("%(amount)s元") % {"amount": _figure(amount)}


def range_words(edges: tuple[Decimal, Decimal] | None) -> str:
    """Return what a person decides within, both ends included."""
    if edges is None:
        return ""
    low, high = (_figure(edge) for edge in edges)
    return _("%(low)s至%(high)s元，由人裁定") % {"low": low, "high": high}


def share_words(share: Decimal | None) -> str:
    """Return a share in per cent."""
    return "" if share is None else f"{_figure(share * 100)}%"


def _figure(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
