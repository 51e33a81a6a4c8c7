"""Turns in a case's course that are easily got wrong: reopening, rounds, owners, asking and granting."""

import pytest

from regulations.engine.calendar import CalendarGap, official
from regulations.engine.reading import PackErrors, read_pack
from tests.engine.cases import PACKS, at, clock, event, history, pack, verdict
from tests.engine.small_pack import SMALL
from tests.engine.test_pauses import found, states

LATE = {"category": "物业服务", "complainants": 1, "fault": "ours"}


def to_the_end(*more):
    return history(
        "03-02 09:00 received",
        "03-02 09:05 registered",
        event("03-02 09:10 assigned", department="物业公司"),
        "03-02 09:20 accepted",
        event("03-02 10:00 investigated", conclusion="属实"),
        event("03-02 10:10 plan_submitted", option="进行修复"),
        event("03-02 10:20 plan_approved", by="部门负责人"),
        event("03-02 10:30 customer_talked", opinion="接受"),
        "03-02 11:00 executed",
        "03-02 11:10 result_returned",
        "03-02 11:20 customer_informed",
        event("03-02 11:30 confirmed", by="customer", form="written"),
        event("03-02 11:40 followed_up", satisfaction="满意", scores={"Q3": 9, "Q4": 9, "Q5": 9}),
        event("03-02 12:00 reviewed", passed=True),
        event("03-02 12:10 closed", mode="agreed", by="客服部负责人"),
        *more,
        **LATE,
    )


def test_the_week_that_lifts_a_grade_begins_anew_with_a_reopened_case():
    """6.1.3.4: a week unresolved by our fault lifts 一般 to 重要; the first week was resolved."""
    told = to_the_end("03-20 09:00 reopened")
    assert verdict(told, "03-27 23:59").grade.name == "一般投诉"
    lifted = verdict(told, "03-28 00:00:01")
    assert lifted.grade.name == "重要投诉"
    assert [row.at for row in lifted.derived if row.kind == "derived.upgraded"] == [
        at("03-28 00:00")
    ]
    assert verdict(told, "03-21 09:00").next_moment <= at("03-28 00:00:01")


def test_what_was_done_before_a_failed_review_is_done_anew_and_not_after_a_passed_one():
    """FOOD-31: a plan of this round; a review that fails opens a new one."""
    way = [
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 10:00 assigned", department="生产部门"),
        "03-10 10:10 accepted",
        event("03-10 11:00 investigated", conclusion="属实"),
        event("03-10 12:00 plan_submitted", option="退换"),
    ]

    def waits(passed: bool) -> bool:
        told = history(*way, event("03-10 14:00 reviewed", passed=passed), category="生产延误")
        gates = verdict(told, "03-10 15:00", "food-factory").gates
        return any((row.step, row.what) == ("executed", "plan") for row in gates)

    assert waits(False)
    assert not waits(True)


def test_an_owners_clock_is_nobody_elses():
    """GEN-42: customer service talks to the customer; GEN-44: the department carries it out."""
    told = history(
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 10:00 assigned", department="运营部"),
        category="服务流程问题",
    )
    found = verdict(told, "03-10 11:00", "general-enterprise")
    assert clock(found, "talk").department is None
    assert clock(found, "execution").department == "运营部"


def test_asking_for_an_extension_moves_nothing_and_granting_does():
    asked = {"until": at("03-20 18:00"), "reason": "配件未到", "stage": "close"}
    one = history(
        "03-02 09:00 received",
        event("03-02 09:10 assigned", department="物业公司"),
        "03-02 09:20 accepted",
        event("03-03 10:00 extension_asked", **asked),
        **(LATE | {"complainants": 3}),
    )
    before = clock(verdict(one, "03-03 11:00"), "close")
    # 8.1: 物业类, 重大: three days after 2 March.
    assert (before.due_at, before.extended) == (at("03-06 00:00"), False)
    assert [
        (row.by, row.at) for row in verdict(one, "03-03 11:00").approvals if row.what == "extension"
    ] == [("分管副总", None)]
    granted = history(
        *one.events, event("03-03 12:00 extended", signed_by="分管副总", **asked), **one.facts
    )
    after = clock(verdict(granted, "03-03 13:00"), "close")
    assert (after.due_at, after.extended) == (at("03-21 00:00"), True)
    assert (
        dict(after.explanation)["granted"] == "2026-03-03T12:00:00+08:00/2026-03-21T00:00:00+08:00"
    )


def test_an_extension_in_hours_is_due_at_its_own_moment():
    """8.1: a plan of 24 hours; a clock in hours is extended to the minute, one in days to 24:00."""
    told = history(
        "03-02 09:00 received",
        event("03-02 09:10 assigned", department="物业公司"),
        "03-02 09:20 accepted",
        event(
            "03-02 10:00 extended",
            until=at("03-04 15:30"),
            reason="等专家",
            stage="plan",
            signed_by="分管副总",
        ),
        **(LATE | {"complainants": 3}),
    )
    assert clock(verdict(told, "03-02 11:00"), "plan").due_at == at("03-04 15:30")


