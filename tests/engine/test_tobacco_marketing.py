"""卷烟营销: an enquiry in 24 hours, a suggestion with the leader's word, a complaint's faults."""

import pytest

from tests.engine import asking
from tests.engine.asking import breaches, dues, missing, waits
from tests.engine.cases import at, clock, event, history

CODE = "tobacco-marketing"


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)


def entered(*more, **facts):
    """Return a case received at 10:00 and entered at 10:10 on Tuesday 10 March."""
    return history("03-10 10:00 received", "03-10 10:10 registered", *more, **facts)


def enquiry(*more, **facts):
    return entered(*more, kind="咨询", **facts)


def suggestion(*more, **facts):
    return entered(*more, kind="建议", **facts)


# -- an enquiry (四(一))


@pytest.mark.feature("F044")
@pytest.mark.parametrize(
    ("answer", "state", "late"),
    [
        pytest.param("03-10 10:15:00 responded", "met", 0, id="on-the-spot"),
        pytest.param("03-11 10:00:00 responded", "met", 0, id="at-the-due-moment"),
        pytest.param("03-11 10:00:01 responded", "late", 0, id="one-second-late"),
        pytest.param("03-12 00:00:00 customer_informed", "late", 1, id="the-next-day"),
        pytest.param(None, "overdue", 2, id="unanswered"),
    ],
)
def test_an_enquiry_is_answered_in_24_hours(answer, state, late):
    found = judged(enquiry(*([answer] if answer else [])), "03-13 09:00")
    row = clock(found, "enquiry")
    assert (row.stage, row.source, row.due_at) == ("answer", ("TMK-13",), at("03-11 10:00"))
    assert (row.state, row.late_days) == (state, late)
    assert breaches(found) == ({"enquiry:1:1": at("03-11 10:00")} if state != "met" else {})
    assert (found.penalties, found.counts_in_rate) == ((), False)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param("03-13 17:30", "03-14 17:30", id="over-a-weekend"),
        pytest.param("10-01 09:00", "10-02 09:00", id="on-a-holiday"),
        pytest.param("02-28 23:59:59", "03-01 23:59:59", id="over-the-end-of-a-month"),
    ],
)
def test_the_24_hours_never_stand_still(received, due):
    found = judged(history(f"{received} received", kind="咨询"), received)
    assert dues(found) == {"enquiry": at(due)}


def test_a_date_for_the_answer_is_not_the_answer():
    promise = event("03-10 11:00 responded", expected_at=at("03-12 10:00"))
    found = judged(enquiry(promise), "03-11 09:00")
    assert dues(found) == {"enquiry": at("03-11 10:00")}
    assert clock(found, "enquiry").state == "running"


def test_the_other_reading_counts_from_the_entry():
    found = judged(enquiry(), "03-10 12:00", enquiry_start="registered")
    assert dues(found) == {"enquiry-from-entry": at("03-11 10:10")}


@pytest.mark.parametrize("kind", ["投诉", None])
def test_a_complaint_has_no_clock_in_this_text(kind):
    found = judged(entered(kind=kind), "04-10 09:00")
    assert (found.clocks, found.closing.ready, found.counts_in_rate) == ((), False, True)


def test_a_matter_that_turns_out_to_be_an_enquiry_counts_from_its_receipt():
    told = entered(event("03-10 15:00 facts_changed", kind="咨询"), kind="投诉")
    assert dues(judged(told, "03-10 16:00")) == {"enquiry": at("03-11 10:00")}


def test_a_reopened_enquiry_has_24_hours_of_its_own():
    told = enquiry("03-10 11:00 responded", "03-10 12:00 archived", "03-20 09:00 reopened")
    found = judged(told, "03-20 10:00")
    assert clock(found, "enquiry").state == "met"
    assert clock(found, "enquiry", cycle=2).due_at == at("03-21 09:00")
    other = judged(told, "03-20 10:00", enquiry_start="registered")
    assert clock(other, "enquiry-from-entry", cycle=2).due_at == at("03-21 09:00")


def test_a_withdrawn_enquiry_is_owed_no_answer():
    found = judged(enquiry("03-10 12:00 withdrawn"), "03-20 09:00")
    assert ([row.state for row in found.clocks], breaches(found)) == (["void"], {})


# -- a suggestion (四(二))

DECIDED = event("03-11 09:00 plan_approved", by="分管领导")
SET = event("03-10 14:00 extended", source="TMK-16", until=at("03-20 17:00"), reason="1")
PROMISED = event("03-10 14:00 responded", expected_at=at("03-20 17:00"))


