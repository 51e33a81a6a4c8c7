"""What each step waits for, the ways of closing (3.6), signatures, and who is told."""

import pytest

from tests.engine.cases import HANDLED, at, estate, event, history, verdict

FOLLOWED = event("03-03 12:00 followed_up", satisfaction="满意")
CONFIRMED = event("03-03 13:00 confirmed", by="customer", form="written")
CALLED = event("03-03 13:00 confirmed", by="customer", form="recorded_call")
PROPERTY = event("03-03 13:30 confirmed", by="property", form="written")
BY_PHONE = event("03-03 13:30 confirmed", by="property", form="recorded_call")
CLOSED = event("03-03 14:00 closed", mode="agreed")
LATER = "03-03 15:00"


def missing(found):
    return {(row.what, row.source[0]) for row in found.closing.missing}


def waits(found, step):
    return {(row.what, row.by) for row in found.gates if row.step == step}


@pytest.mark.parametrize(
    ("events", "facts", "expected"),
    [
        pytest.param((*HANDLED, FOLLOWED, CONFIRMED), {}, set(), id="3.6.1-written"),
        pytest.param((*HANDLED, FOLLOWED, CALLED), {}, set(), id="3.6.1-recorded-call"),
        pytest.param(
            (*HANDLED, FOLLOWED),
            {},
            {("customer_confirmation", "DALI-21")},
            id="3.6.1-nobody-confirmed",
        ),
        pytest.param((*HANDLED, CONFIRMED), {}, {("followup", "DALI-107")}, id="7.4-no-followup"),
        pytest.param((FOLLOWED, CONFIRMED), {}, {("execution", "DALI-21")}, id="3.6.1-not-handled"),
        pytest.param(
            (*HANDLED, FOLLOWED, CONFIRMED, BY_PHONE),
            {"category": "维保修类"},
            {("property_confirmation", "DALI-22")},
            id="3.6.1-repair-in-writing",
        ),
        pytest.param(
            (*HANDLED, FOLLOWED, CONFIRMED, PROPERTY),
            {"category": "维保修类"},
            set(),
            id="3.6.1-repair",
        ),
        pytest.param(
            (*HANDLED, FOLLOWED, CONFIRMED),
            {"category": "延期交楼类"},
            {("property_confirmation", "DALI-108")},
            id="7.5-engineering",
        ),
        pytest.param(
            (*HANDLED, FOLLOWED, CONFIRMED, BY_PHONE),
            {"category": "延期交楼类"},
            set(),
            id="7.5-any-form",
        ),
        pytest.param(
            (*HANDLED, FOLLOWED, CONFIRMED),
            {"against_staff": True},
            {("staff_plan", "DALI-110")},
            id="7-staff-first",
        ),
        pytest.param(
            (event("03-03 09:00 judgment"),),
            {"legal": "actual"},
            {("documents", "DALI-24")},
            id="3.6.3-formalities",
        ),
        pytest.param(
            (event("03-03 09:00 judgment"), event("03-04 09:00 formalities_done")),
            {},
            set(),
            id="3.6.3",
        ),
        pytest.param((event("03-03 09:00 closed", mode="litigation"),), {}, set(), id="3.6.3-said"),
        pytest.param(
            (*HANDLED[:3], event("03-02 12:00 customer_talked", opinion="拒绝")),
            {},
            set(),
            id="3.6.2-refused-plan",
        ),
        pytest.param(
            (
                *HANDLED[:3],
                event("03-02 12:00 customer_talked", opinion="拒绝"),
                event("03-02 15:00 customer_talked", opinion="接受"),
            ),
            {},
            {
                ("execution", "DALI-21"),
                ("customer_confirmation", "DALI-21"),
                ("followup", "DALI-107"),
            },
            id="3.6.2-agreed-after-all",
        ),
        pytest.param(
            (event("03-03 09:00 judged", valid=False, reason="DALI-07"),),
            {},
            {("result", "DALI-158")},
            id="explain-first",
        ),
        pytest.param(
            (
                event("03-03 09:00 judged", valid=False, reason="DALI-07"),
                "03-03 10:00 customer_informed",
            ),
            {},
            set(),
            id="explained",
        ),
    ],
)
def test_closing_of_dali(events, facts, expected):
    found = verdict(estate(*events, **facts), "03-05 09:00")
    assert missing(found) == expected
    assert found.closing.ready is (not expected)


