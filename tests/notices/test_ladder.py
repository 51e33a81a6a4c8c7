"""The reporting ladder of 8.1: a grade that rises tells the posts of the new grade."""

import pytest

from complaints.lifecycle import Kind
from notices.models import Notice, Topic
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def reported() -> set[tuple[str, str]]:
    """Return (person, clause) of each report in the application."""
    rows = Notice.objects.filter(topic=Topic.REPORT, channel="in_app")
    return {(row.recipient.username, clause) for row in rows for clause in row.data["source"]}


@pytest.mark.feature("F195")
def test_a_case_that_becomes_serious_is_reported_to_the_deputy_general_manager(loop):
    case = loop.register(GROUP_OF_THREE | {"complainants": 1})
    assert "shenzhuo" not in {person for person, _clause in reported()}
    grown = {"complainants": 3}
    loop.do(case, Kind.FACTS_CHANGED, "zhoumin", grown, reason="另有两户反映同一问题")
    assert ("shenzhuo", "DALI-116") in reported()
