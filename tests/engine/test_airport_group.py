"""集团机场: the highest of three levels, the three months of a second complaint, the notified head."""

import pytest

from tests.engine.asking import judged, missing, waits
from tests.engine.cases import at, event, history, pack

CODE = "airport-group"
NOW = "03-10 12:00"


def complaint(*more, **facts):
    return history("03-10 02:30 received", "03-10 02:40 registered", *more, **facts)


def graded(told, now=NOW, **chosen):
    found = judged(CODE, told, now, **chosen).grade
    return found.name, set(found.source)


def windows(told, now, **chosen):
    return [
        (row.started_at, row.due_at, row.state)
        for row in judged(CODE, told, now, **chosen).clocks
        if row.stage == "repeat_window"
    ]


@pytest.mark.parametrize(
    ("tags", "grade", "source"),
    [
        pytest.param([], None, set(), id="nobody-has-seen-it"),
        pytest.param(["AIR-05"], "一类投诉", {"AIR-05"}, id="serious"),
        pytest.param(["AIR-06"], "二类投诉", {"AIR-06"}, id="fairly-serious"),
        pytest.param(["AIR-07"], "一般性抱怨", {"AIR-07"}, id="light"),
        pytest.param(
            ["AIR-05", "AIR-06"],
            "一类投诉",
            {"AIR-05"},
            marks=pytest.mark.feature("F072"),
            id="the-highest-of-two",
        ),
        pytest.param(["AIR-07", "AIR-06"], "二类投诉", {"AIR-06"}, id="whatever-the-order"),
        pytest.param(["AIR-07", "AIR-05"], "一类投诉", {"AIR-05"}, id="serious-without-target"),
    ],
)
def test_the_highest_level_that_fits(tags, grade, source):
    assert graded(complaint(tags=tags)) == (grade, source)


def test_a_loss_has_no_stored_standard_and_gives_no_level():
    assert graded(complaint(amount="5000000")) == (None, set())


@pytest.mark.parametrize("serious", ["AIR-05", "AIR-06"])
def test_read_otherwise_a_complaint_without_target_is_a_grievance(serious):
    told = complaint(tags=["AIR-07", serious])
    assert graded(told, no_target="light") == ("一般性抱怨", {"AIR-07"})
    assert graded(complaint(tags=[serious]), no_target="light")[0] != "一般性抱怨"


@pytest.mark.feature("F071")
def test_only_the_levels_of_this_regulation_are_offered():
    names = [grade.name for grade in pack(CODE).grades]
    assert names == ["一般性抱怨", "二类投诉", "一类投诉"]
    told = complaint(event("03-10 10:00 graded", grade="重大投诉", reason="1"))
    assert [row.reason for row in judged(CODE, told, NOW).refused] == ["unknown_grade"]


@pytest.mark.feature("F093")
@pytest.mark.parametrize(
    ("reason", "grade", "refused"),
    [
        pytest.param("内容严重", "一类投诉", [], id="with-reason"),
        pytest.param("", None, [("missing_data", "定级理由")], id="empty-reason"),
        pytest.param(None, None, [("missing_data", "定级理由")], id="no-reason"),
    ],
)
def test_the_level_is_given_by_hand_with_its_reason(reason, grade, refused):
    told = complaint(event("03-10 10:00 graded", grade="一类投诉", reason=reason))
    found = judged(CODE, told, NOW)
    assert found.grade.name == grade
    assert [(row.reason, row.accepted) for row in found.refused] == refused
    assert grade is None or "AIR-21" in found.grade.source


def test_a_level_given_by_hand_gives_way_to_a_higher_one_seen_later():
    told = complaint(
        event("03-10 10:00 graded", grade="一般性抱怨", reason="1"),
        event("03-10 11:00 facts_changed", tags=["AIR-05"]),
        tags=["AIR-06"],
    )
    assert [graded(told, f"03-10 {hour}")[0] for hour in ("09:30", "10:30", "11:30")] == [
        "二类投诉",
        "一般性抱怨",
        "一类投诉",
    ]


# Three months to the day with the same number, or the last of the month, at 24:00.
@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("2026-03-10 02:30", "2026-06-11 00:00", id="same-number"),
        pytest.param("2026-11-30 09:00", "2027-03-01 00:00", id="no-30-february"),
        pytest.param("2027-11-30 09:00", "2028-03-01 00:00", id="leap-year"),
        pytest.param("2026-01-31 23:59:59", "2026-05-01 00:00", id="no-31-april"),
        pytest.param("2026-10-01 00:00", "2027-01-02 00:00", id="over-new-year-and-holidays"),
    ],
)
def test_the_window_of_a_second_complaint(received, due):
    told = history(f"{received} received")
    assert windows(told, received) == [(at(received), at(due), "running")]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param("06-07 12:00", "running", id="day-89"),
        pytest.param("06-11 00:00:00", "running", id="24:00-still-inside"),
        pytest.param("06-11 00:00:01", "met", id="one-second-later-it-is-over"),
        pytest.param("06-11 12:00", "met", id="day-93"),
    ],
)
def test_the_window_just_ends(now, state):
    found = judged(CODE, complaint(), now)
    (row,) = found.clocks
    assert (row.state, row.late_days, row.warn_at) == (state, 0, None)
    assert found.penalties == found.derived == ()