def test_the_close_clock_stops_with_the_last_confirmation_it_needs():
    found = verdict(estate(*HANDLED, CONFIRMED, PROPERTY, category="延期交楼类"), LATER)
    close = next(row for row in found.clocks if row.stage == "close")
    assert close.stopped_at == at("03-03 13:30")


def test_no_agreement_without_an_issued_plan_is_refused():
    told = estate(event("03-03 09:00 closed", mode="no_agreement"))
    found = verdict(told, "03-03 10:00")
    assert [(row.reason, row.source) for row in found.refused] == [("plan_missing", ("DALI-23",))]
    assert next(row for row in found.clocks if row.stage == "close").stopped_at is None
    assert missing(found) == {("plan", "DALI-23")}


@pytest.mark.parametrize(
    ("by", "refused"),
    [
        pytest.param(None, [], id="a-history-in-short"),
        pytest.param("客服部经理", [], id="the-post"),
        pytest.param("客户服务部经理", [], id="its-other-spelling"),
        pytest.param("总经理", [("wrong_signer", "客服部经理")], id="another-post"),
    ],
)
def test_who_signs_the_closing(by, refused):
    data = {} if by is None else {"by": by}
    told = estate(*HANDLED, FOLLOWED, CONFIRMED, event("03-03 14:00 closed", mode="agreed", **data))
    found = verdict(told, LATER)
    assert [(row.reason, row.accepted) for row in found.refused] == refused
    (row,) = [row for row in found.approvals if row.what == "close"]
    assert (row.by, row.at) == ("客服部经理", None if refused else at("03-03 14:00"))


TRACES = (
    "03-02 09:00 received",
    "03-02 09:05 registered",
    event("03-02 09:30 assigned", department="销售部门"),
    "03-02 10:00 plan_submitted",
    "03-02 11:00 executed",
    "03-02 12:00 customer_informed",
    event("03-02 13:00 reviewed", passed=True),
)


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        pytest.param(None, set(), id="all-four"),
        pytest.param(1, {"documents"}, id="record"),
        pytest.param(4, {"execution"}, id="handling"),
        pytest.param(5, {"result"}, id="feedback"),
        pytest.param(6, {"review"}, id="review"),
    ],
)
def test_the_four_traces_of_tobacco(left_out, what):
    events = [one for number, one in enumerate(TRACES) if number != left_out]
    found = verdict(history(*events, category="服务类"), "03-02 15:00", "tobacco-2026")
    assert {row.what for row in found.closing.missing} == what


