"""Reads the stories: YAML files of cases, each with its steps as short lines.

A step is one line: `[time] kind [words…] [by user] [late 1:30] [| text [// why late]]`. Without a
time it follows the step before it after the usual while; without `by` the usual person does it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from complaints.lifecycle import Kind
from demo import people
from demo.stories.times import WORD, Times

UNITS = {"dali-tourism": people.TOURISM, "tobacco-2026": people.TOBACCO}
OWNERS = {"dali-tourism": "客户服务部", "tobacco-2026": "客服部门"}

# The minutes that usually pass before a step.
USUAL = {
    Kind.RESPONDED: 6,
    Kind.JUDGED: 9,
    Kind.TRANSFERRED: 4,
    Kind.ASSIGNED: 7,
    Kind.ACCEPTED: 16,
    Kind.DEPARTMENT_RESPONDED: 14,
    Kind.VISITED: 50,
    Kind.INVESTIGATED: 30,
    Kind.PLAN_SUBMITTED: 25,
    Kind.PLAN_APPROVED: 30,
    Kind.APPROVED: 40,
    Kind.CUSTOMER_TALKED: 35,
    Kind.EXECUTED: 180,
    Kind.RESULT_RETURNED: 20,
    Kind.CUSTOMER_INFORMED: 25,
    Kind.CONFIRMED: 15,
    Kind.FOLLOWED_UP: 20,
    Kind.REVIEWED: 35,
    Kind.CLOSED: 6,
    Kind.ARCHIVED: 18,
}
AT_OWNER = frozenset(
    {
        Kind.RESPONDED,
        Kind.TRANSFERRED,
        Kind.JUDGED,
        Kind.GRADED,
        Kind.FACTS_CHANGED,
        Kind.ASSIGNED,
        Kind.STAFF_PLAN_CONFIRMED,
        Kind.CUSTOMER_INFORMED,
        Kind.CONFIRMED,
        Kind.FOLLOWED_UP,
        Kind.ARCHIVED,
        Kind.REOPENED,
        Kind.WITHDRAWN,
        Kind.NOTED,
    }
)
AT_HEAD = frozenset({Kind.ACCEPTED, Kind.RETURNED, Kind.PLAN_APPROVED, Kind.PLAN_REJECTED})
BY_OWNERS_HEAD = frozenset({Kind.REVIEWED, Kind.CLOSED})
TEXT = {
    Kind.RETURNED: "reason",
    Kind.PLAN_REJECTED: "reason",
    Kind.REOPENED: "reason",
    Kind.WITHDRAWN: "reason",
    Kind.GRADED: "reason",
    Kind.FACTS_CHANGED: "reason",
    Kind.EXTENSION_ASKED: "reason",
    Kind.EXTENDED: "reason",
    Kind.INVESTIGATED: "findings",
    Kind.PLAN_SUBMITTED: "measures",
    Kind.STAFF_PLAN_SUBMITTED: "measures",
    Kind.RESULT_RETURNED: "result",
}
LINE = re.compile(
    r"(?P<kind>[a-z_]+)(?P<words>[^|]*?)(?: by (?P<by>\w+))?(?: late (?P<late>\d+:\d\d))?"
    r"\s*(?:\|\s*(?P<text>.*?)\s*(?://\s*(?P<why>.*))?)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """One act of a story: when it is recorded, by whom, and `back` before that it happened."""

    recorded: datetime
    by: str
    kind: str
    data: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    back: timedelta = timedelta(0)


@dataclass(frozen=True)
class Story:
    """A case as it comes in, and what then happens to it up to the present."""

    id: str
    regulation: str
    by: str
    received: datetime
    registered: datetime
    facts: dict[str, Any]
    entered: dict[str, str]
    late_reason: str
    steps: tuple[Step, ...]


def stories(times: Times) -> list[Story]:
    """Return all stories, counted back from the present; what is still to come is left out."""
    told = []
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        book = yaml.safe_load(path.read_text(encoding="utf-8"))
        told += [_story(row, book, times, len(told) + n) for n, row in enumerate(book["stories"])]
    return told


def _story(row: Mapping[str, Any], book: Mapping[str, Any], times: Times, place: int) -> Story:
    received = times.read(row["received"])
    registered = times.read(
        row.get("registered", f"+0:{3 + crc32(row['id'].encode()) % 10:02}"), received
    )
    facts = book["facts"] | row["facts"]
    entered = {key: row[key] for key in book["entered"] if key in row}
    entered.setdefault("phone", f"1000000{place + 1001}")
    by = row.get("by", book["by"])
    reader = Reader(book["regulation"], by, times, row["id"])
    return Story(
        id=row["id"],
        regulation=book["regulation"],
        by=by,
        received=received,
        registered=registered,
        facts=facts,
        entered=entered,
        late_reason=row.get("late_reason", ""),
        steps=tuple(reader.steps(row.get("steps", []), registered)),
    )


class Reader:
    """Reads the lines of one story, keeping in mind who has the case by now."""

    def __init__(self, regulation: str, clerk: str, times: Times, story: str):
        self.unit, self.owner = UNITS[regulation], OWNERS[regulation]
        desk = {p.username for p in people.PEOPLE[self.unit] if p.department == self.owner}
        self.clerk = clerk if clerk in desk else ("zhoumin" if "zhoumin" in desk else "xujing")
        self.times, self.story = times, story
        self.department = self.handler = ""

    def steps(self, lines: list[str], registered: datetime) -> Iterator[Step]:
        """Yield the steps whose time has come."""
        before = registered
        for number, line in enumerate(lines):
            step = self._step(line, before, number)
            if step.recorded > self.times.present:
                return
            before = step.recorded
            yield step

    def _step(self, line: str, before: datetime, number: int) -> Step:
        told = WORD.match(line)
        rest = line[told.end() :].strip() if told else line
        found = LINE.fullmatch(rest)
        if found is None or found["kind"] not in Kind.values:
            raise ValueError(f"{self.story}: {line!r}")
        kind, words = Kind(found["kind"]), found["words"].split()
        when = told.group() if told else self._usual(kind, number)
        recorded = self.times.read(when, before)
        data = WORDS.get(kind, _nothing)(self, words, recorded)
        return Step(
            recorded=recorded,
            by=found["by"] or self._usual_person(kind),
            kind=kind,
            data=data,
            texts=_texts(kind, data, found["text"], found["why"]),
            back=_span(found["late"]),
        )

    def _usual(self, kind: Kind, number: int) -> str:
        """Return the usual while before a step, a little different in each story."""
        shift = 75 + crc32(f"{self.story}{number}".encode()) % 50
        minutes = max(1, USUAL.get(kind, 20) * shift // 100)
        return f"+{minutes // 60}:{minutes % 60:02}"

    def _usual_person(self, kind: Kind) -> str:
        if kind in AT_OWNER:
            return self.clerk
        if kind in BY_OWNERS_HEAD:
            return people.head_of(self.unit, self.owner)
        if kind in AT_HEAD:
            return people.head_of(self.unit, self.department)
        return self.handler


def _nothing(reader: Reader, words: list[str], at: datetime) -> dict[str, Any]:
    if words:
        raise ValueError(f"{reader.story}: {words}")
    return {}


def _judged(reader, words, at):
    return {"valid": True} if words == ["valid"] else {"valid": False, "reason": words[1]}


def _assigned(reader, words, at):
    (reader.department,) = words
    return {"department": reader.department}


def _accepted(reader, words, at):
    (reader.handler,) = words
    return {"handler": reader.handler}


def _investigated(reader, words, at):
    """The conclusion, and what lies behind the complaint where it was found."""
    return dict(zip(("conclusion", "cause"), words, strict=False))


def _planned(reader, words, at):
    """The way of handling, and the day by which it is to be done (`+w2`)."""
    option, *until = words
    data = {"option": option, "starts_on": at.date().isoformat()}
    if until:
        data["finishes_on"] = reader.times.read(f"{until[0]} 12:00", at).date().isoformat()
    return data


def _followed_up(reader, words, at):
    """The satisfaction, then the scores that the regulation asks for."""
    satisfaction, *scores = words
    numbers = [int(score) for score in scores]
    if reader.unit == people.TOBACCO:
        return {"satisfaction": satisfaction, "scores": {"satisfaction": numbers[0]}}
    asked = dict(zip(("Q3", "Q4", "Q5"), numbers, strict=True))
    return {"satisfaction": satisfaction, "scores": {"Q1": True, "Q2": True} | asked}


def _extension(reader, words, at):
    """The stage, the clause's fact, and the last day granted."""
    stage, source, until = words
    return {
        "stage": stage,
        "source": source,
        "until": reader.times.end_of(until, at).isoformat(),
    }


