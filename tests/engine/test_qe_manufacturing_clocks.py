"""营销品管: the sheet within an hour, QE's clocks from the signature, in working hours and days."""

import pytest

from tests.engine.asking import breaches, dues, waits
from tests.engine.cases import at, clock, event, history
from tests.engine.qe_manufacturing import MAJOR, ORDINARY, judged, signed

# -- the sheet (5.2.2)


@pytest.mark.parametrize(
    ("received", "chosen", "due"),
    [
        pytest.param("03-10 09:00", {}, "03-10 10:00", id="elapsed"),
        pytest.param("03-10 23:30", {}, "03-11 00:30", id="over-midnight"),
        pytest.param("02-16 12:00", {}, "02-16 13:00", id="spring-festival"),
        # half an hour of Friday, half an hour of Monday
        pytest.param("03-06 16:30", {"sheet_hour": "working"}, "03-09 09:30", id="working-hour"),
        pytest.param("03-06 12:30", {"sheet_hour": "working"}, "03-06 13:30", id="no-break"),
    ],
)
def test_the_sheet_is_due_in_an_hour(received, chosen, due):
    row = clock(judged(history(f"{received} received"), received, **chosen), "sheet")
    assert (row.stage, row.due_at, row.source) == ("sheet", at(due), ("QE-11",))


@pytest.mark.parametrize(
    ("issued", "state", "late"),
    [
        pytest.param("03-10 10:00:00", "met", 0, id="at-the-due-moment"),
        pytest.param("03-10 10:00:01", "late", 0, id="one-second-late"),
        pytest.param("03-12 09:00:00", "late", 2, id="two-days-late"),
        pytest.param(None, "overdue", 5, id="never"),
    ],
)
def test_when_the_sheet_is_late(issued, state, late):
    told = history("03-10 09:00 received", *([f"{issued} sheet_issued"] if issued else []))
    row = clock(judged(told, "03-15 12:00"), "sheet")
    assert (row.state, row.late_days) == (state, late)


# -- the reply to an ordinary complaint (5.3.1)


@pytest.mark.parametrize(
    ("signature", "due"),
    [
        pytest.param("03-09 10:00", "03-13 00:00", id="within-a-week"),
        pytest.param("03-06 16:00", "03-12 00:00", id="over-a-weekend"),
        # 4 to 6 April closed: Tuesday 7, Wednesday 8, Thursday 9
        pytest.param("04-03 16:00", "04-10 00:00", id="over-qingming"),
        # 1 to 5 May closed: Wednesday 6, Thursday 7, Friday 8
        pytest.param("04-30 16:00", "05-09 00:00", id="over-labour-day"),
        # a make-up Saturday is a start day as any other: Tuesday 24, 25, 26 February
        pytest.param("02-14 10:00", "02-27 00:00", id="signed-on-a-make-up-day"),
        # Thursday 7 and Friday 8 May, Saturday 9 open for the holiday
        pytest.param("05-06 10:00", "05-10 00:00", id="ends-on-a-make-up-day"),
    ],
)
def test_the_reply_is_due_three_working_days_after_the_signature(signature, due):
    found = judged(signed(signature, **ORDINARY), signature)
    row = clock(found, "reply")
    assert (row.stage, row.started_at, row.due_at) == ("answer", at(signature), at(due))
    assert row.source[0] == "QE-17"
    assert set(dues(found)) == {"sheet", "reply"}


@pytest.mark.parametrize(
    ("reply", "stopped"),
    [
        pytest.param(event("03-11 10:00 department_responded"), True, id="of-the-department"),
        pytest.param(event("03-11 10:00 customer_informed"), True, id="to-the-customer"),
        pytest.param(event("03-11 10:00 responded"), True, id="in-a-response"),
        pytest.param(
            event("03-11 10:00 responded", expected_at=at("03-13 12:00")), False, id="only-a-date"
        ),
        pytest.param(event("03-11 10:00 plan_submitted"), False, id="a-plan-is-no-reply"),
    ],
)
def test_what_counts_as_the_reply(reply, stopped):
    row = clock(judged(signed("03-09 10:00", reply, **ORDINARY), "03-12 09:00"), "reply")
    assert (row.stopped_at is not None) is stopped


def test_what_was_said_before_the_signature_is_no_reply():
    told = history(
        "03-09 09:00 received",
        event("03-09 09:10 graded", **ORDINARY),
        "03-09 09:20 responded",
        event("03-09 10:00 accepted", handler="1"),
    )
    assert clock(judged(told, "03-09 12:00"), "reply").state == "running"


# -- measures against a major complaint (5.3.1)


