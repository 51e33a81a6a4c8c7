"""通用企业: clocks from 受理, halved when urgent, private messages, the other readings."""

import pytest

from tests.engine.asking import breaches, dues, missing
from tests.engine.cases import at, clock, event, history, pack
from tests.engine.general_enterprise import CODE, COURSE, ORDINARY, complaint, judged

# -- clocks from 受理


@pytest.mark.feature("F122")
@pytest.mark.parametrize(
    ("urgency", "check", "plan", "talk", "execution"),
    [
        pytest.param("一般", "10 13:00", "10 17:00", "10 21:00", "11 09:00", id="general"),
        pytest.param(
            "轻微", "10 13:00", "10 17:00", "10 21:00", "11 09:00", id="slight-as-general"
        ),
        pytest.param(None, "10 13:00", "10 17:00", "10 21:00", "11 09:00", id="not-said"),
        pytest.param("紧急", "10 11:00", "10 13:00", "10 15:00", "10 21:00", id="urgent-halves"),
    ],
)
def test_clocks_run_from_acceptance(urgency, check, plan, talk, execution):
    found = judged(complaint(urgency=urgency), "03-10 09:30")
    assert dues(found) == {
        "registration": at("03-10 09:40"),
        "dispatch": at("03-10 10:00"),
        "acceptance": at("03-10 11:00"),
        "investigation": at(f"03-{check}"),
        "plan": at(f"03-{plan}"),
        "talk": at(f"03-{talk}"),
        "execution": at(f"03-{execution}"),
        "followup": at("03-12 09:00"),
    }


@pytest.mark.feature("F089")
def test_urgency_halves_the_clocks_and_leaves_the_grade():
    general, urgent = (judged(complaint(urgency=one), "03-10 09:30") for one in ("一般", "紧急"))
    assert general.grade == urgent.grade
    for rule in ("investigation", "plan", "talk", "execution"):
        halved = dues(urgent)[rule] - at("03-10 09:00")
        assert halved * 2 == dues(general)[rule] - at("03-10 09:00"), rule


@pytest.mark.parametrize("seconds", [0, 1])
@pytest.mark.parametrize(
    ("rule", "due", "stop", "data"),
    [
        pytest.param("dispatch", "03-10 10:00", "assigned", {"department": "品控部"}, id="1h"),
        pytest.param("acceptance", "03-10 11:00", "accepted", {"handler": "1"}, id="2h"),
        pytest.param("investigation", "03-10 13:00", "investigated", {}, id="4h"),
        pytest.param("plan", "03-10 17:00", "plan_approved", {"by": "部门负责人"}, id="8h"),
        pytest.param("talk", "03-10 21:00", "customer_talked", {"opinion": "拒绝"}, id="12h"),
        pytest.param("followup", "03-12 09:00", "followed_up", {"satisfaction": "满意"}, id="48h"),
    ],
)
def test_a_stop_at_the_due_moment_is_in_time(rule, due, stop, data, seconds):
    told = complaint(event(f"{due}:{seconds:02} {stop}", **data))
    found = clock(judged(told, "03-20 09:00"), rule)
    assert (found.due_at, found.state) == (at(due), "late" if seconds else "met")


@pytest.mark.feature("F159")
def test_handling_ends_within_a_day_and_is_stamped():
    running = clock(judged(complaint(), "03-11 09:00"), "execution")
    assert (running.due_at, running.state) == (at("03-11 09:00"), "running")
    assert clock(judged(complaint(), "03-11 09:00:01"), "execution").state == "overdue"
    done = clock(judged(complaint("03-11 09:00 executed"), "03-20 09:00"), "execution")
    assert (done.state, done.stopped_at) == ("met", at("03-11 09:00"))


def test_hours_run_through_a_holiday():
    told = history("02-14 16:30 received", "02-14 17:00 registered", **ORDINARY)
    found = judged(told, "02-24 09:00")  # Spring Festival from the 15th to the 23rd
    follow = clock(found, "followup")
    assert (follow.due_at, follow.late_days) == (at("02-16 17:00"), 8)


