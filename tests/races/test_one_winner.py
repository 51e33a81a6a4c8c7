"""INV-8: of simultaneous acts on one case that exclude each other exactly one takes effect."""

import re
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.utils.html import escape

from audits.verification import differences
from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from complaints.pipeline import Act
from complaints.refusals import Overtaken
from tests.complaints.sending import WAY, drawn
from tests.databases import used
from tests.loop import Loop
from tests.races.crowd import Meeting, sort_out, together

pytestmark = pytest.mark.race


def told(case):
    return [e.kind for e in CaseEvent.objects.filter(case=case).order_by("seq") if not e.is_derived]


def assert_one_winner(case, forms):
    """Send the forms at once: one is recorded, the others change nothing and read who did what."""
    before = told(case)
    answers, _none = sort_out(together(*(form.send for form in forms)))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [302] + [409] * (len(forms) - 1), (forms[0].kind, statuses)
    won = forms[statuses.index(302)]
    assert told(case) == [*before, won.kind]
    event = CaseEvent.objects.filter(case=case, kind=won.kind).order_by("seq").last()
    for form, answer in zip(forms, answers, strict=True):
        if answer.status_code == 409:
            assert_reads_of(form, answer, event)
    case.refresh_from_db()
    return won


def assert_reads_of(form, answer, event):
    """The page says it; where the case is out of sight by now, the desk does."""
    page = answer.content.decode()
    # Not by the templates' names: those of requests in other threads are among them.
    if 'class="bare problem"' in page:
        page = form.client.get("/").content.decode()
    sentence = re.search(r"您打开此页之后案件有了新进展：(.*?)。本次未记录", page)
    assert sentence, page
    assert escape(event.actor.name) in sentence[1]
    assert str(Kind(event.kind).label) in sentence[1]
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", sentence[1])


def race_round_the_loop(loop, rounds):
    """Take cases round the loop; every step is sent by four people or sessions at once."""
    for _round in range(rounds):
        case = loop.register()
        for kind, people in WAY:
            hands = [people[place % len(people)] for place in range(4)]
            assert_one_winner(case, [drawn(loop, case, kind, by) for by in hands])
        assert case.state == "investigating"
        assert case.cycle == 2
    assert list(differences()) == []


def test_inv_8_every_step_has_one_winner(fresh_db):
    race_round_the_loop(Loop.new(), rounds=1)


@pytest.mark.long
def test_inv_8_every_step_has_one_winner_in_200_rounds(fresh_db):
    race_round_the_loop(Loop.new(), rounds=200)


# State, and acts that exclude each other there: (act, by whom, what they enter differently).
RIVALS = {
    "received": (
        ("assigned", "zhoumin", {}),
        ("assigned", "hejia", {}),
        ("withdrawn", "yangruolan", {}),
    ),
    "assigned": (
        ("accepted", "duanhongwei", {}),
        ("accepted", "duanhongwei", {}),
        ("withdrawn", "zhoumin", {}),
    ),
    "investigating": (
        ("investigated", "zhaogang", {}),
        ("investigated", "duanhongwei", {"conclusion": "不属实"}),
        ("withdrawn", "zhoumin", {}),
    ),
    "feedback": (
        ("followed_up", "zhoumin", {}),
        ("followed_up", "hejia", {"satisfaction": "不满意"}),
        ("withdrawn", "yangruolan", {}),
    ),
    "review": (
        ("reviewed", "linxiaoyun", {}),
        ("reviewed", "linxiaoyun", {"passed": "no", "note": "回访记录不全"}),
        ("withdrawn", "zhoumin", {}),
    ),
    "archived": (("reopened", "zhoumin", {}), ("reopened", "hejia", {"reason": "客户来电"})),
}


def rivals_of(loop, state):
    case = loop.to(state)
    if state == "feedback":
        loop.do(case, Kind.CUSTOMER_INFORMED, "zhoumin", note="已告知")
        loop.do(case, Kind.CONFIRMED, "zhoumin", {"by": "customer", "form": "written"})
        case.refresh_from_db()
    return case, [drawn(loop, case, kind, by, **entered) for kind, by, entered in RIVALS[state]]


@pytest.mark.parametrize("state", RIVALS)
def test_inv_8_different_acts_at_once_have_one_winner(state, fresh_db):
    loop = Loop.new()
    assert_one_winner(*rivals_of(loop, state))
    assert list(differences()) == []


@pytest.mark.long
@pytest.mark.parametrize("state", RIVALS)
def test_inv_8_different_acts_have_one_winner_in_200_rounds(state, fresh_db):
    loop = Loop.new()
    for _round in range(200):
        assert_one_winner(*rivals_of(loop, state))
    assert list(differences()) == []


