"""Approvals in one place: what is awaited of this person, why and by which clause, signed from there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints import lines
from complaints.lifecycle import Kind
from complaints.models import Complaint
from tests.complaints.sending import drawn, signed_in
from tests.complaints.test_signatures import ONE_OWNER, planned
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db

PAGE = "/approvals/"


def shown(loop: Loop, by: str) -> list[dict]:
    return signed_in(loop.user(by)).get(PAGE).context["waiting"]


def test_a_plan_waits_with_its_measures_its_clause_and_its_age(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = planned(loop, GROUP_OF_THREE)
    clock.set(at("03-02 11:30"))
    (row,) = shown(loop, "linxiaoyun")
    (one,) = row["awaited"]
    assert row["number"] == case.number
    assert (one.what, one.by) == ("处理方案（组织制定人）", "客服部负责人")
    assert "8.3" in one.clauses  # 8.3: 客服部 organises the plan of a 重大投诉
    assert (one.reason, one.who, one.age) == ("更换门禁主板", "赵刚", "2小时30分")
    assert [signing.kind for signing in row["signings"]] == [Kind.PLAN_APPROVED, Kind.PLAN_REJECTED]


def test_what_it_costs_stands_beside_it():
    loop = Loop.new()
    case = planned(loop, ONE_OWNER | {"amount_company": "3000"})
    loop.do(case, Kind.PLAN_APPROVED, "linxiaoyun")
    (row,) = shown(loop, "sunli")
    assert "3000" in row["awaited"][0].amount


def test_signing_from_the_page_is_the_same_act_and_leads_back():
    loop = Loop.new()
    case = planned(loop, GROUP_OF_THREE)
    page = signed_in(loop.user("linxiaoyun")).get(PAGE).content.decode()
    assert reverse("case_act", args=[case.number, "plan_approved"]) in page
    address = reverse("case_act", args=[case.number, "plan_approved"])
    form = signed_in(loop.user("linxiaoyun")).get(address, headers={"HX-Request": "true"})
    assert form.content.decode().lstrip().startswith("<form")
    assert 'name="back" value="approvals"' in form.content.decode()
    answer = drawn(loop, case, "plan_approved", "linxiaoyun", back="approvals").send()
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    case.refresh_from_db()
    assert case.newest_plan.state == "approved"
    assert shown(loop, "linxiaoyun") == []


def test_refusing_without_a_reason_is_refused():
    loop = Loop.new()
    case = planned(loop, GROUP_OF_THREE)
    answer = drawn(loop, case, "plan_rejected", "linxiaoyun", back="approvals", reason="").send()
    assert answer.status_code == 422
    assert len(shown(loop, "linxiaoyun")) == 1


def test_nobody_finds_what_another_post_signs():
    loop = Loop.new()
    case = planned(loop, GROUP_OF_THREE)
    for by in ("zhaogang", "duanhongwei", "zhoumin", "taoran"):
        assert shown(loop, by) == []
    recused = {"person": loop.user("linxiaoyun").pk}
    loop.do(case, Kind.RECUSED, "gaoyuan", recused, reason="投诉对象")
    assert shown(loop, "linxiaoyun") == []


def test_a_deadline_that_moves_meanwhile_puts_no_case_under_the_name_of_another(monkeypatch):
    """The cases and their lines are read one after the other; somebody may act in between."""
    loop = Loop.new()
    first = planned(loop, GROUP_OF_THREE)
    second = planned(loop, GROUP_OF_THREE | {"amount_company": "3000"})
    read = lines.read

    def read_later(cases):
        Complaint.objects.filter(pk=first.pk).update(next_due=second.next_due + timedelta(days=1))
        return read(cases)

    monkeypatch.setattr("complaints.views.approvals.lines.read", read_later)
    amounts = {row["number"]: row["awaited"][0].amount for row in shown(loop, "linxiaoyun")}
    assert amounts[first.number] == ""
    assert "3000" in amounts[second.number]