def _facts(reader, words, at):
    return {key: yaml.safe_load(value) for key, value in (word.split("=") for word in words)}


def _one(key: str) -> Callable[[Reader, list[str], datetime], dict[str, Any]]:
    def read(reader, words, at):
        (word,) = words
        return {key: word}

    return read


WORDS: dict[str, Callable[[Reader, list[str], datetime], dict[str, Any]]] = {
    Kind.TRANSFERRED: _one("to"),
    Kind.JUDGED: _judged,
    Kind.GRADED: _one("grade"),
    Kind.FACTS_CHANGED: _facts,
    Kind.ASSIGNED: _assigned,
    Kind.ACCEPTED: _accepted,
    Kind.INVESTIGATED: _investigated,
    Kind.PLAN_SUBMITTED: _planned,
    Kind.APPROVED: _one("what"),
    Kind.CUSTOMER_TALKED: _one("opinion"),
    Kind.CONFIRMED: lambda reader, words, at: dict(zip(("by", "form"), words, strict=True)),
    Kind.FOLLOWED_UP: _followed_up,
    Kind.REVIEWED: lambda reader, words, at: {"passed": words == ["passed"]},
    Kind.CLOSED: _one("mode"),
    Kind.EXTENSION_ASKED: _extension,
    Kind.EXTENDED: _extension,
}


def _texts(kind: str, data: Mapping[str, Any], text: str | None, why: str | None) -> dict[str, str]:
    texts = {TEXT.get(kind, "note"): text} if text else {}
    if why:
        texts["late_reason"] = why
    for question, score in data.get("scores", {}).items():
        if text and question in ("Q3", "Q4", "Q5") and score < 6:
            texts[f"reasons.{question}"] = text
    return texts


def _span(words: str | None) -> timedelta:
    hours, minutes = (words or "0:00").split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
