"""The course of a case: its history walked once, as a row of moments and of acts that count.

A moment holds what is so from its time until the next one. An automatic upgrade is a moment of
its own, between two events. Events that a rule refuses leave no trace but their refusal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regulations.engine.acts import Act, confirmed
from regulations.engine.calendar import WorkCalendar, local
from regulations.engine.conditions import View
from regulations.engine.facts import KNOWN, OF_EVENTS, normal, urgency_of, with_derived
from regulations.engine.grading import Assessment, Decision, assess
from regulations.engine.history import DERIVED, Event, History
from regulations.engine.pack import Criterion, Pack, own_name
from regulations.engine.periods import deadline
from regulations.engine.refusals import refusal_of
from regulations.engine.routing import first_department
from regulations.engine.verdict import Derived, Grade, Refusal

DEPARTMENT_FACTS = frozenset({"receiving_department"})


@dataclass(frozen=True, slots=True)
class Moment:
    """What is so from `at` on.

    `valid` None is not judged yet; `ended` is withdrawn or merged; `waiting` is paused.
    """

    at: datetime
    cycle: int
    view: View
    grade: Grade
    valid: bool | None
    ended: str | None
    waiting: bool
    calendar: WorkCalendar
    act: Act | None

    @property
    def active(self) -> bool:
        """Whether the complaint is pursued: neither invalid nor ended."""
        return self.valid is not False and self.ended is None


@dataclass(slots=True)
class Course:
    """Everything the walk has found, up to `now`."""

    pack: Pack
    now: datetime
    moments: list[Moment] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    upgrades: list[Derived] = field(default_factory=list)
    next_upgrade: datetime | None = None
    pause_ends: datetime | None = None

    @property
    def last(self) -> Moment:
        """Return how things stand now."""
        return self.moments[-1]

    def in_cycle(self, cycle: int) -> list[Act]:
        """Return the acts of one cycle."""
        return [act for act in self.acts if act.cycle == cycle]

    def end_of(self, number: int) -> datetime:
        """Return when a moment gives way to the next one, `now` for the last."""
        return self.moments[number + 1].at if number + 1 < len(self.moments) else self.now


def walk(pack: Pack, history: History, calendar: WorkCalendar, now: datetime) -> Course:
    """Return the course of a history up to and including `now`; later events are not seen."""
    return _Walk(pack, history, calendar, now).run()


class _Walk:
    """The state of the walk: what the events so far add up to."""

    def __init__(self, pack: Pack, history: History, calendar: WorkCalendar, now: datetime):
        self.course = Course(pack, now)
        self.pack, self.history, self.calendar = pack, history, calendar
        self.facts: dict[str, Any] = {}
        self.decision: Decision | None = None
        self.department: str | None = None
        self.cycle, self.cycle_started = 1, None
        self.cycle_acts: list[Act] = []
        self.valid: bool | None = None
        self.ended: str | None = None
        self.waiting = False
        self.resolved = False
        self.elapsed: frozenset[str] = frozenset()
        self.told: dict[str, Any] = {}  # what acts have said: OF_EVENTS and JUDGED
        self.view: View = {}
        self.assessment = Assessment(Grade(), frozenset())

    cycle_started: datetime | None

    def run(self) -> Course:
        self.merge(-1, self.history.facts)
        self.look()
        events = self.history.events
        first = local(events[0].at) if events else self.course.now
        self.push(min(first, self.course.now), None)
        for index, event in enumerate(events):
            at = local(event.at)
            if at > self.course.now:
                break
            if not event.kind.startswith(DERIVED):
                self.pass_time(at)
                self.take(index, at, event)
        self.pass_time(self.course.now)
        self.course.next_upgrade = self.coming_upgrade()
        return self.course

    # -- events

    def take(self, index: int, at: datetime, event: Event) -> None:
        """Let one event count, or note why it does not."""
        data = self.own_terms(event.data)
        if event.kind == "answered":
            event = Event(event.at, "closed", event.data)
            data = {**data, "mode": "answered"}
        reason = refusal_of(
            self.pack, event.kind, data, self.cycle_acts, self.view, waiting=self.waiting
        )
        if reason is not None:
            refused = Refusal(index, event.kind, reason.code, reason.source, reason.accepted)
            self.course.refused.append(refused)
            return
        if event.kind == "reopened":
            self.reopen(at)
        elif event.kind == "received" and self.cycle_started is None:
            self.receive(at)
        act = Act(index, at, event.kind, data, self.cycle, len(self.course.moments))
        self.course.acts.append(act)
        self.cycle_acts.append(act)
        self.change(act)
        self.push(at, act)

    def own_terms(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an event's data with departments and posts under their own names."""
        terms = {}
        for key in ("department", "to", "by", "signed_by"):
            if isinstance(data.get(key), str) and data[key] not in ("customer", "property"):
                terms[key] = self.pack.signer(data[key])
        return {**data, **terms} if terms else data

    def change(self, act: Act) -> None:
        """Take over what an act changes."""
        match act.kind:
            case "facts_changed":
                self.merge(act.index, act.data)
                self.look()
            case "graded":
                self.decision = Decision(act.data["grade"], self.assessment.matched)
                self.look()
            case "assigned" | "returned":
                self.department = act.data.get("department") if act.kind == "assigned" else None
                self.look()
            case "judged":
                self.valid = bool(act.data.get("valid"))
                self.tell("valid", self.valid)
            case "investigated" | "customer_talked" | "followed_up":
                self.hear(act)
            case "withdrawn" | "merged":
                self.ended = act.kind
            case "paused":
                self.pause(act)
            case "resumed":
                self.waiting, self.course.pause_ends = False, None
            case "calendar_changed":
                version = str(act.data.get("version", ""))
                self.calendar = self.calendar.versions.get(version, self.calendar)
            case "closed" if act.data.get("mode") == "invalid":
                self.valid = False
                self.tell("valid", self.valid)
        if act.kind in ("confirmed", "closed", "facts_changed") and not self.resolved:
            self.resolved = act.kind == "closed" or confirmed(self.pack, self.view, self.cycle_acts)

    def pause(self, act: Act) -> None:
        """Let the case wait, at most as long as the reason allows."""
        rule = next(one for one in self.pack.pauses if one.reason == act.data["reason"])
        self.waiting = True
        if rule.longest is not None:
            self.course.pause_ends = deadline(rule.longest, act.at, self.calendar).due

    def receive(self, at: datetime) -> None:
        """Begin the first cycle, and note whether somebody was at work then."""
        self.cycle_started = at
        hours = self.pack.office or self.calendar.office
        self.tell("out_of_hours", self.calendar.next_inside(at, hours) != at)

    def hear(self, act: Act) -> None:
        """Take over what was found, or what the customer says."""
        for key in OF_EVENTS:
            if act.data.get(key) is not None:
                self.tell(key, act.data[key])

    def tell(self, key: str, value: Any) -> None:
        """Take over what an act says of the case; derive the view anew where a rule may ask."""
        if self.told.get(key) != value:
            self.told[key] = value
            if key in self.pack.asked:
                self.look()

    def reopen(self, at: datetime) -> None:
        """Begin a new cycle with clocks of its own; what was judged of the case stays."""
        self.told = {key: value for key, value in self.told.items() if key not in OF_EVENTS}
        self.cycle += 1
        self.cycle_started, self.cycle_acts = at, []
        self.resolved, self.ended, self.elapsed = False, None, frozenset()
        self.waiting, self.course.pause_ends = False, None
        self.look()

    def merge(self, index: int, facts: Mapping[str, Any]) -> None:
        """Take over facts, leaving out what is none; a value that does not fit is refused."""
        for key, value in facts.items():
            if key not in KNOWN:
                continue
            try:
                self.facts[key] = self.own_fact(key, normal(key, value))
            except ValueError:
                kind = self.history.events[index].kind if index >= 0 else "received"
                self.course.refused.append(Refusal(index, kind, "bad_value", (), key))

    def own_fact(self, key: str, value: Any) -> Any:
        """Return a term under its own name. Raises ValueError for one the pack does not know."""
        if value is None:
            return None
        own: str | None = value
        if key == "category":
            category = self.pack.category(value)
            own = category.name if category else None
        elif key == "clock_category":
            own = own_name(self.pack.clock_categories, value)
        elif key == "channel":
            own = own_name(self.pack.channels, value) or value
        elif key == "customer_kind":
            own = own_name(self.pack.customer_kinds, value) or value
        elif key in DEPARTMENT_FACTS:
            own = self.pack.department(value) or (value if self.pack.other_departments else None)
        if own is None:
            raise ValueError(f"unknown {key}")
        return own

    # -- what follows

    def look(self) -> None:
        """Derive the view of the facts and the grade anew."""
        view = with_derived(self.facts) | self.told
        view["urgency"] = urgency_of(self.pack.urgencies, view.get("urgency"), view)
        if view.get("clock_category") is None:
            category = self.pack.category(view.get("category"))
            view["clock_category"] = category.clock_category if category else None
        view["department"] = self.department
        self.assessment = assess(self.pack, view, self.elapsed, self.decision)
        view["grade"] = self.assessment.grade.name
        view["first_department"] = first_department(self.pack, view)
        self.view = view

    def push(self, at: datetime, act: Act | None) -> None:
        """Add a moment with what is so from `at` on."""
        self.course.moments.append(
            Moment(
                at,
                self.cycle,
                self.view,
                self.assessment.grade,
                self.valid,
                self.ended,
                self.waiting,
                self.calendar,
                act,
            )
        )

    # -- automatic upgrades

    def pending(self) -> Iterator[tuple[datetime, Criterion]]:
        """Yield criteria by time that have not come up yet, with the end of their period."""
        if self.cycle_started is None or self.resolved or self.ended or self.valid is False:
            return
        for level in self.pack.grades:
            for criterion in level.criteria:
                if criterion.after is not None and criterion.id not in self.elapsed:
                    end = deadline(criterion.after, self.cycle_started, self.calendar)
                    yield end.due, criterion

    def pass_time(self, until: datetime) -> None:
        """Let come up what comes by itself before `until`: a pause's end, criteria by time."""
        ends = self.course.pause_ends
        if ends is not None and ends < until:
            self.lift_grades(ends)
            self.waiting, self.course.pause_ends = False, None
            self.push(ends, None)
        self.lift_grades(until)

    def lift_grades(self, until: datetime) -> None:
        """Let the criteria by time come up whose period has ended before `until`."""
        for due, criterion in sorted(self.pending(), key=lambda pair: pair[0]):
            if due >= until:
                return
            at = max(due, self.course.last.at)
            before = self.assessment.grade
            self.elapsed |= {criterion.id}
            self.look()
            self.push(at, None)
            if self.pack.rank(self.assessment.grade.name) > self.pack.rank(before.name):
                self.upgraded(at)

    def upgraded(self, at: datetime) -> None:
        grade = self.assessment.grade
        key = f"upgraded:{self.cycle}:{grade.name}:{at.isoformat()}"
        row = Derived(key, "derived.upgraded", at, str(grade.name), grade.source)
        self.course.upgrades.append(row)

    def coming_upgrade(self) -> datetime | None:
        """Return the end of the next period after which the grade would rise, None if none."""
        rank = self.pack.rank(self.assessment.grade.name)
        for due, criterion in sorted(self.pending(), key=lambda pair: pair[0]):
            later = self.elapsed | {criterion.id}
            grade = assess(self.pack, self.view, later, self.decision).grade
            if self.pack.rank(grade.name) > rank:
                return due
        return None