def test_an_answer_ends_an_enquiry_as_a_closing_does():
    """TMK-04: what is closed is archived; the answer to an enquiry is its closing."""
    way = ["03-10 08:40 received", "03-10 09:00 registered", "03-10 09:30 responded"]

    def waits(*more) -> bool:
        gates = verdict(history(*way, *more, kind="咨询"), "03-12 09:00", "tobacco-marketing").gates
        return any(row.step == "archived" for row in gates)

    assert waits()
    assert not waits("03-10 10:00 answered")


def test_the_explanation_of_a_pause_is_a_pair_of_moments():
    told = found(
        "03-05 09:00",
        event("03-03 09:00 paused", reason="司法鉴定", signed_by="客服经理"),
        event("03-04 09:00 resumed"),
    )
    row = next(one for one in told.clocks if one.key == "open:1:1")
    assert dict(row.explanation)["paused"] == "2026-03-03T09:00:00+08:00/2026-03-04T09:00:00+08:00"
    assert states(told)["open"] == "running"


# -- a pack's own words


def errors(old: str, new: str, **given):
    assert SMALL.count(old) == 1, old
    with pytest.raises(PackErrors) as refused:
        read_pack(SMALL.replace(old, new), "p.yaml", **given)
    return [(one.key, one.message, one.expected) for one in refused.value.errors]


def test_a_value_that_no_reading_has_is_refused_with_those_it_has():
    with pytest.raises(PackErrors) as refused:
        read_pack(SMALL, "p.yaml", chosen={"limit": 6000})
    assert [(one.message, one.expected) for one in refused.value.errors] == [
        ("unknown value 6000", "one of 5000, 8000")
    ]
    assert read_pack(SMALL, chosen={"limit": 8000}).reading("limit") == 8000
    assert read_pack(SMALL, chosen={"standard": 12}).reading("standard") == 12
    with pytest.raises(PackErrors, match=r"unknown reading 'zzz'.*expected a key of readings"):
        read_pack(SMALL, chosen={"zzz": 1})


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "expected"),
    [
        ("name: 物业部, source", "name: 客服, source", "departments", "'客服' stands twice", "each spelling once"),
        ("  - {name: 服务类, first: 物业部, clock_category: 服务, source: [S-01]}\n", "  - {name: 服务类, first: 物业部, clock_category: 服务, source: [S-01]}\n  - {name: 服务类, first: 物业部, clock_category: 服务, source: [S-01]}\n", "categories", "'服务类' stands twice", "each spelling once"),
        ("code: small", "code: [", "", "not YAML: expected the node content, but found '-'", "a YAML mapping"),
        ("excluded: [客服部]", "excluded: [财务部]", "scoring.excluded[0]", "unknown department '财务部'", "one of 客服部, 物业部"),
        ("{回访: 0.7, 配合: 0.3}", "{回访: 0.7, 配合: drei}", "scoring.weights.配合", "not a number", "a number such as 200 or 0.25"),
        ("version: 1", "version: true", "version", "not a whole number", "a whole number such as 3"),
        ("version: 1\n", "", "version", "missing", "a value for version"),
        ("kinds: [投诉]\nurgencies", "urgencies", "kinds", "missing", "a value for kinds"),
        ("rate: {kinds: [投诉], source: [S-01]}", "rate: {source: [S-01]}", "rate.kinds", "missing", "a value for kinds"),
        ("scoring: {weights: {回访: 0.7, 配合: 0.3}, ", "scoring: {", "scoring.weights", "missing", "a value for weights"),
        ("closing_modes:\n  - {name: agreed, label: 客户确认, source: [S-04]}\n", "", "closing_modes", "missing", "a value for closing_modes"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_pack_is_said_to_the_letter(old, new, key, message, expected):
    told = errors(old, new)
    if message.startswith("not YAML"):
        assert [(one[0], one[1][:8], one[2]) for one in told] == [(key, "not YAML", expected)]
    else:
        assert (key, message, expected) in told


def test_an_unknown_reading_or_a_day_without_a_calendar_is_named():
    with pytest.raises(KeyError, match="zzz"):
        pack().reading("zzz")
    with pytest.raises(CalendarGap, match="no calendar for 1990-01-01"):
        official().is_open(at("1990-01-01 00:00").date()) or official()._ordinal(
            at("1990-01-01 00:00").date()
        )


def test_every_pack_is_read_without_a_default_in_its_place():
    """A text without what must be there is refused; so each of the fourteen has it."""
    for path in sorted(PACKS.glob("*.yaml")):
        known = read_pack(path)
        assert known.closing
        assert known.counted_kinds
        assert known.kinds
