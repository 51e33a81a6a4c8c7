"""福迪汽贸: set times without figures, the effect of rectification checked in the next month."""

import pytest

from tests.engine.asking import judged, missing
from tests.engine.cases import at, clock, event, history, pack

CODE = "fudi-auto"
NOW = "03-20 12:00"
ASSIGNED = event("03-09 09:30 assigned", department="售后服务部")
RETURNED = event("03-10 10:00 result_returned")


def ticket(*more, **facts):
    return history("03-09 09:00 received", "03-09 09:10 registered", ASSIGNED, *more, **facts)


def row(told, now, rule, **chosen):
    found = clock(judged(CODE, told, now, **chosen), rule)
    return found and (found.due_at, found.state, found.late_days)


def rectified(when, *more):
    """Return a ticket whose rectification was reported done at a moment."""
    measures = (event(f"{when} permanent_measure"), event(f"{when} executed"))
    return history("2025-11-03 09:00 received", *measures, *more)


@pytest.mark.parametrize("now", ["03-09 10:00", "12-09 12:00"])
def test_the_set_time_of_a_result_has_no_figure(now):
    assert row(ticket(), now, "result") == (None, "no_limit", 0)
    assert row(ticket(RETURNED), now, "result") == (None, "no_limit", 0)
    assert judged(CODE, ticket(), now).penalties == ()


def set_time(source, until, **data):
    return event("03-09 10:00 extended", source=source, until=at(until), **data)


@pytest.mark.feature("F256")
@pytest.mark.parametrize(
    ("returned", "now", "state", "late"),
    [
        pytest.param(None, "03-13 00:00:00", "running", 0, id="24:00-of-its-day"),
        pytest.param(None, "03-13 00:00:01", "overdue", 1, id="one-second-later"),
        pytest.param("03-13 00:00:00", NOW, "met", 0, id="returned-in-time"),
        pytest.param("03-15 09:00:00", NOW, "late", 3, id="returned-late"),
    ],
)
def test_a_time_set_for_the_ticket_is_its_clock(returned, now, state, late):
    more = [f"{returned} result_returned"] if returned else []
    told = ticket(set_time("FUDI-14", "03-12 17:00"), *more)
    assert row(told, now, "result") == (at("03-13 00:00"), state, late)


@pytest.mark.feature("F256")
def test_a_time_set_for_the_rectification_is_its_own():
    told = ticket(set_time("FUDI-25", "03-16 17:00", stage="improvement"))
    assert row(told, "03-17 00:00:01", "rectification") == (at("03-17 00:00"), "overdue", 1)
    assert row(told, "03-17 00:00:01", "result") == (None, "no_limit", 0)
    done = ticket(
        set_time("FUDI-25", "03-16 17:00", stage="improvement"), "03-14 10:00 permanent_measure"
    )
    assert row(done, NOW, "rectification") == (at("03-17 00:00"), "met", 0)


def test_figures_of_the_house_hold_for_every_ticket():
    told = ticket()
    assert row(told, NOW, "result", result_days=3) == (at("03-13 00:00"), "overdue", 8)
    assert row(told, NOW, "rectification", rectification_days=15) == (
        at("03-25 00:00"),
        "running",
        0,
    )


def test_a_figure_once_set_cannot_be_moved_without_a_clause():
    later = event(
        "03-10 10:00 extended", source="FUDI-14", until=at("03-20 17:00"), signed_by="总经理"
    )
    found = judged(CODE, ticket(set_time("FUDI-14", "03-12 17:00"), later), NOW)
    assert [one.reason for one in found.refused] == ["not_provided"]
    assert clock(found, "result").due_at == at("03-13 00:00")


# Done in one month, checked in the next: the end of that month at 24:00.
@pytest.mark.feature("F179")
@pytest.mark.parametrize(
    ("done", "due"),
    [
        pytest.param("2026-03-15 10:00", "2026-05-01 00:00", id="march"),
        pytest.param("2026-03-01 00:00:00", "2026-05-01 00:00", id="first-second-of-march"),
        pytest.param("2026-03-31 23:59:59", "2026-05-01 00:00", id="last-second-of-march"),
        pytest.param("2026-04-01 00:00:00", "2026-06-01 00:00", id="a-second-later-it-is-april"),
        pytest.param("2026-01-31 12:00", "2026-03-01 00:00", id="short-february"),
        pytest.param("2025-12-20 12:00", "2026-02-01 00:00", id="over-new-year"),
        pytest.param("2028-01-05 12:00", "2028-03-01 00:00", id="leap-year"),
    ],
)
def test_the_effect_is_checked_in_the_next_calendar_month(done, due):
    assert row(rectified(done), done, "effect") == (at(due), "running", 0)


@pytest.mark.feature("F179")
@pytest.mark.parametrize(
    ("checked", "now", "state", "late"),
    [
        pytest.param(None, "05-01 00:00:00", "running", 0, id="24:00-in-time"),
        pytest.param(None, "05-03 12:00", "overdue", 3, id="not-checked"),
        pytest.param("05-01 00:00:00", "05-03 12:00", "met", 0, id="at-the-due-moment"),
        pytest.param("05-01 00:00:01", "05-03 12:00", "late", 1, id="a-second-late"),
    ],
)
def test_the_check_stops_the_clock_whatever_it_finds(checked, now, state, late):
    for passed in (True, False):
        more = [event(f"{checked} verified", check="FUDI-26", passed=passed)] if checked else []
        told = rectified("2026-03-15 10:00", *more)
        assert row(told, now, "effect") == (at("05-01 00:00"), state, late)


