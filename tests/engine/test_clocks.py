"""Clocks of 8.1, 4.1.1, 7.3, 7.4: start, row, stop, regrading, return, reopening, extension."""

import pytest

from regulations.engine.calendar import SHANGHAI, WorkCalendar, official
from regulations.engine.judge import judge
from regulations.engine.reading import read_pack
from tests.engine.cases import HANDLED, PACKS, at, clock, estate, event, history, verdict

DALI = (PACKS / "dali-tourism.yaml").read_text(encoding="utf-8")


def test_each_figure_names_its_own_start():
    found = verdict(estate(authority=True), "03-02 10:00")
    expected = {
        "transfer": ("03-02 09:00", "03-02 11:00", "met"),
        "response": ("03-02 09:30", "03-02 10:30", "running"),
        "response-cap": ("03-02 09:00", "03-03 09:00", "running"),
        "plan": ("03-02 09:30", "03-02 17:30", "running"),
        "close": ("03-02 09:00", "03-06 00:00", "running"),
    }
    # 重要 is passed on to 客服部负责人; 部门负责人 alone does not stop that clock.
    expected["transfer"] = ("03-02 09:00", "03-02 11:00", "running")
    for rule, (start, due, state) in expected.items():
        row = clock(found, rule)
        assert (row.started_at, row.due_at, row.state) == (at(start), at(due), state), rule
    assert {row.rule for row in found.clocks} == set(expected)


@pytest.mark.parametrize(
    ("stop", "state", "late"),
    [
        pytest.param("03-02 10:30:00", "met", 0, id="at-the-due-moment"),
        pytest.param("03-02 10:30:01", "late", 0, id="one-second-later"),
        pytest.param("03-03 00:00:00", "late", 1, id="next-date"),
    ],
)
def test_a_stop_at_the_due_moment_is_in_time(stop, state, late):
    found = clock(verdict(estate(f"{stop} department_responded"), "03-05 09:00"), "response")
    assert (found.state, found.late_days) == (state, late)


def test_regrading_recounts_what_runs_and_leaves_what_stopped():
    told = estate(
        "03-02 10:00 department_responded", event("03-02 11:00 facts_changed", complainants=12)
    )
    found = verdict(told, "03-02 12:00")
    assert clock(found, "response").source == ("DALI-112",)
    assert clock(found, "plan").due_at == at("03-04 09:30")
    # five working days after Monday the 2nd: 3, 4, 5, 6, 9 March
    assert clock(found, "close").due_at == at("03-10 00:00")


def test_a_breach_stays_when_a_regrading_moves_the_due_time():
    told = estate(
        "03-02 10:00 department_responded", event("03-02 15:00 facts_changed", complainants=12)
    )
    found = verdict(told, "03-02 16:00")
    assert clock(found, "plan").state == "running"
    overdue = [row for row in found.derived if row.kind == "derived.overdue"]
    assert [(row.subject, row.at) for row in overdue] == [("plan:1:1", at("03-02 13:30"))]
    assert [row.key for row in found.penalties] == ["plan:1"]


def test_a_regrading_that_makes_a_clock_late_is_dated_with_the_regrading():
    told = estate(
        event("03-02 15:00 facts_changed", complainants=2),
        complainants=12,
    )
    rows = {
        row.subject: row.at for row in verdict(told, "03-02 16:00").derived if "overdue" in row.kind
    }
    assert rows["plan:1:1"] == at("03-02 15:00")  # 4h from 9:30 had passed by then


def test_a_returned_task_ends_its_clocks_and_the_next_one_starts_new_ones():
    told = estate(
        event("03-02 10:00 returned", reason="1"),
        event("03-02 14:00 assigned", department="项目工程部"),
    )
    found = verdict(told, "03-02 14:30")
    assert [clock(found, rule).state for rule in ("response", "plan")] == ["void", "void"]
    second = clock(found, "response", ordinal=2)
    assert (second.started_at, second.due_at) == (at("03-02 14:00"), at("03-02 15:00"))
    assert second.department == "项目工程部"
    assert clock(found, "close").state == "running"


def test_a_reopened_case_has_clocks_of_its_own():
    told = estate(
        *HANDLED,
        event("03-03 12:00 followed_up", satisfaction="满意"),
        event("03-03 13:00 confirmed", by="customer", form="written"),
        event("03-03 14:00 closed", mode="agreed"),
        "03-03 15:00 archived",
        "03-20 09:00 reopened",
    )
    found = verdict(told, "03-20 10:00")
    old, new = clock(found, "close"), clock(found, "close", cycle=2)
    assert (old.state, old.stopped_at) == ("met", at("03-03 13:00"))
    assert (new.started_at, new.due_at, new.state) == (
        at("03-20 09:00"),
        at("03-24 00:00"),
        "running",
    )
    assert clock(found, "plan", cycle=2).started_at == at("03-20 09:00")
    assert not found.closing.ready


