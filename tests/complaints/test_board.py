"""The department board: what each person has, how much of it is late, and what nobody has yet."""

import pytest
from django.urls import reverse

from sla import tasks
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


def columns(loop: Loop, by="duanhongwei", address="/board/") -> dict:
    page = signed_in(loop.user(by)).get(address)
    assert page.status_code == 200
    return {column.label: column for column in page.context["columns"]}


def numbers(column) -> list[str]:
    return [row["number"] for row in column.rows]


def test_each_person_has_a_column_with_their_load(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    waiting = loop.assign(loop.register())
    first, second = (loop.accept(loop.assign(loop.register())) for _each in range(2))
    found = columns(loop)
    assert list(found)[:2] == ["未指定承办人", "赵刚"]
    assert {"杨帆", "李松梅"} <= found.keys()  # people without a case, who can be given one
    assert numbers(found["未指定承办人"]) == [waiting.number]
    assert sorted(numbers(found["赵刚"])) == sorted([first.number, second.number])
    assert (found["赵刚"].load.open, found["赵刚"].load.late) == (2, 0)
    assert found["杨帆"].load.open == 0


def test_what_is_due_within_a_day_and_what_is_late_is_counted(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.accept(loop.assign(loop.register()))
    case.refresh_from_db()
    clock.set(case.next_due - (case.next_due - at("03-02 09:00")) / 2)
    soon = columns(loop)["赵刚"].load
    assert (soon.soon, soon.late) == (1, 0)
    clock.set(at("04-02 09:00"))
    tasks.sweep()
    case.refresh_from_db()
    late = columns(loop)["赵刚"]
    assert (late.load.soon, late.load.late) == (0, 1)
    assert late.rows[0]["clock"].tone == "late"


def test_a_board_shows_one_department_alone(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    own, sales = loop.assign(loop.register()), loop.assign(loop.register(), "营销部")
    page = signed_in(loop.user("duanhongwei")).get("/board/").content.decode()
    assert own.number in page
    assert sales.number not in page
    # A department that is not theirs is as good as none.
    other = f"/board/?department={loop.department('营销部').pk}"
    assert sales.number not in signed_in(loop.user("duanhongwei")).get(other).content.decode()
    assert signed_in(loop.user("zhaogang")).get("/board/").status_code == 403


def test_management_looks_on_and_the_head_hands_out():
    loop = Loop.new()
    loop.assign(loop.register())
    of_property = f"/board/?department={loop.department('物业公司').pk}"
    for by, hands_out in (("duanhongwei", True), ("gaoyuan", False)):
        page = signed_in(loop.user(by)).get(of_property).content.decode()
        assert (reverse("hand_out") in page) is hands_out
        assert ('name="case"' in page) is hands_out


def test_by_stage_the_same_cases_stand_by_their_stage():
    loop = Loop.new()
    waiting, feedback = loop.assign(loop.register()), loop.to("feedback")
    found = columns(loop, address="/board/?by=stage")
    assert list(found) == ["待接单", "调查中", "处理中", "反馈复核中"]
    assert numbers(found["待接单"]) == [waiting.number]
    assert numbers(found["反馈复核中"]) == [feedback.number]
    assert found["反馈复核中"].load.open == 1