@pytest.mark.feature("F026")
def test_entry_an_hour_after_receipt():
    late = history("03-10 10:00 received", "03-10 11:05 registered", **ORDINARY)
    found = judged(late, "03-10 12:00")
    row = clock(found, "registration")
    assert (row.due_at, row.state, row.source) == (at("03-10 11:00"), "late", ("GEN-15",))
    assert breaches(found) == {"registration:1:1": at("03-10 11:00")}


def test_a_plan_stops_its_clock_only_when_it_is_approved():
    told = complaint(
        "03-10 16:00 plan_submitted", event("03-10 17:30 plan_approved", by="部门负责人")
    )
    assert clock(judged(told, "03-10 17:00:01"), "plan").state == "overdue"
    row = clock(judged(told, "03-10 18:00"), "plan")
    assert (row.state, row.stopped_at) == ("late", at("03-10 17:30"))


@pytest.mark.feature("F103")
def test_dispatch_is_copied_to_the_supervisor():
    told = complaint(event("03-10 10:05 assigned", department="品控部"))
    found = judged(told, "03-10 10:30")
    assert clock(found, "dispatch").state == "late"
    assert set(breaches(found)) == {"dispatch:1:1"}
    assert [(row.to, row.at, row.source) for row in found.reports] == [
        ("客服主管", at("03-10 10:05"), ("GEN-35",))
    ]
    assert judged(complaint(), "03-10 10:30").reports == ()


@pytest.mark.feature("F107")
def test_the_department_names_a_contact_person_within_two_hours():
    nobody = complaint(COURSE["assigned"], "03-10 10:30 accepted")
    found = judged(nobody, "03-10 11:00:01")
    assert [(row.reason, row.source) for row in found.refused] == [("missing_data", ("GEN-37",))]
    assert clock(found, "acceptance").state == "overdue"
    named = complaint(COURSE["assigned"], event("03-10 10:30 accepted", handler="1"))
    row = clock(judged(named, "03-10 12:00"), "acceptance")
    assert (row.state, row.stopped_at) == ("met", at("03-10 10:30"))


def test_raising_the_urgency_makes_what_still_runs_late_at_once():
    told = complaint(
        COURSE["assigned"],
        COURSE["accepted"],
        event("03-10 11:30 facts_changed", urgency="紧急"),
        urgency="一般",
    )
    found = judged(told, "03-10 12:00")
    row = clock(found, "investigation")
    assert (row.due_at, row.state) == (at("03-10 11:00"), "overdue")
    assert breaches(found) == {"investigation:1:1": at("03-10 11:30")}
    assert clock(found, "acceptance").due_at == at("03-10 11:00")  # no urgent figure


def test_a_breach_stays_when_the_urgency_falls():
    told = complaint(event("03-10 11:30 facts_changed", urgency="一般"), urgency="紧急")
    found = judged(told, "03-10 12:00")
    assert clock(found, "investigation").state == "running"
    assert breaches(found)["investigation:1:1"] == at("03-10 11:00")


def test_a_major_complaint_borrows_the_figures_and_says_so():
    found = judged(complaint(COURSE["assigned"], amount="20000"), "03-10 10:00")
    basis = {row.rule: row.basis for row in found.clocks}
    assert basis.pop("registration") is None  # 一(一) holds for every complaint
    assert set(basis.values()) == {"assumed"}
    assert dues(found) == dues(judged(complaint(COURSE["assigned"]), "03-10 10:00"))
    assert "assumed_figures" in {row.name for row in found.flags}
    assert {row.basis for row in judged(complaint(), "03-10 10:00").clocks} == {None}


