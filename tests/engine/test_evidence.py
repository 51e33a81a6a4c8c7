"""GEN-28: the pictures of a shop are gone 30 days after what happened; they are secured before."""

import pytest

from regulations.engine.facts import normal
from tests.engine.cases import at, clock, event, history, verdict

SERVICE = {"category": "服务流程问题", "occurred_at": "2026-03-01T10:00:00+08:00"}


def told(*more, **facts):
    return history("03-20 09:00 received", *more, **(SERVICE | facts))


@pytest.mark.feature("F064")
def test_25_days_after_the_event_the_case_warns():
    found = verdict(told(), "03-26 10:00", "general-enterprise")
    row = clock(found, "secure-video")
    # 30 days after 1 March end with 31 March; a quarter of that time before, 23 or 24 March, it warns.
    assert (row.due_at, row.state) == (at("04-01 00:00"), "running")
    warned = [one.at for one in found.derived if one.subject == row.key]
    assert len(warned) == 1
    assert at("03-23 00:00") < warned[0] < at("03-26 10:00")
    assert [task.id for task in found.tasks] == ["secure_video"]


def test_securing_them_stops_the_clock():
    done = event("03-21 09:00 task_done", task="secure_video")
    assert (
        clock(verdict(told(done), "04-02 09:00", "general-enterprise"), "secure-video").state
        == "met"
    )
    assert clock(verdict(told(), "04-01 00:00:01", "general-enterprise"), "secure-video").state == (
        "overdue"
    )


def test_nobody_knows_when_without_the_day_of_the_event():
    assert (
        clock(verdict(told(occurred_at=None), "03-26 10:00", "general-enterprise"), "secure-video")
        is None
    )


@pytest.mark.parametrize("wrong", ["2026-03-01", "gestern", 5, "2026-03-01T10:00:00"])
def test_a_moment_has_an_offset(wrong):
    with pytest.raises(ValueError, match="expected a moment"):
        normal("occurred_at", wrong)
