"""Orders from outside: a due time of their own beside ours, which nothing of ours moves."""

import pytest

from tests.engine.cases import at, clock, estate, event, verdict

ORDERED = {"order": "〔2026〕15号", "due_at": at("03-06 18:00")}
ANSWERED = {"order": "〔2026〕15号"}


def received(day="03-03 10:00", **more):
    return event(f"{day} order_received", **(ORDERED | more))


def test_an_order_has_the_due_time_that_it_says():
    found = clock(verdict(estate(received()), "03-03 11:00"), "outside")
    assert (found.stage, found.started_at, found.due_at) == (
        "outside",
        at("03-03 10:00"),
        at("03-06 18:00"),
    )
    assert (found.state, found.source) == ("running", ())
    assert ("order", "〔2026〕15号") in found.explanation


def test_it_is_overdue_a_second_after_and_warned_before():
    told = estate(received())
    assert clock(verdict(told, "03-06 18:00"), "outside").state == "running"
    found = verdict(told, "03-06 18:00:01")
    assert clock(found, "outside").state == "overdue"
    # A quarter of 80 hours (the pack's warn_before) is 20 hours.
    rows = {row.kind: row.at for row in found.derived if row.subject == "outside:1:1"}
    assert rows == {
        "derived.warned": at("03-05 22:00"),
        "derived.overdue": at("03-06 18:00"),
    }


def test_only_its_own_answer_stops_it():
    told = estate(
        received(),
        received("03-03 10:30", order="12345-7", due_at=at("03-04 12:00")),
        event("03-04 09:00 order_answered", order="12345-7"),
    )
    found = verdict(told, "03-05 09:00")
    assert clock(found, "outside", 1).state == "running"
    assert clock(found, "outside", 2).state == "met"


def test_no_extension_of_ours_moves_it():
    grant = event(
        "03-04 09:00 extended",
        until=at("03-20 18:00"),
        stage="outside",
        reason="配件未到",
        signed_by="部门负责人",
    )
    found = verdict(estate(received(), grant), "03-05 09:00")
    assert clock(found, "outside").due_at == at("03-06 18:00")
    assert [row.reason for row in found.refused] == ["no_such_clock"]


@pytest.mark.parametrize("step", ["closed", "answered", "withdrawn", "merged"])
def test_no_case_ends_before_the_order_is_answered(step):
    waiting = verdict(estate(received()), "03-05 09:00")
    assert [
        (g.what, g.by) for g in waiting.gates if g.step == step and g.what == "order_answer"
    ] == [("order_answer", "〔2026〕15号")]
    answered = estate(received(), event("03-04 09:00 order_answered", **ANSWERED))
    gates = verdict(answered, "03-05 09:00").gates
    assert not [gate for gate in gates if gate.what == "order_answer"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (event("03-03 10:00 order_received", order="1"), "missing_data"),
        (event("03-03 10:00 order_received", due_at=at("03-06 18:00")), "missing_data"),
        (event("03-03 10:00 order_answered", order="1"), "no_such_order"),
    ],
)
def test_an_order_without_what_it_needs_is_refused(wrong, code):
    found = verdict(estate(wrong), "03-05 09:00")
    assert [row.reason for row in found.refused] == [code]
    assert clock(found, "outside") is None


def test_an_order_is_entered_and_answered_once():
    told = estate(
        received(),
        received("03-03 11:00"),
        event("03-04 09:00 order_answered", **ANSWERED),
        event("03-04 10:00 order_answered", **ANSWERED),
    )
    found = verdict(told, "03-05 09:00")
    assert [row.reason for row in found.refused] == ["order_known", "no_such_order"]
    assert clock(found, "outside", 2) is None
