"""The inbox says which case a notice is about, to those who may still see the case."""

import pytest

from complaints.lifecycle import Kind
from notices import inbox
from tests.loop import PARTICULARS, Loop

pytestmark = pytest.mark.django_db


def told(loop, username):
    return [(row["title"], row["subject"]) for row in inbox.newest(loop.actor(username), 10)]


def test_a_notice_stands_beside_its_case_s_subject():
    loop = Loop.new()
    case = loop.assign(loop.register())
    assert (f"{case.number} 有新的处理任务", PARTICULARS["subject"]) in told(loop, "duanhongwei")


def test_the_subject_goes_with_the_sight_of_the_case():
    loop = Loop.new()
    case = loop.assign(loop.register())
    loop.do(case, Kind.RETURNED, "duanhongwei", reason="不属物业职责")
    assert (f"{case.number} 有新的处理任务", "") in told(loop, "duanhongwei")
