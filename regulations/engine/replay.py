"""Replay: a case history in as one JSON object, the verdict out as one (`manage.py replay`)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from regulations.engine.calendar import SHANGHAI, CalendarGap, WorkCalendar
from regulations.engine.facts import normal
from regulations.engine.history import DERIVED, KINDS, Event, History
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from regulations.engine.verdict import Verdict

PackOf = Callable[[str], Pack]
Also = Callable[[Pack, History, datetime], Mapping[str, Any]]
TIMES = ("until", "expected_at", "due_at")
TEXTS = (
    "to",
    "grade",
    "department",
    "handler",
    "conclusion",
    "by",
    "form",
    "opinion",
    "satisfaction",
    "mode",
    "version",
    "source",
    "stage",
    "signed_by",
    "check",
    "into",
    "subject",
    "what",
    "order",
    "task",
)
TRUTHS = ("valid", "passed")


class Unreplayable(ValueError):
    """A line that cannot be replayed: which field, and what is wrong with it."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


def replay_lines(
    lines: Iterable[str],
    pack_of: PackOf,
    calendar: WorkCalendar,
    regulation: str | None = None,
    also: Also | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield one result for each line, in order; a line that fails gives an object with `error`.

    `pack_of` returns the pack of `CODE` or `CODE@VERSION` and raises KeyError for an unknown one.
    `regulation` stands before what the lines name; `also` adds to each result what it makes of the
    pack, the history and the moment. One line is held at a time.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name: Any = None
        try:
            data = _object(line)
            name = data.get("case")
            yield replay(data, pack_of, calendar, regulation, also)
        except Unreplayable as problem:
            error = {"line": number, "field": problem.field, "message": problem.message}
            yield {"case": name, "error": error}


def replay(
    data: Mapping[str, Any],
    pack_of: PackOf,
    calendar: WorkCalendar,
    regulation: str | None = None,
    also: Also | None = None,
) -> dict[str, Any]:
    """Return the verdict over one written-down case as JSON values. Raises Unreplayable."""
    history, now = read_history(data)
    code = regulation or data.get("regulation")
    if not isinstance(code, str):
        raise Unreplayable("regulation", "a regulation's code is missing")
    try:
        pack = pack_of(code)
    except KeyError:
        raise Unreplayable("regulation", f"unknown regulation {code!r}") from None
    try:
        verdict = judge(pack, history, calendar, now)
        more = also(pack, history, now) if also else {}
    except (CalendarGap, OverflowError) as problem:
        raise Unreplayable("events", f"a period cannot be counted: {problem}") from None
    return {"case": history.case, **as_json(verdict), **more}


def read_history(data: Mapping[str, Any]) -> tuple[History, datetime]:
    """Return a written-down history and the moment it is asked about. Raises Unreplayable."""
    name = data.get("case")
    if not isinstance(name, str) or not name:
        raise Unreplayable("case", "a case's name is missing")
    now = _time(data.get("asof"), "asof")
    facts = _facts(data.get("facts", {}), "facts")
    rows = data.get("events", [])
    if not isinstance(rows, list):
        raise Unreplayable("events", "expected a list")
    events = [_event(row, f"events[{number}]") for number, row in enumerate(rows)]
    for number in range(1, len(events)):
        if events[number].at < events[number - 1].at:
            raise Unreplayable(f"events[{number}].at", "earlier than the event before it")
    return History(name, facts, tuple(events)), now


def _object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise Unreplayable("", f"not JSON: {problem}") from None
    if not isinstance(data, dict):
        raise Unreplayable("", "expected a JSON object")
    return data


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _time(value: Any, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreplayable(field, f"expected an ISO time, found {value!r}") from None
    if moment.tzinfo is None:
        raise Unreplayable(field, "expected a time with an offset")
    return moment


def _facts(value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreplayable(field, "expected an object")
    for key, one in value.items():
        try:
            normal(key, one)
        except KeyError:
            raise Unreplayable(f"{field}.{key}", "unknown fact") from None
        except ValueError as problem:
            raise Unreplayable(f"{field}.{key}", str(problem)) from None
    return value


def _event(row: Any, field: str) -> Event:
    if not isinstance(row, dict):
        raise Unreplayable(field, "expected an object")
    at, kind = _time(row.get("at"), f"{field}.at"), row.get("kind")
    if not isinstance(kind, str) or not (kind in KINDS or kind.startswith(DERIVED)):
        raise Unreplayable(f"{field}.kind", f"unknown kind {kind!r}")
    data = {key: value for key, value in row.items() if key not in ("at", "kind")}
    if kind == "facts_changed":
        _facts({key: value for key, value in data.items() if key != "reason"}, field)
        return Event(at, kind, data)
    for key in TIMES:
        if data.get(key) is not None:
            data[key] = _time(data[key], f"{field}.{key}")
    _check_types(data, field)
    return Event(at, kind, data)


def _check_types(data: Mapping[str, Any], field: str) -> None:
    """Refuse a field of an event that is not of its own type."""
    for keys, kind, expected in (
        (TEXTS, str, "expected a text"),
        (TRUTHS, bool, "expected true or false"),
        (("scores", "reasons"), dict, "expected an object"),
    ):
        for key in keys:
            if data.get(key) is not None and not isinstance(data[key], kind):
                raise Unreplayable(f"{field}.{key}", expected)
    for key, score in (data.get("scores") or {}).items():
        if not isinstance(score, (int, Decimal)):
            raise Unreplayable(f"{field}.scores.{key}", "expected a number, true or false")


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON values: replay.md's output, with gates, derived, next_moment."""
    tree: dict[str, Any] = _plain(asdict(verdict))
    for row in tree["clocks"]:
        row["explanation"] = dict(row["explanation"])
    for rows, keys in (("clocks", ("basis", "calendar")), ("penalties", ("sanction", "range"))):
        for row in tree[rows]:
            for key in keys:
                if row[key] is None:
                    del row[key]
    return tree


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(microsecond=0).isoformat()
    return str(value) if isinstance(value, Decimal) else value
