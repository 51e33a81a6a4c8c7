"""What a regulation wants done beside the loop: from when, by whom, and whether it is done."""

import pytest

from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack
from tests.engine.cases import PACKS, at, event, history, judge, official, verdict

GROUP = {"complainants": 3, "category": "物业服务"}


def task(found, name):
    return next((row for row in found.tasks if row.id == name), None)


def received(**facts):
    return history("03-02 09:00 received", "03-02 09:05 registered", **facts)


@pytest.mark.parametrize(
    ("code", "facts", "name", "to", "source"),
    [
        ("dali-tourism", {"safety_risk": True}, "emergency_measures", "物业公司", ("DALI-70",)),
        ("dali-tourism", GROUP, "management_report", "客服部负责人", ("DALI-89",)),
        ("auto-4s", {"urgency": "一般"}, None, None, None),
        ("fudi-auto", {"authority": True}, "fix_responsibility", "客户关系中心", ("FUDI-23",)),
        ("fudi-auto", {"media": "actual"}, "fix_responsibility", "客户关系中心", ("FUDI-23",)),
        ("fudi-auto", {"media": "possible"}, None, None, None),
    ],
)
def test_a_task_arises_where_its_condition_holds(code, facts, name, to, source):
    found = verdict(received(**facts), "03-02 10:00", code)
    assert [(row.id, row.to, row.source) for row in found.tasks] == (
        [(name, to, source)] if name else []
    )


@pytest.mark.feature("F058")
@pytest.mark.parametrize(("day", "expected"), [("03-02 22:00", True), ("03-02 10:00", False)])
def test_an_urgent_case_at_night_wants_the_leader_called(day, expected):
    """四1.4 of auto-4s: outside working time an urgent case is telephoned to the leader."""
    told = history(f"{day} received", urgency="紧急")
    found = task(verdict(told, "03-03 10:00", "auto-4s"), "call_leader")
    assert (found is not None and found.at == at(day)) is expected


@pytest.mark.feature("F197")
def test_an_emergency_meeting_is_called_at_once_on_a_major_case():
    """第四条 重大 2 of dealer-policy."""
    told = history(
        "03-02 09:00 received",
        "03-02 09:05 registered",
        event("03-02 11:00 graded", grade="重大", reason="媒体将到场"),
    )
    assert verdict(told, "03-02 10:00", "dealer-policy").tasks == ()
    found = task(verdict(told, "03-02 12:00", "dealer-policy"), "emergency_meeting")
    assert (found.to, found.at, found.source) == ("客户关系经理", at("03-02 11:00"), ("DLR-16",))


@pytest.mark.feature("F054")
@pytest.mark.parametrize("facts", [{"recurs_from": "一般"}, {"authority": True}])
def test_a_repeated_or_bypassing_complaint_is_flagged_and_wants_its_review(facts):
    """职责5 of fudi-auto: 重复、越级 complaints are investigated and responsibility is fixed."""
    found = verdict(received(**facts), "03-02 10:00", "fudi-auto")
    flags = {flag.name for flag in found.flags}
    assert flags == ({"bypassing"} if "authority" in facts else {"repeated"})
    assert task(found, "fix_responsibility").source == ("FUDI-23",)


@pytest.mark.feature("F201")
@pytest.mark.parametrize(
    ("complainants", "organiser", "clause"),
    [(3, "客服部负责人", "DALI-125"), (11, "人力运营中心副总经理", "DALI-126")],
)
def test_who_organises_the_plan_depends_on_the_grade(complainants, organiser, clause):
    """8.3 of 大理文旅: 重大 by the head of customer service, 危机 by the vice general manager."""
    told = received(category="物业服务", complainants=complainants)
    rows = verdict(told, "03-02 10:00").approvals
    organisers = [(row.by, row.source) for row in rows if row.what == "plan_organiser"]
    assert organisers == [(organiser, (clause,))]