def test_an_invalid_case_lets_its_clocks_go_and_a_valid_one_takes_them_up_again():
    invalid = event("03-02 09:50 judged", valid=False, reason="DALI-17")
    found = verdict(estate(invalid), "03-20 09:00")
    assert {clock(found, rule).state for rule in ("plan", "close", "response")} == {"void"}
    assert found.penalties == ()
    assert not found.counts_in_rate
    assert found.next_moment is None
    back = estate(invalid, event("03-02 10:00 judged", valid=True))
    assert clock(verdict(back, "03-02 10:10"), "plan").state == "running"


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_a_complaint_that_ends_lets_its_clocks_go(end):
    found = verdict(estate(f"03-02 10:00 {end}"), "03-20 09:00")
    assert clock(found, "close").state == "void"
    assert not found.counts_in_rate


def test_safety_risk_shortens_the_cap_and_is_not_deferred():
    told = history("03-07 22:00 received", safety_risk=True)  # a Saturday
    found = clock(verdict(told, "03-07 23:00"), "response-cap")
    assert (found.due_at, found.source) == (at("03-08 02:00"), ("DALI-30",))


def test_the_repair_standard_has_no_figure_until_the_house_sets_one():
    found = verdict(estate(category="维保修类"), "04-02 10:00")
    row = clock(found, "close")
    assert (row.due_at, row.state, row.late_days) == (None, "no_limit", 0)
    assert "no_repair_standard" in {flag.name for flag in found.flags}


def test_a_due_time_left_to_a_person_needs_no_signer():
    told = estate(
        event("03-03 09:00 extended", source="DALI-113", until=at("03-10 15:00")),
        category="维保修类",
    )
    row = clock(verdict(told, "03-04 09:00"), "close")
    assert (row.due_at, row.state) == (at("03-11 00:00"), "running")


def extended(when="03-04 09:00", **data):
    return event(
        f"{when} extended",
        **{
            "source": "DALI-113",
            "until": at("03-12 18:00"),
            "signed_by": "部门负责人",
            "reason": "配件未到",
            **data,
        },
    )


def test_an_extension_in_days_ends_at_midnight():
    found = verdict(estate(extended()), "03-06 09:00")
    row = clock(found, "close")
    assert (row.due_at, row.state, row.extended) == (at("03-13 00:00"), "running", True)
    (signed,) = [row for row in found.approvals if row.what == "extension"]
    assert (signed.by, signed.at, signed.source[0]) == ("部门负责人", at("03-04 09:00"), "DALI-121")


@pytest.mark.parametrize(
    ("change", "reason", "accepted"),
    [
        pytest.param({"signed_by": "客服部负责人"}, "wrong_signer", "部门负责人", id="8.2.1"),
        pytest.param({"signed_by": None}, "wrong_signer", "部门负责人", id="8.2.1-nobody"),
        pytest.param({"reason": ""}, "no_reason", None, id="8.2-written-reason"),
        pytest.param(
            {"when": "03-06 00:00:01"}, "after_due", "2026-03-06T00:00:00+08:00", id="after-due"
        ),
        pytest.param({"source": "DALI-119"}, "no_such_clock", None, id="other-clock"),
        pytest.param({"until": "soon"}, "bad_value", "until", id="no-time"),
    ],
)
def test_an_extension_that_the_clause_does_not_allow(change, reason, accepted):
    found = verdict(estate(extended(**change)), "03-06 09:00")
    assert clock(found, "close").due_at == at("03-06 00:00")
    assert [(row.reason, row.accepted) for row in found.refused] == [(reason, accepted)]


def test_at_the_due_moment_an_extension_is_still_in_time():
    found = verdict(estate(extended("03-06 00:00:00")), "03-06 09:00")
    assert clock(found, "close").due_at == at("03-13 00:00")


def test_an_extension_that_is_asked_for_waits_for_its_post():
    asked = event(
        "03-04 09:00 extension_asked",
        source="DALI-113",
        stage="close",
        until=at("03-12 18:00"),
        reason="x",
    )
    found = verdict(estate(asked), "03-04 10:00")
    (row,) = [row for row in found.approvals if row.what == "extension"]
    assert (row.by, row.at) == ("部门负责人", None)
    assert clock(found, "close").due_at == at("03-06 00:00")
    later = verdict(estate(asked, extended("03-04 11:00")), "03-04 12:00")
    assert [row.at for row in later.approvals if row.what == "extension"] == [at("03-04 11:00")]


