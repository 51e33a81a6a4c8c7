"""INV-8 for merging: of two cases that are merged into each other at once, one stays."""

from functools import partial

import pytest
from django.db import OperationalError

from complaints import effects, pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint, Link
from complaints.refusals import Refused
from tests.loop import Loop
from tests.races.crowd import Meeting, sort_out, together

pytestmark = pytest.mark.race


@pytest.fixture
def two(fresh_db):
    loop = Loop.new()
    return loop, loop.register(name="甲某"), loop.register(name="乙某")


def each_into_the_other(loop, one, another, kind=Kind.MERGED):
    name, more = ("into", {}) if kind == Kind.MERGED else ("other", {"relation": "repeat"})
    return together(
        *(
            partial(loop.do, case, kind, "zhoumin", {name: other.pk} | more, reason="同一问题")
            for case, other in ((one, another), (another, one))
        )
    )


def test_inv_8_of_two_merged_into_each_other_one_stays(two):
    loop, one, another = two
    (won,), (lost,) = sort_out(each_into_the_other(loop, one, another), Refused)
    assert won.state == "merged"
    assert [reason.code for reason in lost.reasons] in (["merged_into_ended"], ["wrong_state"])
    assert Complaint.objects.filter(state="merged").count() == 1
    assert Link.objects.count() == 1


def test_two_linked_with_each_other_at_once_wait_for_each_other(two):
    loop, one, another = two
    won, lost = sort_out(each_into_the_other(loop, one, another, Kind.LINKED), Refused)
    assert (len(won), len(lost)) == (2, 0)
    assert Link.objects.count() == 2


def test_control_without_both_locks_they_hold_each_other_up(two, monkeypatch):
    loop, one, another = two
    meeting, check = Meeting(2, seconds=10), effects.PREPARE[Kind.MERGED]

    def checked(case, data):
        found = check(case, data)
        meeting.wait()
        return found

    monkeypatch.setattr(pipeline, "_lock_all", lambda case_id, acts: None)
    monkeypatch.setitem(effects.PREPARE, Kind.MERGED, checked)
    won, lost = sort_out(each_into_the_other(loop, one, another), OperationalError)
    assert meeting.met == 2
    assert (len(won), len(lost)) == (1, 1)  # PostgreSQL ends a deadlock by ending one of them