def test_another_check_does_not_stop_it():
    told = rectified("2026-03-15 10:00", event("04-10 09:00 verified", check="FUDI-21"))
    assert row(told, "05-03 12:00", "effect")[1] == "overdue"


def test_handling_alone_is_what_is_checked_where_no_measure_is_recorded():
    told = history("03-09 09:00 received", "03-12 10:00 executed")
    assert row(told, NOW, "effect") == (at("05-01 00:00"), "running", 0)
    assert row(ticket(RETURNED), NOW, "effect") is None


@pytest.mark.parametrize(
    ("done", "due"),
    [("2026-03-15 10:00", "2026-04-16 00:00"), ("2026-01-31 10:00", "2026-03-01 00:00")],
)
def test_read_otherwise_the_effect_is_checked_within_a_month(done, due):
    assert row(rectified(done), done, "effect", effect_check="one_month")[0] == at(due)


def test_a_returned_ticket_is_void_and_the_next_one_has_its_own_time():
    told = ticket(
        set_time("FUDI-14", "03-12 17:00"),
        event("03-10 09:00 returned", reason="1"),
        event("03-11 09:00 assigned", department="销售部"),
    )
    found = judged(CODE, told, NOW)
    assert clock(found, "result").state == "void"
    second = clock(found, "result", ordinal=2)
    assert (second.due_at, second.state, second.department) == (None, "no_limit", "销售部")


@pytest.mark.parametrize("rule", ["result", "rectification"])
def test_each_task_and_each_reopening_has_a_time_of_its_own(rule):
    told = ticket(
        event("03-10 09:00 assigned", department="销售部"), RETURNED, "03-16 09:00 reopened"
    )
    found = judged(CODE, told, NOW)
    starts = [clock(found, rule, ordinal).started_at for ordinal in (1, 2)]
    assert starts == [at("03-09 09:30"), at("03-10 09:00")]
    assert clock(found, rule, cycle=2).started_at == at("03-16 09:00")


@pytest.mark.feature("F177")
def test_the_result_and_the_effect_come_before_closing():
    assert missing(judged(CODE, ticket(), NOW)) == {
        ("result", "FUDI-14"),
        ("verification", "FUDI-26"),
    }
    told = ticket(RETURNED, "03-15 10:00 executed")
    assert missing(judged(CODE, told, NOW)) == {("verification", "FUDI-26")}
    assert judged(CODE, told, NOW, effect_before_closing=False).closing.ready
    checked = told.with_event(event("04-10 09:00 verified", check="FUDI-26", passed=True))
    assert judged(CODE, checked, "04-10 10:00").closing.ready


@pytest.mark.parametrize(
    ("facts", "marks"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"tags": ["FUDI-12"]}, {"pressing"}, id="key-or-irregular"),
        pytest.param(
            {"tags": ["FUDI-16"]}, {"watch"}, marks=pytest.mark.feature("F202"), id="major"
        ),
        pytest.param({"tags": ["FUDI-23"]}, {"responsibility"}, id="accident"),
        pytest.param({"recurs_from": "一般"}, {"repeated"}, id="repeated"),
        pytest.param({"authority": True}, {"bypassing"}, id="bypassing"),
        pytest.param({"media": "actual"}, {"media"}, id="media"),
        pytest.param({"media": "possible"}, set(), id="media-only-possible"),
    ],
)
def test_marks(facts, marks):
    found = judged(CODE, ticket(**facts), NOW)
    assert {flag.name for flag in found.flags} == marks
    assert found.grade.name is None


@pytest.mark.parametrize("subject", ["department", "responsible_person"])
def test_harm_to_the_service_is_published_without_amount(subject):
    told = ticket(event("03-11 10:00 offence", source="FUDI-17", subject=subject))
    (found,) = judged(CODE, told, NOW).penalties
    assert (found.source, found.subject, found.amount) == (("FUDI-17",), subject, None)


def test_a_late_result_costs_nothing_by_itself():
    told = ticket(set_time("FUDI-14", "03-12 17:00"))
    assert judged(CODE, told, NOW).penalties == ()


@pytest.mark.parametrize(
    ("category", "first"),
    [
        pytest.param("销售部投诉", "销售部", id="sales"),
        pytest.param("服务部投诉", "售后服务部", id="service"),
        pytest.param("其他各业务部门投诉", None, id="others-by-case"),
    ],
)
def test_the_category_names_the_department(category, first):
    told = history("03-09 09:00 received", category=category)
    found = judged(CODE, told, NOW).responsible
    assert (found.first, found.source) == (first, ("FUDI-02",))


@pytest.mark.parametrize("name", ["二手车部", "DCRC", "服务部"])
def test_a_ticket_may_go_to_any_business_department(name):
    told = history("03-09 09:00 received", event("03-09 09:30 assigned", department=name))
    found = judged(CODE, told, NOW)
    assert (found.responsible.first, found.refused) == (pack(CODE).department(name) or name, ())
    assert pack(CODE).department("DCRC") == pack(CODE).department("客户服务部") == "客户关系中心"


def test_what_is_no_complaint_lets_its_clocks_go():
    told = ticket(
        event("03-10 10:00 judged", valid=False), event("03-10 11:00 closed", mode="invalid")
    )
    found = judged(CODE, told, NOW)
    assert {one.state for one in found.clocks} == {"void"}
    assert (found.closing.ready, found.counts_in_rate) == (True, False)