def test_a_wrongly_signed_extension_still_waits_for_the_right_post():
    found = verdict(estate(extended(signed_by="客服部负责人")), "03-05 09:00")
    assert [(row.by, row.at) for row in found.approvals if row.what == "extension"] == [
        ("部门负责人", None)
    ]


def test_a_new_calendar_holds_for_what_still_runs():
    closed = WorkCalendar(closed=frozenset({at("03-03 00:00").date()}), name="new")
    base = official()
    calendar = WorkCalendar(
        base.closed, base.opened, known_until=base.known_until, versions={"new": closed}
    )
    told = history(
        "03-02 09:00 received",
        event("03-02 10:00 calendar_changed", version="new"),
        category="物业服务",
    )
    # 15 hours on the 2nd, the 3rd closed, 9 hours on the 4th
    assert clock(verdict(told, "03-02 11:00", calendar=calendar), "response-cap").due_at == at(
        "03-04 09:00"
    )
    assert clock(verdict(told, "03-02 09:59", calendar=calendar), "response-cap").due_at == at(
        "03-03 09:00"
    )


def test_a_range_warns_at_its_target_and_other_clocks_at_three_quarters():
    found = verdict(estate(category="规划设计类"), "03-02 10:00")
    assert clock(found, "close").warn_at == at("03-10 00:00")
    assert clock(found, "plan").warn_at == at("03-02 12:30")


def test_next_moment_is_the_next_change():
    told = estate()
    steps = []
    now = at("03-02 09:45")
    for _ in range(5):
        now = verdict(told, now.strftime("%m-%d %H:%M:%S")).next_moment
        steps.append(now.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S"))
    # response warns at 10:15 and is overdue after 10:30; plan at 12:30 and 13:30; the cap at 3:00
    assert steps == [
        "03-02 10:15:00",
        "03-02 10:30:01",
        "03-02 12:30:00",
        "03-02 13:30:01",
        "03-03 03:00:00",
    ]


def test_each_charged_day_is_a_change_and_later_days_are_not():
    told = estate("03-02 10:00 department_responded", "03-02 11:00 plan_submitted")
    assert verdict(told, "03-10 12:00").next_moment == at("03-11 00:00")
    # due 5 March 24:00: day 16 is 21 March, from then on nothing more is charged
    assert verdict(told, "03-20 12:00").next_moment == at("03-21 00:00")
    assert verdict(told, "03-21 12:00").next_moment is None


def test_investigation_of_tobacco_goes_by_category():
    told = history(
        "03-06 09:00 received",
        "03-06 09:10 registered",
        event("03-06 10:00 assigned", department="质量部门"),
        category="产品质量类",
    )
    found = verdict(told, "03-06 11:00", "tobacco-2026")
    row = clock(found, "investigation")
    assert (row.source, row.due_at) == (("TOB-33",), at("03-12 00:00"))  # 9, 10, 11 March
    assert clock(found, "response").due_at == at("03-06 10:00")


EMERGENCY = """
clocks:
  - id: emergency
    stage: emergency
    starts: registered
    once_true: true
    who: owner
    stops: [assigned]
    rows: [{when: {safety_risk: true}, minutes: 0, source: [DALI-30]}]
"""


@pytest.mark.parametrize(
    ("again", "state", "stopped"),
    [
        pytest.param(None, "overdue", None, id="an-earlier-task-does-not-count"),
        pytest.param("03-02 10:00", "met", "03-02 10:00", id="at-once"),
        pytest.param("03-02 10:01", "late", "03-02 10:01", id="a-minute-later"),
    ],
)
def test_a_clock_that_begins_with_its_condition_is_stopped_by_what_comes_then(
    again, state, stopped
):
    urgent = read_pack(DALI.replace("\nclocks:\n", EMERGENCY))
    told = estate(  # the task went out at 9:30 as an ordinary one
        event("03-02 10:00 facts_changed", safety_risk=True),
        *([event(f"{again} assigned", department="物业公司")] if again else []),
    )
    found = clock(judge(urgent, told, official(), at("03-02 11:00")), "emergency")
    assert (found.started_at, found.state) == (at("03-02 10:00"), state)
    assert found.stopped_at == (at(stopped) if stopped else None)
