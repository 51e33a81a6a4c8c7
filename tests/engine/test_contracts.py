"""What the docstrings of the engine promise to the letter: refusals, types, what a term holds."""

from datetime import date, time
from decimal import Decimal

import pytest

from regulations.engine.calendar import calendar_from
from regulations.engine.charges import charges
from regulations.engine.facts import normal, with_derived
from regulations.engine.reading import PackErrors, read_pack
from regulations.engine.routing import first_department
from tests.engine.asking import judged, waits
from tests.engine.cases import at, clock, estate, event, history, pack
from tests.engine.small_pack import SMALL, changed

CODE = "dali-tourism"
NOW = "03-10 12:00"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        pytest.param("category", 3, "expected a text", id="term"),
        pytest.param("legal", "perhaps", "expected one of none, possible, actual", id="choice"),
        pytest.param("tags", "DALI-61", "expected a list of fact ids", id="one-tag-is-no-list"),
        pytest.param("tags", [61], "expected a list of fact ids", id="a-number-is-no-fact"),
    ],
)
def test_a_fact_of_another_type_is_refused_with_what_is_expected(key, value, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        normal(key, value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("version: 1", "version: one", "a whole number such as 3", id="whole-number"),
        pytest.param(
            "value: 5000, alternatives: [8000]",
            "value: 五千, alternatives: [8000]",
            "a number such as 200 or 0.25",
            id="figure",
        ),
        pytest.param(
            '"{year:04}{serial:04}"',
            '"{year:04}"',
            'a pattern such as "{year:04}{month:02}{serial:04}"',
            id="numbering",
        ),
        pytest.param(
            "name: 服务类,", f"name: {'类' * 65},", "at most 64 characters", id="category"
        ),
        pytest.param(
            "control: {drafted: 2026-01-05, source: [S-01]}",
            "control: 2026-01-05",
            "keys with values",
            id="mapping",
        ),
    ],
)
def test_what_would_be_right_is_said_in_these_words(old, new, expected):
    text, _line = changed(old, new)
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    assert expected in {error.expected for error in caught.value.errors}


@pytest.mark.parametrize(
    ("old", "new", "key", "start"),
    [
        pytest.param("reading: limit", "reading: limits", ".reading", "one of ", id="reading"),
        pytest.param("penalty, 其他", "fine, 其他", "facts.S-07[1]", "one of ", id="kind-of-fact"),
        pytest.param("when: {safety_risk:", "when: {risk:", "urgencies[1].when", "one of ", id="fact"),
    ],
)  # fmt: skip
def test_the_words_that_are_known_are_listed(old, new, key, start):
    text, _line = changed(old, new)
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    found = [error.expected for error in caught.value.errors if key in error.key]
    assert found
    assert all(expected.startswith(start) for expected in found), found


def test_weights_belong_to_a_scoring():
    text, _line = changed("weights: {回访: 0.7, 配合: 0.3}, ", "")
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    assert ("scoring.weights", "missing", "a value for weights") in {
        (error.key, error.message, error.expected) for error in caught.value.errors
    }


def test_a_choice_for_a_reading_that_is_not_there_is_refused():
    with pytest.raises(PackErrors) as caught:
        read_pack(SMALL, "p.yaml", chosen={"limits": 8000})
    (error,) = caught.value.errors
    assert (error.line, error.key, error.message, error.expected) == (
        1,
        "readings.limits",
        "unknown reading 'limits'",
        "a key of readings",
    )


def test_a_reading_taken_otherwise_leaves_the_first_one_as_its_alternative():
    (limit,) = [one for one in read_pack(SMALL, chosen={"limit": 8000}).readings if one.key == "limit"]  # fmt: skip
    assert (limit.value, limit.alternatives) == (8000, (5000,))


def test_the_control_block_keeps_its_dates():
    control = read_pack(SMALL).control
    assert (control.drafted, control.approved) == (date(2026, 1, 5), None)
    assert control.source == ("S-01",)


def test_the_calendar_file_may_name_itself():
    days = calendar_from({"name": "厂历", "closed": ["2026-03-09"], "hours": [["08:00", "12:00"]]})
    assert (days.name, days.hours) == ("厂历", ((time(8), time(12)),))


def test_the_first_department_is_the_one_of_the_category():
    """DALI-38: 物业服务 goes to 物业公司; DALI-40: 服务态度 to where the customer was received."""
    assert first_department(pack(), {"category": "物业服务"}) == "物业公司"
    assert first_department(pack(), {"category": "其他类"}) is None
    received = {"category": "服务态度类", "receiving_department": "营销部"}
    assert first_department(pack(), received) == "营销部"


def test_a_warning_cites_the_clause_that_held_when_it_came():
    """DALI-112 and DALI-113 while the case is 一般; DALI-93 makes it 重要 a week later only."""
    found = judged(CODE, estate("03-02 10:00 department_responded"), NOW)
    warned = {row.subject: row.source for row in found.derived if row.kind == "derived.warned"}
    assert warned == {"plan:1:1": ("DALI-112",), "close:1:1": ("DALI-113",)}


def test_a_charge_has_the_subject_of_its_penalty():
    found = judged(CODE, estate(), "04-10 12:00")
    assert found.penalties
    for row in found.penalties:
        parts = charges([row])
        assert {one.subject for one in parts} == {row.subject} != {None}


def refused(*more, **facts):
    return [
        (row.reason, row.source, row.accepted)
        for row in judged(CODE, estate(*more, **facts), NOW).refused
    ]