@pytest.mark.feature("F199")
def test_a_reported_case_that_grows_names_the_two_first_responsible():
    """9.6: an individual complaint that becomes a group's has 客服部负责人 and 项目总 as first responsible."""
    alone = history("03-02 09:00 received", category="物业服务", complainants=1)
    assert verdict(alone, "03-03 09:00").tasks == ()
    grown = history(
        "03-02 09:00 received",
        event("03-02 15:00 facts_changed", complainants=5),
        category="物业服务",
        complainants=1,
    )
    found = [row for row in verdict(grown, "03-03 09:00").tasks if row.source == ("DALI-135",)]
    assert [(row.to, row.at) for row in found] == [
        ("客服部负责人", at("03-02 15:00")),
        ("项目总", at("03-02 15:00")),
    ]
    other = history(
        "03-02 09:00 received",
        event("03-02 15:00 facts_changed", safety_risk=False),
        category="物业服务",
        complainants=5,
    )
    assert not [row for row in verdict(other, "03-03 09:00").tasks if row.source == ("DALI-135",)]


def test_a_task_is_done_when_it_is_recorded_and_stays_when_its_reason_goes():
    told = history(
        "03-02 09:00 received",
        event("03-02 10:00 facts_changed", safety_risk=False),
        event("03-02 11:00 task_done", task="emergency_measures"),
        safety_risk=True,
    )
    assert task(verdict(told, "03-02 10:30"), "emergency_measures").done_at is None
    assert task(verdict(told, "03-02 12:00"), "emergency_measures").done_at == at("03-02 11:00")


def test_what_was_recorded_before_a_task_arose_does_not_do_it():
    told = history(
        "03-02 09:00 received",
        event("03-02 10:00 task_done", task="emergency_measures"),
        event("03-02 11:00 facts_changed", safety_risk=True),
    )
    found = task(verdict(told, "03-02 12:00"), "emergency_measures")
    assert (found.at, found.done_at) == (at("03-02 11:00"), None)


def test_an_unknown_task_is_refused_and_the_known_ones_named():
    told = history("03-02 09:00 received", event("03-02 11:00 task_done", task="tea"))
    (row,) = verdict(told, "03-02 12:00").refused
    assert (row.reason, row.accepted) == (
        "no_such_task",
        "management_report、growth_service、growth_project、emergency_measures、litigation"
        "、litigation_since",
    )


def test_an_invalid_complaint_wants_nothing_done():
    told = history(
        "03-02 09:00 received",
        event("03-02 09:30 judged", valid=False, reason="DALI-06"),
        event("03-02 10:00 facts_changed", safety_risk=True),
    )
    assert verdict(told, "03-02 12:00").tasks == ()


# -- told after so much more


def late_house(days) -> Pack:
    return read_pack(PACKS / "dali-tourism.yaml", chosen={"leaders_told_late_days": days})


def leaders(pack: Pack, now: str):
    # 4.1.3, 6.3: a 物业类 case accepted on Monday 2 March is to be closed in three days, 5 March.
    told = history(
        "03-02 09:00 received",
        "03-02 09:05 registered",
        event("03-02 09:10 assigned", department="物业公司"),
        event("03-02 09:20 accepted", handler="h"),
        category="物业服务",
        complainants=1,
    )
    found = judge(pack, told, official(), at(now))
    return [row.at for row in found.reports if row.to == "主管领导"], found


def test_leaders_are_told_once_a_case_is_so_many_days_late():
    pack = late_house(2)
    due = next(row.due_at for row in leaders(pack, "03-03 09:00")[1].clocks if row.stage == "close")
    assert due == at("03-06 00:00")  # 24:00 of 5 March
    assert leaders(pack, "03-06 23:59:59")[0] == []  # the first late day
    assert leaders(pack, "03-07 00:00")[0] == [at("03-07 00:00")]
    assert leaders(pack, "03-09 09:00")[0] == [at("03-07 00:00")]
    assert leaders(pack, "03-06 10:00")[1].next_moment == at("03-07 00:00")


def test_nobody_is_told_while_the_house_has_set_no_day():
    assert leaders(late_house(None), "03-30 09:00")[0] == []


@pytest.mark.parametrize("days", [0, 1.5, -1])
def test_a_number_of_late_days_is_whole_and_from_one_on(days):
    with pytest.raises(Exception, match="not a number of late days"):
        late_house(days)