@pytest.mark.parametrize(
    ("events", "facts", "step", "expected"),
    [
        pytest.param((), {}, "investigated", set(), id="nothing-special"),
        pytest.param(
            (),
            {"against_staff": True},
            "investigated",
            {("staff_plan", "客户服务部")},
            id="7-staff-plan",
        ),
        pytest.param(
            ("03-02 10:00 staff_plan_submitted", "03-02 11:00 staff_plan_confirmed"),
            {"against_staff": True},
            "investigated",
            set(),
            id="7-staff-plan-confirmed",
        ),
        pytest.param(
            (),
            {},
            "executed",
            {("plan", None), ("approval", "部门负责人"), ("agreement", None)},
            id="chart-nothing-yet",
        ),
        pytest.param(HANDLED[:4], {}, "executed", set(), id="chart-reviewed-and-talked"),
        pytest.param(
            HANDLED[:4],
            {"complainants": 3},
            "executed",
            {("approval", "客服部负责人")},
            id="8.3-organiser",
        ),
        pytest.param(
            (*HANDLED[:2], event("03-02 11:10 plan_approved", by="客服部负责人"), HANDLED[3]),
            {"complainants": 3},
            "executed",
            set(),
            id="8.3-organised",
        ),
        pytest.param(
            (*HANDLED[:2], event("03-02 11:10 plan_approved", by="客服部负责人"), HANDLED[3]),
            {"amount": "500"},
            "executed",
            {("approval", "成本采供部"), ("approval", "法律事务中心"), ("approval", "财务部")},
            id="5.5-5.7-compensation",
        ),
        pytest.param(
            (*HANDLED[:3], event("03-02 12:00 customer_talked", opinion="拒绝")),
            {},
            "executed",
            set(),
            id="3.6.2-path",
        ),
        pytest.param(
            (*HANDLED[:4], "03-02 16:00 plan_submitted"),
            {},
            "executed",
            {("approval", "部门负责人"), ("agreement", None)},
            id="a-new-plan-anew",
        ),
        pytest.param(HANDLED[:4], {}, "result_returned", {("execution", None)}, id="not-executed"),
        pytest.param(
            HANDLED, {}, "followed_up", {("customer_confirmation", None)}, id="3.6.1-confirmation"
        ),
        pytest.param(
            (*HANDLED[:5], CONFIRMED),
            {},
            "followed_up",
            {("result", None)},
            id="8.3-customer-informed",
        ),
        pytest.param(
            (*HANDLED, CONFIRMED),
            {"category": "维保修类"},
            "followed_up",
            {("property_confirmation", "物业公司")},
            id="7.5-property",
        ),
        pytest.param(
            (*HANDLED, CONFIRMED, FOLLOWED), {}, "followed_up", set(), id="when-it-is-the-last"
        ),
        pytest.param(
            (*HANDLED, event("03-03 12:00 followed_up", satisfaction="不满意")),
            {},
            "followed_up",
            set(),
            id="goes-back",
        ),
        pytest.param(
            (*HANDLED, event("03-03 12:00 followed_up", satisfaction="不满意")),
            {},
            "result_returned",
            {("execution", None)},
            id="to-be-handled-again",
        ),
        pytest.param(
            HANDLED, {"legal": "actual"}, "followed_up", set(), id="3.6.3-litigation-path"
        ),
        pytest.param(
            (*HANDLED[:3], event("03-02 12:00 customer_talked", opinion="拒绝"), *HANDLED[4:]),
            {},
            "followed_up",
            set(),
            id="3.6.2-nobody-confirms",
        ),
        pytest.param((*HANDLED, CONFIRMED, FOLLOWED), {}, "closed", set(), id="3.6-ready"),
        pytest.param(
            (*HANDLED, CONFIRMED), {}, "closed", {("followup", "客户服务部")}, id="3.6-not-ready"
        ),
        pytest.param(
            (*HANDLED, CONFIRMED, FOLLOWED),
            {},
            "archived",
            {("approval", "客服部经理")},
            id="not-closed",
        ),
        pytest.param((*HANDLED, CONFIRMED, FOLLOWED, CLOSED), {}, "archived", set(), id="closed"),
    ],
)
def test_gates(events, facts, step, expected):
    assert waits(verdict(estate(*events, **facts), "03-05 09:00"), step) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, {("plan", "部门负责人")}, id="chart-ordinary"),
        pytest.param({"authority": True}, {("plan", "客服部负责人")}, id="chart-important"),
        pytest.param({"complainants": 3}, {("plan_organiser", "客服部负责人")}, id="8.3-major"),
        pytest.param(
            {"complainants": 10}, {("plan_organiser", "人力运营中心副总经理")}, id="8.3-crisis"
        ),
        pytest.param(
            {"category": "维保修类", "amount": "3000"},
            {
                ("plan_organiser", "客服部负责人"),
                ("cost", "成本采供部"),
                ("legal", "法律事务中心"),
                ("payment", "财务部"),
                ("exception", "分管副总"),
            },
            id="4.2-repair-with-compensation",
        ),
        pytest.param(
            {"against_staff": True},
            {("plan", "部门负责人"), ("staff_plan", "客户服务部")},
            id="7-staff",
        ),
        pytest.param(
            {"category": "销售证照、房产证类、交楼证照类"},
            {("plan", "部门负责人"), ("countersign", "项目前期报建"), ("countersign", "项目部")},
            id="5.3.2-countersigned-by-the-supporting-departments",
        ),
    ],
)
def test_signatures_that_are_needed(facts, expected):
    found = verdict(estate("03-02 10:00 plan_submitted", **facts), "03-02 10:10")
    assert {(row.what, row.by) for row in found.approvals if row.at is None} == expected