@pytest.mark.feature("F113")
def test_a_task_given_to_another_department_keeps_its_deadlines():
    told = complaint(
        COURSE["assigned"],
        event("03-10 09:40 returned", reason="1"),
        event("03-10 10:30 assigned", department="运营部"),
    )
    found = judged(told, "03-10 10:45")
    assert found.responsible.first == "运营部"
    assert dues(found) == dues(judged(complaint(), "03-10 10:45"))
    assert clock(found, "acceptance").state == "running"
    assert clock(found, "dispatch").stopped_at == at("03-10 09:30")


def test_a_reopened_case_is_checked_planned_and_followed_up_anew():
    told = complaint(
        *COURSE.values(),
        event("03-11 11:00 closed", mode="agreed"),
        "03-11 12:00 archived",
        "03-31 20:00 reopened",
    )
    found = judged(told, "03-31 21:00")
    again = {row.rule: row.due_at for row in found.clocks if row.cycle == 2}
    assert again == {
        "investigation": at("04-01 00:00"),
        "plan": at("04-01 04:00"),
        "talk": at("04-01 08:00"),
        "execution": at("04-01 20:00"),
        "followup": at("04-02 20:00"),
    }
    assert clock(found, "execution").stopped_at == at("03-11 08:00")
    assert ("agreement", "GEN-43") in missing(found)


def test_no_clock_of_this_text_stands_still():
    told = complaint(event("03-10 10:00 paused", reason="1"), "03-10 20:00 resumed")
    found = judged(told, "03-10 20:30")
    assert [row.reason for row in found.refused] == ["no_pause", "not_paused"]
    assert clock(found, "plan").due_at == at("03-10 17:00")


# -- social media (一(一)4)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("03-10 17:50", "03-11 09:20", id="17:50", marks=pytest.mark.feature("F023")),
        pytest.param("03-10 09:00", "03-10 09:30", id="opening"),
        pytest.param("03-10 08:59:59", "03-10 09:30", id="before-opening"),
        pytest.param("03-10 20:00", "03-11 09:30", id="evening"),
        pytest.param("03-13 17:59", "03-16 09:29", id="over-the-weekend"),
        pytest.param("05-08 17:50", "05-09 09:20", id="a-saturday-that-makes-up"),
        pytest.param("05-09 17:40", "05-11 09:10", id="and-the-sunday-after-it"),
        pytest.param("02-13 17:50", "02-14 09:20", id="before-spring-festival"),
        pytest.param("09-30 17:30:01", "10-08 09:00:01", id="one-second-over-national-day"),
    ],
)
def test_a_private_message_is_answered_in_thirty_minutes_of_working_time(received, due):
    told = history(f"{received} received", channel="社交媒体", **ORDINARY)
    assert clock(judged(told, received), "social-reply").due_at == at(due)


@pytest.mark.parametrize(
    ("channel", "runs"),
    [
        pytest.param("抖音", True, id="another-spelling"),
        pytest.param("邮件", False, id="mail"),
        pytest.param("400热线", False, id="hotline"),
        pytest.param(None, False, id="unknown"),
    ],
)
def test_only_private_messages_have_that_clock(channel, runs):
    found = judged(complaint(channel=channel), "03-10 09:10")
    assert (clock(found, "social-reply") is not None) is runs
    assert clock(found, "registration").due_at == at("03-10 09:40")  # whatever the channel


def test_hours_of_the_channels():
    hours = {one.name: one.hours for one in pack(CODE).openings}
    opening = {one.name: one.opening for one in pack(CODE).channels}
    assert hours[opening["热线电话"]].length == 24 * 3600 * 1_000_000
    assert hours[opening["线下门店"]].every_day
    assert not hours[opening["社交媒体"]].every_day
    assert opening["邮件"] is None


# -- the other readings of the clocks