@pytest.mark.feature("F256")
@pytest.mark.parametrize(
    ("events", "now", "rule", "due", "state", "late"),
    [
        pytest.param((), "04-20 09:00", "suggestion", None, "no_limit", 0, id="nothing-promised"),
        # a day that is set ends at 24:00, a moment that was promised is that moment
        pytest.param(
            (SET,), "03-21 00:00", "suggestion", "03-21 00:00", "running", 0, id="set-day"
        ),
        pytest.param(
            (SET,), "03-21 00:00:01", "suggestion", "03-21 00:00", "overdue", 1, id="set-day-over"
        ),
        pytest.param(
            (SET, "03-20 18:00 customer_informed"),
            "03-30 09:00",
            "suggestion",
            "03-21 00:00",
            "met",
            0,
            id="told-on-the-day",
        ),
        pytest.param(
            (PROMISED,), "03-20 17:00", "promise", "03-20 17:00", "running", 0, id="promised-moment"
        ),
        pytest.param(
            (PROMISED,), "03-20 17:00:01", "promise", "03-20 17:00", "overdue", 0, id="broken"
        ),
        pytest.param(
            (PROMISED, "03-22 09:00 responded"),
            "03-30 09:00",
            "promise",
            "03-20 17:00",
            "late",
            2,
            id="answered-two-days-late",
        ),
    ],
)
def test_a_suggestion_is_answered_on_the_promised_date(events, now, rule, due, state, late):
    found = judged(suggestion(*events), now)
    row = clock(found, rule)
    assert (row.stage, row.source[0], row.due_at) == ("answer", "TMK-16", due and at(due))
    assert (row.state, row.late_days) == (state, late)
    assert bool(breaches(found)) is (state in ("overdue", "late"))
    assert found.refused == ()


def test_a_reopened_suggestion_waits_for_its_answer_again():
    told = suggestion(
        "03-11 09:00 customer_informed", "03-12 09:00 archived", "03-20 09:00 reopened"
    )
    found = judged(told, "03-21 09:00")
    rows = [(row.cycle, row.stopped_at) for row in found.clocks]
    assert rows == [(1, at("03-11 09:00")), (2, None)]


def test_a_promise_is_not_put_off():
    later = event("03-15 09:00 extended", source="TMK-16", until=at("04-20 17:00"), reason="1")
    found = judged(suggestion(SET, later), "03-15 10:00")
    assert [row.reason for row in found.refused] == ["not_provided"]
    assert clock(found, "suggestion").due_at == at("03-21 00:00")


@pytest.mark.parametrize("kind", ["投诉", "咨询"])
def test_only_a_suggestion_asks_the_leader(kind):
    found = judged(entered(kind=kind), "03-10 12:00")
    assert (found.approvals, found.reports) == ((), ())


@pytest.mark.parametrize(
    ("events", "signed", "waiting"),
    [
        pytest.param((), None, {("approval", "TMK-15")}, id="awaited"),
        pytest.param((DECIDED,), "03-11 09:00", set(), id="decided"),
        pytest.param(
            (event("03-11 09:00 plan_approved", by="部门负责人"),),
            None,
            {("approval", "TMK-15")},
            id="another-post",
        ),
        pytest.param(
            (event("03-11 09:00 approved", what="plan", by="领导"),),
            "03-11 09:00",
            set(),
            id="signed",
        ),
    ],
)
def test_the_customer_hears_of_the_adoption_after_the_leader_has_decided(events, signed, waiting):
    found = judged(suggestion(*events), "03-12 09:00")
    (row,) = found.approvals
    assert (row.by, row.source, row.at) == ("领导", ("TMK-15",), signed and at(signed))
    assert waits(found, "customer_informed") == waiting
    assert [(row.to, row.at) for row in found.reports] == [("领导", at("03-10 10:10"))]


# -- closing (二, 四)

ANSWERED = event("03-12 10:00 responded")
HANDLED = (
    event("03-11 09:00 investigated", conclusion="属实"),
    "03-12 09:00 executed",
    event("03-13 09:00 reviewed", passed=True),
)


@pytest.mark.parametrize(
    ("kind", "events", "expected"),
    [
        pytest.param("咨询", (), {("result", "TMK-12")}, id="enquiry-open"),
        pytest.param("咨询", (ANSWERED,), set(), id="enquiry-answered"),
        pytest.param("咨询", (PROMISED,), {("result", "TMK-12")}, id="enquiry-put-off"),
        pytest.param("建议", (ANSWERED,), {("approval", "TMK-15")}, id="suggestion-not-decided"),
        pytest.param("建议", (DECIDED,), {("result", "TMK-17")}, id="suggestion-not-told"),
        pytest.param("建议", (DECIDED, ANSWERED), set(), id="suggestion-told"),
        pytest.param(
            None,
            (ANSWERED,),
            {("conclusion", "TMK-18"), ("execution", "TMK-04"), ("review", "TMK-04")},
            id="complaint-only-answered",
        ),
        pytest.param("投诉", HANDLED, set(), id="complaint-handled-and-verified"),
        pytest.param("投诉", HANDLED[:2], {("review", "TMK-04")}, id="complaint-not-verified"),
        pytest.param(
            "投诉", HANDLED[1:], {("conclusion", "TMK-18")}, id="complaint-not-looked-into"
        ),
        pytest.param(
            "咨询",
            (ANSWERED, event("03-12 11:00 closed", mode="agreed")),
            set(),
            id="enquiry-closed-as-agreed",
        ),
        pytest.param(
            "咨询",
            (event("03-12 11:00 closed", mode="agreed"),),
            {("result", "TMK-12")},
            id="enquiry-closed-as-agreed-unanswered",
        ),
        pytest.param(
            "建议",
            (event("03-12 11:00 closed", mode="agreed"),),
            {("approval", "TMK-15"), ("result", "TMK-17")},
            id="suggestion-closed-as-agreed",
        ),
        pytest.param(
            "投诉",
            (event("03-12 11:00 closed", mode="invalid"),),
            {("verification", "TMK-02")},
            id="invalid-not-judged",
        ),
    ],
)
def test_closing(kind, events, expected):
    found = judged(entered(*events, kind=kind), "03-14 09:00")
    assert missing(found) == expected
    assert found.closing.ready is (not expected)


