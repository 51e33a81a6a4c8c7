"""Clocks that stand while the case waits, on a pack that allows it (none of the fourteen does)."""

import pytest

from regulations.engine.calendar import official
from regulations.engine.explanation import explain
from regulations.engine.history import Event
from regulations.engine.judge import judge
from regulations.engine.reading import PackErrors, read_pack
from tests.engine.cases import at, event, history
from tests.engine.small_pack import SMALL

CLOCKS = """\
clocks:
  - {id: talk, stage: customer_talk, starts: received, who: owner, stops: [customer_talked],
     pausable: true, rows: [{hours: 10, source: [S-03]}]}
  - {id: desk, stage: plan, starts: received, who: owner, stops: [plan_submitted],
     pausable: true, rows: [{working_hours: 8, source: [S-03]}]}
  - {id: days, stage: execution, starts: received, who: owner, stops: [executed],
     pausable: true, rows: [{days: {target: 2, limit: 3}, source: [S-03]}]}
  - {id: open, stage: followup, starts: received, who: owner, stops: [followed_up],
     pausable: true, rows: [{working_days: 5, source: [S-03]}]}
"""
PAUSES = """\
pauses:
  - {reason: 等待客户, longest: {days: 3}, source: [S-03]}
  - {reason: 司法鉴定, by: 客服经理, source: [S-04]}
"""
TEXT = SMALL.replace("clocks:\n  - id: response", CLOCKS + "  - id: response").replace(
    "kinds: [投诉]\n", "kinds: [投诉]\n" + PAUSES
)
PACK = read_pack(TEXT)

# Received on Monday 2 March 2026 at 9:00; office hours are 9:00-12:00 and 13:30-18:00.
RECEIVED = "03-02 09:00 received"
EXPERTS = {"reason": "司法鉴定", "signed_by": "客服经理"}


def found(now: str, *events: Event | str):
    return judge(PACK, history(RECEIVED, *events), official(), at(now))


def due(verdict, rule: str):
    return next(row.due_at for row in verdict.clocks if row.key == f"{rule}:1:1")


def states(verdict) -> dict[str, str]:
    return {row.key.split(":")[0]: row.state for row in verdict.clocks}


def test_without_a_pause():
    verdict = found("03-02 10:00")
    assert due(verdict, "talk") == at("03-02 19:00")
    assert due(verdict, "desk") == at("03-03 09:30")  # 3 + 4.5 hours on Monday
    assert due(verdict, "days") == at("03-06 00:00")
    assert due(verdict, "open") == at("03-10 00:00")  # the fifth open day is Monday the 9th
    assert verdict.next_moment == at("03-02 11:00:01")  # the two-hour response clock


@pytest.mark.parametrize(
    ("paused", "back", "moved"),
    [
        pytest.param(
            "03-02 13:00",
            "03-03 15:00",
            {
                "talk": "03-03 21:00",  # six hours were left
                # 3 of 8 working hours had run: 3 more until 18:00, 2 on Wednesday
                "desk": "03-04 11:00",
                "days": "03-07 00:00",  # a day later
                "open": "03-11 00:00",
            },
            id="over-a-night",
        ),
        pytest.param(
            "03-02 13:00",
            "03-02 13:10",
            {
                "talk": "03-02 19:10",
                "desk": "03-03 09:30",  # nobody was at work in these ten minutes
                "days": "03-06 00:00",
                "open": "03-10 00:00",
            },
            id="in-the-break",
        ),
        pytest.param(
            "03-02 19:00",
            "03-03 09:00",
            {
                "talk": "03-02 19:00",  # due at the very moment: nothing was left to stand
                "desk": "03-03 09:30",
                "days": "03-07 00:00",
                "open": "03-11 00:00",
            },
            id="at-the-due-moment",
        ),
        pytest.param(
            "03-05 10:00",
            "03-09 10:00",
            {
                "talk": "03-02 19:00",
                "desk": "03-03 09:30",
                "days": "03-10 00:00",  # four natural days
                "open": "03-12 00:00",  # two open ones: Friday and Monday
            },
            id="over-a-weekend",
        ),
    ],
)
def test_what_had_not_run_runs_after_the_pause(paused, back, moved):
    verdict = found("03-09 12:00", event(f"{paused} paused", **EXPERTS), f"{back} resumed")
    assert {rule: due(verdict, rule) for rule in moved} == {
        rule: at(text) for rule, text in moved.items()
    }


def test_both_ends_of_a_range_move():
    verdict = found("03-04 12:00", event("03-02 13:00 paused", **EXPERTS), "03-03 15:00 resumed")
    row = next(row for row in verdict.clocks if row.key == "days:1:1")
    assert (row.warn_at, row.due_at) == (at("03-06 00:00"), at("03-07 00:00"))


def test_two_pauses_add_up():
    verdict = found(
        "03-04 12:00",
        event("03-02 10:00 paused", **EXPERTS),
        "03-02 11:00 resumed",
        event("03-02 12:00 paused", **EXPERTS),
        "03-02 14:00 resumed",
    )
    assert due(verdict, "talk") == at("03-02 22:00")
    assert due(verdict, "days") == at("03-06 00:00")


def test_a_clock_that_stands_is_never_overdue():
    waiting = found("03-05 12:00", event("03-02 13:00 paused", **EXPERTS))
    assert waiting.waiting
    assert states(waiting) == {
        "talk": "paused",
        "desk": "paused",
        "days": "paused",
        "open": "paused",
        "response": "overdue",  # not pausable
        "close": "running",
    }
    assert [row.subject for row in waiting.derived if row.kind == "derived.overdue"] == [
        "response:1:1"
    ]


