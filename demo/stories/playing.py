"""Lets the stories happen: every act through the pipeline, in the order of time, by its person."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import groupby

from django.db.models import F

from accounts.actors import Actor, actor_of
from accounts.models import Department, User
from complaints import intake, pipeline
from complaints.models import Complaint
from complaints.models.particulars import COLUMNS
from complaints.pipeline import Act
from complaints.refusals import NotTaken
from demo.stories import book
from demo.stories.book import Step, Story
from demo.stories.past import in_the_past
from demo.stories.times import Times
from notices.models import Channel, Notice
from records import clock
from regulations.models import RegulationVersion

log = logging.getLogger(__name__)


def play(versions: Mapping[str, RegulationVersion]) -> None:
    """Let every story happen, unless there are cases already."""
    if Complaint.objects.exists():
        return
    present = clock.now()
    told = book.stories(Times(present))
    with in_the_past() as turn_to:
        player = Player(versions, turn_to)
        for moment, _place, happen in _agenda(player, told):
            player.sweep_until(moment)
            turn_to(moment)
            happen()
        player.sweep_until(present)
        _empty_outbox(present)
    sweep_due()


def sweep_due() -> None:
    """Take the cases whose moment has come by now through the sweep."""
    for pk in Complaint.objects.due(clock.now()).values_list("pk", flat=True):
        pipeline.sweep(pk)


def _empty_outbox(present: datetime) -> None:
    """What people were told in the past has long gone out and, but for the last day's, been read."""
    Notice.objects.filter(delivered_at=None).update(
        delivered_at=F("created_at"), attempts=1, next_try=None
    )
    Notice.objects.filter(
        channel=Channel.IN_APP, created_at__lt=present - timedelta(days=1)
    ).update(read_at=F("created_at") + timedelta(hours=2))


def _agenda(player: "Player", told: list[Story]):
    """Return everything that happens in the order of time; a story's own order is kept."""
    agenda = []
    for story in told:
        agenda.append((story.registered, len(agenda), partial(player.register, story)))
        for (moment, _by), together in groupby(story.steps, lambda s: (s.recorded, s.by)):
            steps = tuple(together)
            agenda.append((moment, len(agenda), partial(player.act, story, steps)))
    return sorted(agenda, key=lambda row: row[:2])


class Player:
    """Plays the steps; `turn_to` turns the database's clock."""

    def __init__(self, versions: Mapping[str, RegulationVersion], turn_to):
        self.versions, self.turn_to = versions, turn_to
        self.people = {user.username: user for user in User.objects.all()}
        self.departments = {
            (row.parent.name, row.name): row.pk
            for row in Department.objects.exclude(parent=None).select_related("parent")
        }
        self.cases: dict[str, int] = {}
        self.due: list[tuple[datetime, int]] = []
        self.next: dict[int, datetime | None] = {}
        self.actors: dict[tuple, Actor] = {}
        self.stuck: set[str] = set()

    def register(self, story: Story) -> None:
        version = self.versions[story.regulation]
        new = intake.Intake(
            version=version,
            received_at=story.received,
            facts=story.facts,
            particulars=_particulars(story, version),
            texts={"late_reason": story.late_reason},
        )
        case = intake.register(new, actor=self._actor(story.by, story.registered))
        self.cases[story.id] = case.pk
        self._note(case)

    def act(self, story: Story, steps: tuple[Step, ...]) -> None:
        """Let steps of one person happen; a story that the regulation refuses ends there."""
        acts = [
            Act(s.kind, self._data(story, s), s.texts, s.recorded - s.back if s.back else None)
            for s in steps
        ]
        actor = self._actor(steps[0].by, steps[0].recorded)
        if story.id in self.stuck:
            return
        try:
            self._note(pipeline.act(self.cases[story.id], acts, actor=actor))
        except NotTaken as error:
            self.stuck.add(story.id)
            reasons = getattr(error, "reasons", error)
            log.warning("story %s ends at %s: %s", story.id, steps[0].kind, reasons)

    def sweep_until(self, moment: datetime) -> None:
        """Take each case whose moment comes before `moment` through the sweep, at that moment."""
        while self.due and self.due[0][0] < moment:
            due, pk = heappop(self.due)
            if self.next[pk] == due:
                self.turn_to(due)
                pipeline.sweep(pk)
                self._note(Complaint.objects.only("next_moment").get(pk=pk))

    def _note(self, case: Complaint) -> None:
        """Keep in mind when a case moves by itself; an earlier such moment counts no more."""
        self.next[case.pk] = case.next_moment
        if case.next_moment is not None:
            heappush(self.due, (case.next_moment, case.pk))

    def _actor(self, username: str, moment: datetime) -> Actor:
        """Return a person with their posts; they do not change within a day of the stories."""
        key = (username, moment.date())
        if key not in self.actors:
            self.actors[key] = actor_of(self.people[username], moment)
        return self.actors[key]

    def _data(self, story: Story, step: Step) -> dict:
        data = dict(step.data)
        if handler := data.get("handler"):
            data["handler"] = self.people[handler].pk
        if department := data.pop("department", None):
            unit = book.UNITS[story.regulation]
            data["department_id"] = self.departments[unit, department]
        return data


def _particulars(story: Story, version: RegulationVersion) -> dict:
    """Return what the registration form would have kept: columns, and the rest by key."""
    values = {}
    for asked in version.pack.intake:
        value = story.entered.get(asked.key, story.facts.get(asked.fact or ""))
        if value is not None:
            values[asked.key] = (
                ("yes" if value else "no") if isinstance(value, bool) else str(value)
            )
    columns = {name: values.pop(key) for key, name in COLUMNS.items() if key in values}
    return columns | {"more": values}