def test_a_complaint_about_the_same_event_opens_a_window_of_its_own():
    told = complaint("05-01 10:00 reopened")
    assert windows(told, "05-02 10:00") == [
        (at("03-10 02:30"), at("06-11 00:00"), "running"),
        (at("05-01 10:00"), at("08-02 00:00"), "running"),
    ]


def test_read_otherwise_the_window_opens_with_the_reply():
    told = complaint("03-20 16:00 customer_informed")
    assert windows(told, "03-15 12:00", window_from="answered") == []
    (row,) = windows(told, "03-21 12:00", window_from="answered")
    assert row == (at("03-20 16:00"), at("06-21 00:00"), "running")


def test_a_second_complaint_is_marked_and_keeps_its_level():
    second = complaint(tags=["AIR-06"], recurs_from="二类投诉")
    found = judged(CODE, second, NOW)
    assert found.grade.name == "二类投诉"
    assert [(flag.name, flag.source) for flag in found.flags] == [("second_complaint", ("AIR-04",))]
    assert judged(CODE, complaint(tags=["AIR-06"]), NOW).flags == ()


@pytest.mark.parametrize(
    ("tag", "grade", "source"),
    [
        pytest.param("AIR-07", "二类投诉", {"AIR-04"}, id="one-step"),
        pytest.param("AIR-06", "一类投诉", {"AIR-04"}, id="to-the-top"),
        pytest.param("AIR-05", "一类投诉", {"AIR-05"}, id="nothing-above"),
    ],
)
def test_read_otherwise_a_second_complaint_rises_one_level(tag, grade, source):
    told = complaint(tags=[tag], recurs_from="一般性抱怨")
    assert graded(told, second_complaint="lift") == (grade, source)


@pytest.mark.parametrize("tags", [[], ["AIR-05"], ["AIR-06"], ["AIR-07"]])
def test_the_head_is_told_at_once_of_every_level(tags):
    found = judged(CODE, complaint(tags=tags), NOW).reports
    assert [(row.to, row.at) for row in found] == [("责任部门负责人", at("03-10 02:40"))]
    assert judged(CODE, complaint(tags=tags), "03-10 02:39:59").reports == ()


def test_the_text_asks_nothing_of_a_closing():
    assert judged(CODE, complaint(), NOW).closing.ready


def test_what_is_no_complaint_is_closed_as_such():
    found = judged(CODE, complaint(event("03-10 09:00 closed", mode="invalid")), NOW)
    assert missing(found) == waits(found, "closed") == {("verification", "AIR-03")}
    told = complaint(
        event("03-10 08:00 judged", valid=False), event("03-10 09:00 closed", mode="invalid")
    )
    found = judged(CODE, told, NOW)
    assert (found.closing.ready, found.counts_in_rate) == (True, False)


@pytest.mark.parametrize("subject", ["department", "responsible_person"])
def test_a_punishment_is_proposed_without_amount(subject):
    told = complaint(event("03-11 10:00 offence", source="AIR-12", subject=subject))
    (row,) = judged(CODE, told, "03-12 10:00").penalties
    assert (row.subject, row.amount, bool(row.sanction)) == (subject, None, True)


def test_a_task_may_go_to_any_unit_of_the_group():
    told = complaint(event("03-10 03:00 assigned", department="地面服务部"))
    found = judged(CODE, told, NOW)
    assert (found.responsible.first, found.refused) == ("地面服务部", ())


def test_a_media_report_is_a_case_without_a_complainant():
    wanted = {field.key: field.when for field in pack(CODE).intake if field.required}
    assert not wanted["phone"].holds({"customer_kind": "公众媒体"})
    assert wanted["medium"].holds({"customer_kind": "公众媒体"})
    assert wanted["phone"].holds({"customer_kind": "客户"})
    report = complaint(customer_kind="公众媒体")
    assert "out_of_scope" not in {flag.name for flag in judged(CODE, report, NOW).flags}


def test_read_otherwise_a_media_report_is_out_of_scope():
    for kind, marks in (("公众媒体", {"out_of_scope"}), ("客户", set())):
        found = judged(CODE, complaint(customer_kind=kind), NOW, media_report=False)
        assert {flag.name for flag in found.flags} == marks