def test_what_was_overdue_before_the_pause_stays_so():
    verdict = found("03-03 12:00", event("03-02 20:00 paused", **EXPERTS))
    assert states(verdict)["talk"] == "overdue"
    assert states(verdict)["desk"] == "paused"


def test_it_runs_on_and_is_overdue_after_the_pause():
    told = (event("03-02 13:00 paused", **EXPERTS), "03-03 15:00 resumed")
    assert states(found("03-03 21:00", *told))["talk"] == "running"
    assert states(found("03-03 21:00:01", *told))["talk"] == "overdue"
    assert not found("03-03 21:00", *told).waiting


def test_a_pause_ends_by_itself_when_its_time_is_over():
    """Three days from the 2nd end on the 5th at 24:00; then the six hours that were left run."""
    told = event("03-02 13:00 paused", reason="等待客户")
    waiting = found("03-05 23:59:59", told)
    assert (waiting.waiting, states(waiting)["talk"]) == (True, "paused")
    assert found("03-03 09:00", told).next_moment == at("03-06 00:00:01")
    over = found("03-06 00:00:01", told)
    assert (over.waiting, states(over)["talk"]) == (False, "running")
    assert due(over, "talk") == at("03-06 06:00")
    assert found("03-08 12:00", told, "03-07 09:00 resumed").refused[0].reason == "not_paused"


def test_without_a_longest_time_it_waits_for_somebody():
    verdict = found("03-30 09:00", event("03-02 13:00 paused", **EXPERTS))
    assert verdict.waiting
    assert states(verdict)["talk"] == "paused"


def test_a_reopened_case_does_not_wait():
    verdict = found(
        "03-03 09:00",
        event("03-02 13:00 paused", **EXPERTS),
        event("03-02 14:00 closed", mode="agreed"),
        "03-02 15:00 reopened",
    )
    assert not verdict.waiting


@pytest.mark.parametrize(
    ("told", "reason", "source", "accepted"),
    [
        pytest.param(
            [event("03-02 10:00 paused", reason="出差")],
            *("unknown_pause_reason", (), "等待客户、司法鉴定"),
            id="not-in-the-list",
        ),
        pytest.param(
            [event("03-02 10:00 paused")],
            *("unknown_pause_reason", (), "等待客户、司法鉴定"),
            id="no-reason",
        ),
        pytest.param(
            [event("03-02 10:00 paused", reason="司法鉴定")],
            *("wrong_signer", ("S-04",), "客服经理"),
            id="not-signed",
        ),
        pytest.param(
            [event("03-02 10:00 paused", reason="司法鉴定", signed_by="部门负责人")],
            *("wrong_signer", ("S-04",), "客服经理"),
            id="another-post",
        ),
        pytest.param(
            [
                event("03-02 10:00 paused", reason="等待客户"),
                event("03-02 11:00 paused", reason="等待客户"),
            ],
            *("paused_already", (), None),
            id="twice",
        ),
        pytest.param(["03-02 10:00 resumed"], "not_paused", (), None, id="not-paused"),
    ],
)
def test_a_pause_that_is_refused_changes_nothing(told, reason, source, accepted):
    verdict = found("03-02 12:00", *told)
    (refused,) = verdict.refused
    assert (refused.reason, refused.source, refused.accepted) == (reason, source, accepted)
    if reason != "paused_already":
        assert due(verdict, "talk") == at("03-02 19:00")
        assert not verdict.waiting


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param("{reason: 等待客户, source: [S-03]", "longer", id="nothing-wrong"),
        pytest.param("{longest: {days: 3}, source: [S-03]", "reason", id="no-reason"),
        pytest.param("{reason: 等待客户, longest: {days: x}, source: [S-03]", "days", id="period"),
        pytest.param("{reason: 等待客户, by: 董事长, source: [S-03]", "by", id="unknown-post"),
        pytest.param("{reason: 等待客户, cap: 3, source: [S-03]", "cap", id="unknown-key"),
        pytest.param("{reason: 等待客户", "source", id="no-source"),
    ],
)
def test_a_wrong_pause_is_named(wrong, told):
    text = TEXT.replace("{reason: 等待客户, longest: {days: 3}, source: [S-03]", wrong)
    if told == "longer":
        assert read_pack(text).pauses[0].longest is None
        return
    with pytest.raises(PackErrors) as caught:
        read_pack(text)
    assert any("pauses[0]" in str(one) and told in str(one) for one in caught.value.errors)


def test_the_days_of_a_pause_do_not_count():
    told = history(RECEIVED, event("03-02 13:00 paused", **EXPERTS), "03-03 15:00 resumed")
    rows = {row.key: row for row in explain(PACK, told, official(), at("03-04 12:00"))}
    days = rows["days:1:1"].days
    assert [(one.day.day, one.counted.days, one.paused) for one in days] == [
        (2, 0, True),
        (3, 0, True),
        (4, 1, False),
        (5, 1, False),
        (6, 1, False),
    ]
    hours = [one.counted.total_seconds() / 3600 for one in rows["talk:1:1"].days]
    assert hours == [4, 6]
    assert rows["talk:1:1"].pauses == ((at("03-02 13:00"), at("03-03 15:00")),)
    assert [one.counted.total_seconds() / 3600 for one in rows["desk:1:1"].days] == [3, 3, 2]


def test_an_order_from_outside_runs_on_while_we_wait():
    ordered = event("03-02 10:00 order_received", order="1", due_at=at("03-04 18:00"))
    verdict = found("03-05 09:00", ordered, event("03-03 09:00 paused", **EXPERTS))
    assert verdict.waiting
    assert states(verdict) | {"outside": "overdue", "open": "paused"} == states(verdict)
    assert due(verdict, "outside") == at("03-04 18:00")
