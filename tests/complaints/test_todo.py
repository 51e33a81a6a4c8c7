"""What waits for a person lies within what they see, whatever their posts."""

import pytest

from accounts import access
from accounts.models import User
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.todo import waiting_for
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

STATES = ("received", "assigned", "investigating", "resolving", "feedback", "review", "archived")


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    for state in STATES:
        loop.to(state, GROUP_OF_THREE)
    loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    return loop


def todo(loop: Loop, by: str) -> set[int]:
    return set(waiting_for(loop.actor(by)).values_list("pk", flat=True))


def test_nobody_has_to_do_what_they_do_not_see(loop):
    waiting = 0
    for person in User.objects.all():
        found = set(waiting_for(person.actor).values_list("pk", flat=True))
        seen = access.visible(person.actor, Complaint.objects.open())
        assert found <= set(seen.values_list("pk", flat=True)), person
        waiting += len(found)
    assert waiting > len(STATES)


def test_each_step_waits_for_the_posts_that_take_it(loop):
    own = Complaint.objects.filter(version__regulation__code__startswith="dali")
    by_state = dict(own.values_list("state", "pk"))
    clerk = {by_state[state] for state in ("received", "feedback", "review")}
    assert clerk <= todo(loop, "zhoumin")
    assert by_state["assigned"] in todo(loop, "duanhongwei")
    assert {by_state["investigating"], by_state["resolving"]} <= todo(loop, "zhaogang")
    assert todo(loop, "konglingyi") == set()


def test_a_complaint_about_somebody_does_not_wait_for_them(loop):
    case = Complaint.objects.get(state="assigned")
    assert case.pk in todo(loop, "duanhongwei")
    recused = {"person": loop.user("duanhongwei").pk}
    loop.do(case, Kind.RECUSED, "linxiaoyun", recused, reason="投诉对象")
    assert case.pk not in todo(loop, "duanhongwei")