def test_an_unknown_reason_for_invalidity_cites_the_whole_list():
    """DALI-06 to DALI-18 are the reasons that DALI-19 lets an entry be closed with."""
    ((reason, source, _accepted),) = refused(event("03-02 12:00 judged", valid=False, reason="无"))
    assert reason == "unknown_invalid_reason"
    assert set(source) == {f"DALI-{number:02}" for number in range(6, 20)}


@pytest.mark.parametrize(("score", "reasons"), [(0, []), (10, []), (11, ["bad_value"])])
def test_a_score_is_between_nought_and_ten(score, reasons):
    """DALI-150: ten is the best; a low score is taken with its reason."""
    told = event("03-04 12:00 followed_up", scores={"Q3": score}, reasons={"Q3": "未按时"})
    found = [row for row in refused(told) if row[0] == "bad_value"]
    assert [row[0] for row in found] == reasons
    assert all(row[1:] == (("DALI-150",), "Q3") for row in found)


def test_an_unknown_way_to_close_is_told_which_there_are():
    ((reason, _source, accepted),) = refused(event("03-04 12:00 closed", mode="settled"))
    assert reason == "unknown_mode"
    assert {"agreed", "no_agreement", "litigation"} <= set(accepted.split("、"))


@pytest.mark.feature("F249")
def test_the_two_shares_of_a_compensation_are_one_amount():
    """DALI-83: 10,000 yuan or less, both shares together; DALI-75: its basis is calculated."""
    shares = {"amount_company": Decimal("6000.50"), "amount_contractor": Decimal("4000.50")}
    assert with_derived(shares)["compensation"] == Decimal("10001.00")
    for contractor, grade in (("4000", "重大投诉"), ("4000.01", "危机投诉")):
        told = estate(
            "03-02 11:00 plan_submitted", amount_company="6000", amount_contractor=contractor
        )
        found = judged(CODE, told, NOW)
        assert found.grade.name == grade
        assert ("cost", "成本采供部") in {(row.what, row.by) for row in found.approvals}


def test_an_assignment_to_nobody_known_cites_how_cases_are_assigned():
    told = event("03-03 09:00 assigned", department="火星部")
    ((reason, source, accepted),) = refused(told)
    assert (reason, set(source)) == ("unknown_department", {"DALI-31", "DALI-51"})
    assert "物业公司" in accepted


def test_only_an_enquiry_or_a_suggestion_ends_with_an_answer():
    told = history(
        "03-10 10:00 received", "03-10 10:10 registered",
        event("03-10 11:00 closed", mode="answered"), kind="投诉",
    )  # fmt: skip
    (row,) = judged("tobacco-marketing", told, "03-10 12:00").refused
    assert (row.reason, row.accepted) == ("not_an_enquiry", "咨询、建议")


def test_an_enquiry_waits_for_its_answer_before_it_counts_as_answered():
    """TMK-12: an enquiry is answered; TMK-14 has it noted."""
    told = history("03-10 10:00 received", "03-10 10:10 registered", kind="咨询")
    found = judged("tobacco-marketing", told, "03-10 12:00")
    assert ("result", "TMK-12") in waits(found, "answered")


@pytest.mark.parametrize("key", ["amount", "category"])
def test_a_corrected_fact_that_does_not_fit_is_refused_as_a_correction(key):
    told = estate(event("03-03 09:00 facts_changed", **{key: "不明"}))
    (row,) = judged(CODE, told, NOW).refused
    assert (row.kind, row.reason, row.accepted) == ("facts_changed", "bad_value", key)


def test_a_fact_of_the_first_entry_that_does_not_fit_is_refused_with_the_receipt():
    (row,) = judged(CODE, estate(amount="不明"), NOW).refused
    assert (row.kind, row.reason, row.accepted) == ("received", "bad_value", "amount")


def test_an_extension_of_another_stage_does_not_move_the_closing():
    """DALI-113: three natural days; the plan's own stage is not the closing's."""
    told = event(
        "03-04 11:00 extended",
        source="DALI-113",
        stage="plan",
        until=at("03-12 18:00"),
        reason="x",
        signed_by="部门负责人",
    )
    found = judged(CODE, estate(told), "03-04 12:00")
    assert clock(found, "close").due_at == at("03-06 00:00")


def test_the_explanation_of_a_clock_names_its_unit_limit_and_hours():
    """DALI-113: three natural days; GEN-09 and GEN-13: thirty minutes between 9:00 and 18:00."""
    rows = dict(clock(judged(CODE, estate(), "03-03 12:00"), "close").explanation)
    assert (rows["unit"], rows["limit"]) == ("days", "3")
    told = history("03-10 09:30 received", channel="社交媒体")
    found = judged("general-enterprise", told, "03-10 10:00")
    said = [dict(row.explanation) for row in found.clocks]
    assert ("minutes", "30", "09:00-18:00") in {
        (row.get("unit"), row.get("limit"), row.get("within")) for row in said
    }


def test_a_charge_by_the_clock_names_the_clock_and_one_by_hand_the_event():
    """DALI-160: shifting a complaint about, 300 yuan; nothing but the record of it incurs it."""
    told = estate(event("03-03 09:00 offence", source="DALI-160"))
    rows = judged(CODE, told, NOW).penalties
    (by_hand,) = [row for row in rows if "DALI-160" in row.source]
    assert (by_hand.clock, by_hand.amount, told.events[by_hand.act].kind) == (
        None,
        Decimal(300),
        "offence",
    )
    counted = [row for row in rows if row.act is None]
    assert counted
    assert all(row.clock for row in counted)