@pytest.mark.feature("F187")
@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        pytest.param(
            "一般", ["10 14:30", "10 20:00", "11 02:00", "11 16:00", "12 20:00"], id="general"
        ),
        pytest.param(
            "紧急", ["10 12:30", "10 16:00", "10 20:00", "11 04:00", "12 20:00"], id="urgent"
        ),
    ],
)
def test_each_clock_from_the_step_before_it(urgency, expected):
    told = complaint(
        event("03-10 09:40 assigned", department="品控部"),
        event("03-10 10:30 accepted", handler="1"),
        COURSE["investigated"],
        event("03-10 13:00 plan_submitted"),
        event("03-10 14:00 plan_approved", by="部门负责人"),
        event("03-10 16:00 customer_talked", opinion="接受"),
        event("03-10 20:00 executed"),
        urgency=urgency,
    )
    found = judged(told, "03-10 20:30", clock_start="上一环节")
    check, plan, talk, execution, followup = (at(f"03-{one}") for one in expected)
    assert dues(found) == {
        "registration": at("03-10 09:40"),
        "dispatch": at("03-10 10:00"),
        "acceptance-of-task": at("03-10 11:40"),
        "investigation-of-task": check,
        "plan-after-check": plan,
        "talk-after-plan": talk,
        "execution-after-talk": execution,
        "followup-after-execution": followup,
    }


def test_from_the_step_before_it_a_step_taken_again_has_its_own_clock():
    told = complaint(
        COURSE["assigned"],
        event("03-10 09:40 returned", reason="1"),
        event("03-10 10:00 assigned", department="运营部"),
        event("03-10 10:10 accepted", handler="1"),
        COURSE["investigated"],
        COURSE["plan_submitted"],
        COURSE["plan_approved"],
        event("03-10 16:00 customer_talked", opinion="拒绝"),
        "03-10 17:00 plan_submitted",
        event("03-10 18:00 plan_approved", by="部门负责人"),
        event("03-10 19:00 customer_talked", opinion="接受"),
        "03-11 08:00 executed",
        event("03-11 10:00 followed_up", satisfaction="不满意"),
        "03-12 08:00 executed",
        event("03-12 10:00 followed_up", satisfaction="满意"),
        "03-13 08:00 reopened",
        amount="6000",
    )
    found = judged(told, "03-13 09:00", clock_start="上一环节")
    expected = {
        ("acceptance-of-task", 1, 2): "03-10 12:00",
        ("investigation-of-task", 1, 1): "03-10 14:10",
        ("talk-after-plan", 1, 2): "03-11 06:00",
        ("execution-after-talk", 1, 1): "03-11 19:00",
        ("followup-after-execution", 1, 2): "03-14 08:00",
        ("investigation-of-task", 2, 1): "03-13 12:00",
    }
    for (rule, cycle, ordinal), due in expected.items():
        assert clock(found, rule, ordinal, cycle).due_at == at(due), rule
    assert clock(found, "acceptance-of-task").state == "void"
    borrowed = {row.basis for row in found.clocks if row.rule != "registration"}
    assert borrowed == {"assumed"}  # 6000 makes it a major complaint


def test_from_the_step_before_it_a_second_department_has_its_own_check():
    told = complaint(
        *list(COURSE.values())[:2],
        event("03-10 13:00 assigned", department="运营部"),
        event("03-10 13:30 accepted", handler="2"),
    )
    found = judged(told, "03-10 14:00", clock_start="上一环节")
    assert clock(found, "investigation-of-task", ordinal=2).due_at == at("03-10 17:30")


def test_follow_up_a_day_after_the_handling():
    told = complaint(*list(COURSE.values())[:7])  # handled on 11 March at 08:00
    assert "followup" in dues(judged(told, "03-11 09:00"))
    found = dues(judged(told, "03-11 09:00", followup_start="处理完成"))
    assert found["followup-after-execution"] == at("03-12 08:00")
    assert "followup" not in found
    assert found["plan"] == at("03-10 17:00")
    early = judged(complaint(*list(COURSE.values())[:6]), "03-10 20:00", followup_start="处理完成")
    assert not {"followup", "followup-after-execution"} & set(dues(early))
