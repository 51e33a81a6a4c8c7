"""The steps that every complaint goes through, in the packs that add nothing of their own to them."""

import pytest

from tests.engine.asking import judged, missing, waits
from tests.engine.cases import event, history

CODES = ["auto-4s", "qe-manufacturing", "sales-service-procedure", "tobacco-marketing"]
TELLING = CODES[:3]  # the text of 卷烟营销 stops before the customer is told of a complaint
EXECUTED, AGAIN = "03-11 10:00 executed", "03-14 10:00 executed"
INFORMED, AGAIN_INFORMED = "03-12 10:00 customer_informed", "03-15 10:00 customer_informed"
DISSATISFIED = event("03-13 10:00 followed_up", satisfaction="不满意")
CLOSED = event("03-16 10:00 closed", mode="agreed")


def waiting(code, step, events):
    told = history("03-10 09:00 received", "03-10 09:05 registered", *events)
    return {what for what, _ in waits(judged(code, told, "03-20 09:00"), step)}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param((), {"execution"}, id="not-carried-out"),
        pytest.param((EXECUTED,), set(), id="carried-out"),
        pytest.param((EXECUTED, DISSATISFIED), {"execution"}, id="sent-back"),
        pytest.param((EXECUTED, DISSATISFIED, AGAIN), set(), id="carried-out-again"),
    ],
)
def test_a_result_is_returned_once_it_is_carried_out(code, events, expected):
    assert waiting(code, "result_returned", events) == expected


@pytest.mark.parametrize("code", TELLING)
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param((EXECUTED,), {"result"}, id="not-told"),
        pytest.param((EXECUTED, INFORMED), set(), id="told"),
        pytest.param((INFORMED, DISSATISFIED, AGAIN), {"result"}, id="not-told-anew"),
        pytest.param((INFORMED, DISSATISFIED, AGAIN, AGAIN_INFORMED), set(), id="told-anew"),
    ],
)
def test_a_customer_is_asked_once_it_is_told(code, events, expected):
    assert waiting(code, "followed_up", events) == expected


@pytest.mark.parametrize("code", CODES)
def test_closing_is_a_step_that_waits_for_what_closing_needs(code):
    found = judged(code, history("03-10 09:00 received"), "03-10 10:00")
    assert waits(found, "closed") == missing(found) != set()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("events", "expected"), [((), {"approval"}), ((CLOSED,), set())])
def test_only_what_is_closed_is_archived(code, events, expected):
    assert waiting(code, "archived", events) == expected