def test_inv_8_a_plan_is_approved_or_sent_back(fresh_db):
    loop = Loop.new()
    case = loop.to("resolving")
    case = loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换")
    forms = [
        drawn(loop, case, kind, "linxiaoyun")
        for kind in ("plan_approved", "plan_rejected", "plan_approved", "plan_rejected")
    ]
    won = assert_one_winner(case, forms)
    state = {"plan_approved": "approved", "plan_rejected": "rejected"}[won.kind]
    assert case.plans.get().state == state


@pytest.mark.parametrize("rounds", [2, pytest.param(200, marks=pytest.mark.long)])
def test_inv_8_a_task_is_accepted_or_returned(rounds, fresh_db):
    """Where 退单 wins the case is out of the department's sight; who comes after reads why."""
    loop = Loop.new()
    for _round in range(rounds):
        case = loop.assign(loop.register())
        kinds = ("accepted", "returned", "accepted", "returned")
        won = assert_one_winner(case, [drawn(loop, case, kind, "duanhongwei") for kind in kinds])
        assert case.state == {"accepted": "investigating", "returned": "received"}[won.kind]
    assert list(differences()) == []


@pytest.mark.django_db
def test_inv_8_whoever_comes_later_reads_who_was_first():
    """Each step a second time, sent from a form that was drawn before the first one."""
    loop = Loop.new()
    case = loop.register()
    for kind, people in WAY:
        first, late = (drawn(loop, case, kind, by) for by in (people[0], people[-1]))
        assert first.send().status_code == 302
        before = told(case)
        answer = late.send()
        assert answer.status_code == 409, kind
        assert_reads_of(late, answer, CaseEvent.objects.filter(case=case, kind=kind).last())
        assert told(case) == before
        case.refresh_from_db()


@pytest.mark.parametrize("guard", ["none", "place-once", "lock"])
def test_inv_8_the_lock_is_what_lets_one_win(guard, fresh_db, monkeypatch):
    """Three people assign one case; all have read it before any of them writes.

    With no guard all three win. Without the lock the database still takes one event at a place,
    and the others fail; with the lock they are told who was first.
    """
    loop = Loop.new()
    case = loop.register()
    if guard == "none":
        with used(fresh_db, owner=True), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE complaints_caseevent DROP CONSTRAINT event_place_once")
            cursor.execute("ALTER TABLE sla_clock DROP CONSTRAINT clock_once")
    if guard != "lock":
        unguarded = type(Complaint.objects.all())
        monkeypatch.setattr(unguarded, "select_for_update", lambda rows, **options: rows)
    meeting, enter = Meeting(3), pipeline.enter

    def entered(case_id):
        passage = enter(case_id)
        meeting.wait()
        return passage

    monkeypatch.setattr(pipeline, "enter", entered)
    place = {"department_id": loop.department("物业公司").pk}
    jobs = [
        partial(pipeline.act, case.pk, [Act("assigned", place)], actor=loop.actor(by), seen=2)
        for by in ("zhoumin", "hejia", "yangruolan")
    ]
    won, lost = sort_out(together(*jobs), IntegrityError, Overtaken)
    assert meeting.met == (0 if guard == "lock" else 3)
    assert len(won) == (3 if guard == "none" else 1)
    assert {type(problem) for problem in lost} == {
        "none": set(),
        "place-once": {IntegrityError},
        "lock": {Overtaken},
    }[guard]
    assert told(case) == ["received", "registered"] + ["assigned"] * len(won)


@pytest.mark.parametrize("count", [3, pytest.param(20, marks=pytest.mark.long)])
def test_inv_8_all_sessions_press_at_once_on_all_cases(count, fresh_db):
    """Ten sessions have the same button of each case on screen; all press at once, in the long form 200."""
    loop = Loop.new()
    cases = [loop.register() for _number in range(count)]
    people = dict(WAY)["assigned"]
    forms = {
        case.number: [drawn(loop, case, "assigned", people[place % 3]) for place in range(10)]
        for case in cases
    }
    pressed = [form for own in forms.values() for form in own]
    answers, _none = sort_out(together(*(form.send for form in pressed)))
    statuses = {number: [] for number in forms}
    for form, answer in zip(pressed, answers, strict=True):
        statuses[form.number].append(answer.status_code)
    assert {number: sorted(own) for number, own in statuses.items()} == {
        number: [302] + [409] * 9 for number in forms
    }
    for case in cases:
        assert told(case) == ["received", "registered", "assigned"]
        event = CaseEvent.objects.get(case=case, kind="assigned")
        for form, answer in zip(pressed, answers, strict=True):
            if form.number == case.number and answer.status_code == 409:
                assert_reads_of(form, answer, event)
    assert list(differences()) == []