@pytest.mark.parametrize(
    ("signature", "left"),
    [
        pytest.param(
            event("03-02 11:00 plan_approved", by="成本部"),
            {"legal", "payment"},
            id="plan-approved",
        ),
        pytest.param(
            event("03-02 11:00 approved", what="legal", by="法律事务中心"),
            {"cost", "payment"},
            id="approved",
        ),
        pytest.param(
            event("03-02 11:00 approved", what="legal", by="财务部"),
            {"cost", "legal", "payment"},
            id="another-post",
        ),
    ],
)
def test_each_signature_is_given_by_its_post(signature, left):
    told = estate("03-02 10:00 plan_submitted", signature, amount="500")
    found = verdict(told, "03-02 12:00")
    assert {row.what for row in found.approvals if row.at is None} == left | {"plan_organiser"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, {("部门负责人", "DALI-112")}, id="8.1-ordinary"),
        pytest.param({"authority": True}, {("客服部负责人", "DALI-114")}, id="8.1-important"),
        pytest.param(
            {"complainants": 3},
            {("人力运营副总", "DALI-116"), ("总经理", "DALI-89")},
            id="8.1-major",
        ),
        pytest.param({"complainants": 10}, {("总经理", "DALI-118")}, id="8.1-crisis"),
        pytest.param(
            {"safety_risk": True}, {("部门负责人", "DALI-112"), ("物业公司", "DALI-70")}, id="5.4.4"
        ),
    ],
)
def test_who_is_told(facts, expected):
    found = verdict(estate(**facts), "03-02 10:00")
    assert {(row.to, row.source[0]) for row in found.reports} == expected


def test_a_report_that_was_due_stays_when_the_grade_falls():
    told = estate(event("03-02 10:00 facts_changed", complainants=1), complainants=3)
    rows = {row.to: row.at for row in verdict(told, "03-02 11:00").reports}
    assert rows["人力运营副总"] == at("03-02 09:00")
    assert rows["部门负责人"] == at("03-02 10:00")


@pytest.mark.parametrize(
    ("line", "data", "reason"),
    [
        pytest.param(
            "judged", {"valid": False, "reason": "DALI-99"}, "unknown_invalid_reason", id="3.3"
        ),
        pytest.param("judged", {"valid": False}, "unknown_invalid_reason", id="3.3-none"),
        pytest.param("assigned", {"department": "没有这个部门"}, "unknown_department", id="4.1.2"),
        pytest.param(
            "followed_up", {"scores": {"Q3": 5}}, "score_without_reason", id="form-below-6"
        ),
        pytest.param("followed_up", {"scores": {"Q3": 11}}, "bad_value", id="form-above-10"),
        pytest.param("closed", {"mode": "其他"}, "unknown_mode", id="3.6"),
        pytest.param("offence", {"source": "DALI-01"}, "unknown_offence", id="9"),
        pytest.param("offence", {"source": "DALI-132"}, "counted_by_clock", id="9.5"),
        pytest.param("facts_changed", {"complainants": -1}, "bad_value", id="a-count-below-zero"),
    ],
)
def test_events_without_effect(line, data, reason):
    found = verdict(estate(event(f"03-02 10:00 {line}", **data)), "03-02 11:00")
    assert [(row.index, row.reason) for row in found.refused] == [(6, reason)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"scores": {"Q3": 6, "Q4": 10}}, id="six-is-enough"),
        pytest.param(
            {"scores": {"Q3": 5}, "reasons": {"Q3": {"text": 17}}}, id="a-reason-may-be-an-id"
        ),
        pytest.param({"scores": {"Q1": False, "Q2": True}}, id="yes-and-no"),
        pytest.param({"satisfaction": "满意"}, id="no-scores"),
    ],
)
def test_surveys_that_count(data):
    found = verdict(estate(*HANDLED, event("03-03 12:00 followed_up", **data)), "03-03 13:00")
    assert found.refused == ()
    assert next(row for row in found.clocks if row.stage == "followup").state == "met"


def test_a_reason_beside_changed_facts_is_no_fact():
    told = estate(event("03-02 10:00 facts_changed", authority=True, reason={"text": 3}))
    assert verdict(told, "03-02 11:00").refused == ()


def test_recruitment_is_flagged_as_outside_the_scope():
    found = verdict(estate(category="租赁管理类"), "03-02 10:00")
    assert "out_of_scope" in {flag.name for flag in found.flags}