@pytest.mark.feature("F012")
@pytest.mark.parametrize(
    ("signature", "due"),
    [
        pytest.param("03-09 16:00", "03-10 16:00", id="from-16-to-16-of-the-next-day"),
        pytest.param("03-09 09:00", "03-09 17:00", id="a-whole-day"),
        pytest.param("03-09 08:00", "03-09 17:00", id="before-hours"),
        pytest.param("03-09 17:00", "03-10 17:00", id="at-closing-time"),
        pytest.param("03-06 16:59", "03-09 16:59", id="over-a-weekend"),
        # two hours of Wednesday 30 September, six of Thursday 8 October
        pytest.param("09-30 15:00", "10-08 15:00", id="over-national-day"),
        # an hour of Friday, seven of Saturday 10 October, open for the holiday
        pytest.param("10-09 16:00", "10-10 16:00", id="into-a-make-up-day"),
    ],
)
def test_eight_working_hours_for_the_temporary_measure(signature, due):
    row = clock(judged(signed(signature, **MAJOR), signature), "temporary")
    assert (row.stage, row.due_at, row.source[0]) == ("temporary_measure", at(due), "QE-18")


def test_which_hours_count_is_for_the_house_to_say():
    told = signed("03-09 16:00", **MAJOR)
    found = judged(told, "03-09 16:00", working_windows="08:00-12:00 13:00-17:00")
    # an hour of Monday, four of Tuesday morning, three after the break
    assert clock(found, "temporary").due_at == at("03-10 16:00")
    found = judged(told, "03-09 16:00", working_windows="08:00-12:00")
    # four on Tuesday, four on Wednesday
    assert clock(found, "temporary").due_at == at("03-11 12:00")


@pytest.mark.feature("F137")
def test_two_measures_run_side_by_side():
    told = signed(
        "03-09 16:00", "03-10 15:00 temporary_measure", "03-12 09:00 permanent_measure", **MAJOR
    )
    found = judged(told, "03-16 09:00")
    rows = {row.stage: (row.due_at, row.state, row.late_days) for row in found.clocks}
    assert rows["temporary_measure"] == (at("03-10 16:00"), "met", 0)
    # Tuesday 10, Wednesday 11
    assert rows["permanent_measure"] == (at("03-12 00:00"), "late", 1)
    assert breaches(found) == {"permanent:1:1": at("03-12 00:00")}


# -- handed back, reopened, ended


CLOCKS = [(ORDINARY, {"reply"}), (MAJOR, {"temporary", "permanent"})]
FROM_COMPLAINT = [
    (ORDINARY, {"reply-from-complaint"}),
    (MAJOR, {"temporary-from-complaint", "permanent-from-complaint"}),
]


@pytest.mark.parametrize(("graded", "rules"), CLOCKS)
def test_a_sheet_handed_back_ends_its_clocks_and_the_next_signature_starts_new_ones(graded, rules):
    told = signed(
        "03-09 10:00",
        event("03-09 11:00 returned", reason="1"),
        event("03-10 10:00 accepted", handler="1"),
        **graded,
    )
    found = judged(told, "03-10 12:00")
    assert {clock(found, rule).state for rule in rules} == {"void"}
    again = [clock(found, rule, ordinal=2) for rule in rules]
    assert {(row.state, row.started_at) for row in again} == {("running", at("03-10 10:00"))}
    assert clock(found, "sheet").state == "met"


REOPENED = (
    event("03-10 09:00 customer_informed"),
    event("03-11 09:00 closed", mode="agreed"),
    event("03-16 10:00 reopened"),
)


@pytest.mark.parametrize(("graded", "rules"), CLOCKS)
def test_a_reopened_case_gets_clocks_of_its_own(graded, rules):
    found = judged(signed("03-09 10:00", *REOPENED, **graded), "03-16 12:00")
    again = {row.rule: row for row in found.clocks if row.cycle == 2}
    assert set(again) == rules
    assert {(row.state, row.started_at) for row in again.values()} == {
        ("running", at("03-16 10:00"))
    }


@pytest.mark.parametrize(("graded", "rules"), FROM_COMPLAINT)
def test_under_the_other_reading_a_reopened_case_does_too(graded, rules):
    told = signed("03-09 10:00", *REOPENED, **graded)
    found = judged(told, "03-16 12:00", qe_start="complaint")
    assert {row.rule for row in found.clocks if row.cycle == 2} == rules


def test_a_reopened_case_keeps_its_grade_and_its_sheet():
    found = judged(signed("03-09 10:00", *REOPENED, **MAJOR), "03-16 12:00")
    assert found.grade.name == "重大投诉"
    assert (found.approvals, waits(found, "sheet_issued")) == ((), set())


@pytest.mark.parametrize(
    "end",
    [
        event("03-09 12:00 judged", valid=False),
        event("03-09 12:00 closed", mode="invalid"),
        event("03-09 12:00 merged", into="B"),
    ],
)
def test_what_has_ended_leaves_nothing_overdue(end):
    found = judged(signed("03-09 10:00", end, **MAJOR), "03-20 09:00")
    states = {row.rule: row.state for row in found.clocks}
    assert states == {"sheet": "met", "temporary": "void", "permanent": "void"}
    assert not found.counts_in_rate


