"""Words that a pack may use, each on a pack changed for the purpose."""

from datetime import datetime

import pytest

from regulations.engine.calendar import SHANGHAI, official
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from regulations.engine.reading import PackErrors, read_pack
from tests.engine.cases import PACKS

TOBACCO = (PACKS / "tobacco-2026.yaml").read_text(encoding="utf-8")
RESPONSE = "rows: [{hours: 1, source: [TOB-47]}]"


def changed(old: str, new: str):
    """Return the tobacco pack with one text replaced."""
    assert TOBACCO.count(old) == 1, old
    return read_pack(TOBACCO.replace(old, new))


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def history(*events: tuple, **facts) -> History:
    """Return a history of (moment, kind, data) of 2 March 2026."""
    told = tuple(Event(on(f"2026-03-02 {at}"), kind, data) for at, kind, data in events)
    return History("A", facts, told)


@pytest.mark.parametrize(
    ("received", "due", "calendar"),
    [
        pytest.param("2026-03-07 10:00", "2026-03-09 10:00", None, id="announced-year"),
        # Saturday 6 March 2027: nobody knows yet whether Monday will be open
        pytest.param("2027-03-06 10:00", "2027-03-08 10:00", "provisional", id="not-announced"),
        pytest.param("2027-03-08 09:00", "2027-03-08 10:00", "provisional", id="taken-for-open"),
    ],
)
def test_a_clock_that_begins_at_work_rests_on_the_calendar(received, due, calendar):
    pack = changed(RESPONSE, "rows: [{hours: 1, at_work: true, source: [TOB-47]}]")
    told = History("A", {}, (Event(on(received), "received"),))
    (row,) = judge(pack, told, official(), on(received)).clocks
    assert (row.due_at, row.calendar) == (on(due), calendar)


@pytest.mark.parametrize(
    ("grades", "told"),
    [
        pytest.param([], [], id="nothing-happened"),
        pytest.param(["常规投诉"], [], id="not-the-data-asked-for"),
        pytest.param(["常规投诉", "重大投诉"], ["2026-03-02 11:00"], id="from-the-event-meant"),
    ],
)
def test_a_report_may_ask_for_the_data_of_its_event(grades, told):
    pack = changed(
        "{to: 公司管理层, on: assigned, when: {grade: 重大投诉}",
        "{to: 公司管理层, on: {event: graded, grade: 重大投诉}",
    )
    graded = [(f"{10 + n}:00", "graded", {"grade": name}) for n, name in enumerate(grades)]
    case = history(("09:00", "received", {}), *graded)
    found = judge(pack, case, official(), on("2026-03-02 12:00")).reports
    assert [row.at for row in found if row.to == "公司管理层"] == [on(at) for at in told]


PROMISE = """clocks:
  - id: promise
    stage: answer
    starts: {event: responded, has: expected_at}
    who: owner
    stops: [{event: responded, expected_at: [null]}]
    rows: [{promised: expected_at, source: [TOB-47]}]
"""


@pytest.mark.parametrize(
    ("responses", "due", "stopped"),
    [
        pytest.param([None], None, None, id="no-promise-no-clock"),
        pytest.param([15], "15:00", None, id="the-promised-moment"),
        pytest.param([None, 15], "15:00", None, id="an-answer-without-promise-starts-nothing"),
        pytest.param([15, 16], "15:00", None, id="another-promise-is-no-answer"),
        pytest.param([15, None], "15:00", "11:00", id="the-answer-keeps-the-promise"),
    ],
)
def test_a_promised_moment_becomes_a_clock(responses, due, stopped):
    pack = changed("clocks:\n", PROMISE)
    rows = [
        (f"{10 + n}:00", "responded", {"expected_at": hour and on(f"2026-03-02 {hour}:00")})
        for n, hour in enumerate(responses)
    ]
    case = history(("09:00", "received", {}), *rows)
    found = judge(pack, case, official(), on("2026-03-02 14:00")).clocks
    row = next((row for row in found if row.rule == "promise"), None)
    assert (row and row.due_at) == (due and on(f"2026-03-02 {due}"))
    assert (row and row.stopped_at) == (stopped and on(f"2026-03-02 {stopped}"))


MEASURE = "{what: measure, by: 公司管理层, on: plan_submitted, source: [TOB-14, TOB-41]}"
SUBMITTED = ("10:00", "plan_submitted", {})


@pytest.mark.parametrize(
    ("events", "signed"),
    [
        pytest.param((), None, id="open"),
        pytest.param((("11:00", "plan_approved", {"by": "公司管理层"}),), "11:00", id="its-post"),
        pytest.param((("11:00", "plan_approved", {"by": "部门负责人"}),), None, id="another-post"),
        pytest.param((("11:00", "plan_approved", {}),), None, id="nobody-named"),
        pytest.param(
            (("11:00", "plan_approved", {"by": "公司管理层"}), ("12:00", "plan_submitted", {})),
            None,
            id="a-new-plan-anew",
        ),
    ],
)
def test_measures_are_signed_with_the_plan_that_holds_them(events, signed):
    pack = changed(
        "{what: plan, by: 公司管理层, when: {grade: 重大投诉}, source: [TOB-14, TOB-41]}", MEASURE
    )
    case = history(("09:00", "received", {}), SUBMITTED, *events)
    (row,) = judge(pack, case, official(), on("2026-03-02 14:00")).approvals
    assert (row.what, row.at) == ("measure", signed and on(f"2026-03-02 {signed}"))


HOUSE = (
    '  - {key: house_hours, label: 上班时间, value: "08:00-12:00", alternatives: [], setting: true,'
)


def house(hours: str):
    """Return the tobacco pack with working hours that the house sets, and a clock in them."""
    text = TOBACCO.replace("readings:\n", f"readings:\n{HOUSE} source: [TOB-47]}}\n")
    text = text.replace(RESPONSE, "rows: [{working_hours: 5, source: [TOB-47]}]")
    text += "\nworking_time: {windows: {reading: house_hours}}\n"
    return read_pack(text, chosen={"house_hours": hours})


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        # Monday 2 March 2026 from 09:00: three hours today, two tomorrow
        pytest.param("08:00-12:00", "2026-03-03 10:00", id="morning-only"),
        pytest.param("08:00-12:00 13:00-17:00", "2026-03-02 15:00", id="with-a-break"),
    ],
)
def test_the_house_sets_its_working_hours(hours, due):
    case = history(("09:00", "received", {}))
    (row,) = judge(house(hours), case, official(), on("2026-03-02 10:00")).clocks
    assert row.due_at == on(due)


@pytest.mark.parametrize("hours", ["", "nine to five", "12:00-08:00", "08:00-12:00,13:00-17:00"])
def test_working_hours_that_are_none_are_refused(hours):
    with pytest.raises(PackErrors, match="not hours"):
        house(hours)


def test_a_regulation_may_have_no_grades():
    start, end = TOBACCO.index("grades:\n"), TOBACCO.index("lifts:")
    bare = TOBACCO[:start] + "grades: []\n" + TOBACCO[end:]
    kept = [line for line in bare.splitlines() if "grade: " not in line]
    text = "\n".join(kept).replace("reports:\n", "reports: []\n")
    text = text.replace("approvals:\n", "approvals: []\n")
    text = text.replace("unused:\n", "unused:\n  TOB-53: 无等级\n")
    case = history(("09:00", "received", {}))
    verdict = judge(read_pack(text + "\n"), case, official(), on("2026-03-02 10:00"))
    assert (verdict.grade.name, verdict.grade.source) == (None, ())