# -- outside the unit's scope (三(二)2)


@pytest.mark.parametrize(
    ("events", "stopped"),
    [
        pytest.param((), None, id="not-passed-on"),
        pytest.param(
            (event("03-10 11:00 transferred", to="客户服务部"),), "03-10 11:00", id="passed-on"
        ),
        pytest.param((event("03-10 11:00 transferred", to="订单部"),), None, id="to-another-unit"),
        pytest.param(
            (event("03-10 11:00 assigned", department="县级公司"),),
            "03-10 11:00",
            id="with-the-task",
        ),
    ],
)
def test_what_is_out_of_scope_is_passed_on_without_a_figure(events, stopped):
    found = judged(entered(*events, out_of_duty=True), "04-10 09:00")
    (row,) = found.clocks
    assert (row.stage, row.source, row.due_at, row.state) == (
        "transfer",
        ("TMK-09",),
        None,
        "no_limit",
    )
    assert row.stopped_at == (stopped and at(stopped))
    assert [(one.to, one.source) for one in found.reports] == [("分公司客户服务部", ("TMK-09",))]


@pytest.mark.parametrize("out_of_duty", [False, None])
def test_its_own_matters_are_not_passed_on(out_of_duty):
    found = judged(entered(out_of_duty=out_of_duty), "03-11 09:00")
    assert (found.clocks, found.reports) == ((), ())


# -- one investigator, and what is found of a member of staff (四(三))


@pytest.mark.parametrize(
    ("data", "refused"),
    [({"handler": "1"}, []), ({}, ["missing_data"]), ({"handler": ""}, ["missing_data"])],
)
def test_a_complaint_is_taken_on_by_one_named_person(data, refused):
    told = entered(
        event("03-10 11:00 assigned", department="县级公司"), event("03-10 12:00 accepted", **data)
    )
    found = judged(told, "03-10 13:00")
    assert [row.reason for row in found.refused] == refused
    assert found.responsible.first == "县级公司"


@pytest.mark.parametrize(
    ("kind", "events", "expected"),
    [
        pytest.param("投诉", (), {("conclusion", "TMK-18")}, id="complaint-not-looked-into"),
        pytest.param("投诉", HANDLED[:1], set(), id="complaint-looked-into"),
        pytest.param(None, (), {("conclusion", "TMK-18")}, id="kind-not-said"),
        pytest.param("建议", (), set(), id="nothing-to-look-into"),
    ],
)
def test_a_complaint_is_looked_into_before_it_is_handled(kind, events, expected):
    assert waits(judged(entered(*events, kind=kind), "03-12 08:00"), "executed") == expected


@pytest.mark.feature("F213")
@pytest.mark.parametrize(
    ("source", "formal", "told"),
    [
        pytest.param("TMK-19", True, ["部门领导"], id="breach-or-dereliction"),
        pytest.param("TMK-20", False, [], id="ordinary-mistake"),
    ],
)
def test_a_breach_goes_the_formal_way_and_a_mistake_the_ordinary_one(source, formal, told):
    offence = event("03-13 10:00 offence", source=source, subject="responsible_person")
    found = judged(entered(*HANDLED[:1], offence), "03-13 11:00")
    (row,) = found.penalties
    assert (row.source, row.subject, row.amount) == ((source,), "responsible_person", None)
    assert ("组织程序" in row.sanction) is formal
    assert [(one.to, one.at) for one in found.reports] == [(to, at("03-13 10:00")) for to in told]


def test_a_breach_that_is_ticked_is_told_at_once():
    told = entered(event("03-12 09:00 facts_changed", tags=["TMK-19"]))
    found = judged(told, "03-12 10:00").reports
    assert [(row.to, row.at) for row in found] == [("部门领导", at("03-12 09:00"))]


def test_two_offences_are_two_rows():
    told = entered(
        event("03-13 10:00 offence", source="TMK-20", subject="handler"),
        event("03-13 10:00 offence", source="TMK-20", subject="responsible_person"),
        event("03-13 11:00 offence", source="TMK-19"),
    )
    rows = [(row.source[0], row.subject) for row in judged(told, "03-13 12:00").penalties]
    assert sorted(rows) == [
        ("TMK-19", "responsible_person"),
        ("TMK-20", "handler"),
        ("TMK-20", "responsible_person"),
    ]