# -- who approves the sheet (5.2.2)


def before_sheet(*more, **graded):
    grading = [event("03-09 09:10 graded", **graded)] if graded else []
    return history("03-09 09:00 received", "03-09 09:05 registered", *grading, *more)


@pytest.mark.feature("F118")
@pytest.mark.parametrize(
    ("graded", "by", "waiting"),
    [
        pytest.param(ORDINARY, None, {("approval", "QE-13")}, id="ordinary-open"),
        pytest.param(ORDINARY, "部门主任", set(), id="ordinary-its-rank"),
        pytest.param(ORDINARY, "营销部副总经理", set(), id="ordinary-a-higher-rank"),
        pytest.param(ORDINARY, "营销业务员", {("approval", "QE-13")}, id="ordinary-a-lower-rank"),
        pytest.param(MAJOR, None, {("approval", "QE-14")}, id="major-open"),
        pytest.param(MAJOR, "部门主任", {("approval", "QE-14")}, id="major-rank-too-low"),
        pytest.param(MAJOR, "营销副总", set(), id="major-its-post"),
        pytest.param(
            {}, "部门主任", {("verification", "QE-14")}, id="ungraded-nobody-knows-who-approves"
        ),
    ],
)
def test_a_sheet_goes_out_with_the_approval_of_its_rank(graded, by, waiting):
    signature = [event("03-09 09:20 approved", what="sheet", by=by)] if by else []
    assert (
        waits(judged(before_sheet(*signature, **graded), "03-09 09:30"), "sheet_issued") == waiting
    )


def test_a_sheet_approved_as_ordinary_needs_the_higher_approval_once_it_is_major():
    told = before_sheet(
        event("03-09 09:20 approved", what="sheet", by="部门主任"),
        event("03-09 09:25 graded", **MAJOR),
        **ORDINARY,
    )
    assert waits(judged(told, "03-09 09:30"), "sheet_issued") == {("approval", "QE-14")}


@pytest.mark.parametrize(
    ("issued", "waiting"), [((), {("documents", "QE-15")}), (("03-09 09:30 sheet_issued",), set())]
)
def test_nobody_signs_for_a_sheet_that_is_not_there(issued, waiting):
    assert waits(judged(before_sheet(*issued, **ORDINARY), "03-09 09:40"), "accepted") == waiting


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (("03-09 09:00 received",), []),
        (("03-09 09:00 received", "03-09 09:05 registered"), ["09:05"]),
    ],
)
def test_a_registered_complaint_is_reported(events, told):
    found = judged(history(*events), "03-09 09:30").reports
    assert [(row.to, row.at) for row in found] == [("营销副总", at(f"03-09 {one}")) for one in told]


# -- the other readings (ambiguities 1, 2)


@pytest.mark.feature("F187")
@pytest.mark.parametrize(
    ("graded", "chosen", "expected"),
    [
        # received Thursday 5, signed Monday 9 March
        pytest.param(ORDINARY, {}, {"answer": "03-13 00:00"}, id="signature"),
        pytest.param(
            ORDINARY, {"qe_start": "complaint"}, {"answer": "03-11 00:00"}, id="complaint"
        ),
        pytest.param(
            MAJOR,
            {},
            {"temporary_measure": "03-09 17:00", "permanent_measure": "03-12 00:00"},
            id="major-signature",
        ),
        pytest.param(
            MAJOR,
            {"qe_start": "complaint"},
            {"temporary_measure": "03-06 10:00", "permanent_measure": "03-10 00:00"},
            id="major-complaint",
        ),
        # the temporary measure was taken on Tuesday 10
        pytest.param(
            MAJOR,
            {"measures": "after"},
            {"temporary_measure": "03-09 17:00", "permanent_measure": "03-13 00:00"},
            id="major-one-after-the-other",
        ),
        pytest.param(
            MAJOR,
            {"measures": "after", "qe_start": "complaint"},
            {"temporary_measure": "03-06 10:00", "permanent_measure": "03-13 00:00"},
            id="major-both",
        ),
    ],
)
def test_where_the_clocks_of_qe_start(graded, chosen, expected):
    told = history(
        "03-05 10:00 received",
        event("03-05 10:20 graded", **graded),
        "03-05 10:30 sheet_issued",
        event("03-09 09:00 accepted", handler="1"),
        "03-10 12:00 temporary_measure",
    )
    found = judged(told, "03-10 14:00", **chosen)
    rows = {row.stage: row.due_at for row in found.clocks if row.stage != "sheet"}
    assert rows == {stage: at(due) for stage, due in expected.items()}
