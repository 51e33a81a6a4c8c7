"""Audits over HTTP: who opens what, whose papers may be written in, what a form refuses."""

from datetime import date, datetime
from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from audits import drawing, findings
from audits import papers as work
from audits.models import (
    Draw,
    Finding,
    Inspection,
    Item,
    Member,
    Paper,
    Plan,
    SpecialAudit,
)
from complaints.attachments import keeping
from complaints.models import Attachment
from tests.audits.house import drawn, finding, judged, papers, plan, quarter
from tests.complaints import files
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.penalties.house import stand

pytestmark = pytest.mark.django_db

# Auditor, head, handler, administrator, of the own department or unit and of another one.
PEOPLE = {
    "konglingyi": "auditor whose paper it is",
    "qinmo": "auditor of the unit",
    "lufang": "auditor of another unit",
    "duanhongwei": "head of the department concerned",
    "sujianing": "head of another department",
    "taoran": "head in another unit",
    "zhaogang": "handler of the case",
    "maxiao": "handler elsewhere",
    "gaoyuan": "management",
    "zhengguoqiang": "management of another unit",
    "fangzhou": "administrator",
    "wangyu": "administrator of another unit",
    "zhoumin": "customer service",
    "luqing": "rule owner",
}
AUDITORS = {"konglingyi", "qinmo"}
ALL_AUDITORS = AUDITORS | {"lufang"}
# Page → who opens it; everybody else gets 403 (not the role) or 404 (not theirs).
PAGES = {
    "audits": ALL_AUDITORS,
    "improvements": ALL_AUDITORS,
    "audit_plan": AUDITORS,
    "audit_report": AUDITORS | {"gaoyuan"},
    "findings": ALL_AUDITORS | {"duanhongwei", "sujianing", "taoran", "gaoyuan", "zhengguoqiang"},
    "finding": AUDITORS | {"duanhongwei", "gaoyuan"},
    "finding_raise": AUDITORS,
    "audit_file": AUDITORS | {"duanhongwei", "gaoyuan"},
}
# Step → who gets its form; its paper is open, its finding raised.
STEPS = {
    ("plans", "sample_added"): AUDITORS,
    ("papers", "evidence"): {"konglingyi"},
    ("papers", "submit"): {"konglingyi"},
    ("papers", "approve"): {"qinmo"},
    ("papers", "send-back"): {"qinmo"},
    ("papers", "paper_assigned"): AUDITORS,
    ("papers", "sample_replaced"): AUDITORS,
    ("findings", "finding_objected"): {"duanhongwei"},
    ("findings", "finding_rectified"): {"duanhongwei"},
    ("findings", "finding_decided"): {"qinmo"},
    ("findings", "rectification_ordered"): AUDITORS,
    ("findings", "effect_checked"): AUDITORS,
    ("findings", "finding_closed"): AUDITORS,
    ("findings", "offence_handed_over"): AUDITORS,
}
MODELS = (Plan, Member, Paper, Finding, SpecialAudit, Inspection)


@pytest.fixture
def house(clock, own_vault):
    """A finding with a file, and another case's paper that is still open."""
    loop = Loop.new()
    stand("03-02 09:00")
    loop.to("archived")
    row = finding(loop)
    with keeping.kept([keeping.check(files.sent("整改.pdf", files.PDF))]) as kept:
        findings.order(row.pk, actor=loop.actor("konglingyi"), due_on=date(2026, 4, 9), text="整改")
        findings.report(row.pk, actor=loop.actor("duanhongwei"), text="已整改", files=kept)
    return loop


def address(page: str) -> str:
    row = Finding.objects.get()
    arguments = {
        "audit_plan": [Plan.objects.get().pk],
        "audit_report": [Plan.objects.get().pk],
        "finding": [row.pk],
        "finding_raise": [row.case.number],
        "audit_file": [Attachment.objects.get().pk],
    }
    return reverse(page, args=arguments.get(page, []))


def test_who_opens_which_page(house):
    opened = {page: set() for page in PAGES}
    for name in PEOPLE:
        client = signed_in(house.user(name))
        for page, people in opened.items():
            people |= {name} if client.get(address(page)).status_code == 200 else set()
    assert opened == PAGES


def test_who_gets_the_form_of_which_step(house):
    things = {
        "plans": Plan.objects.get().pk,
        "papers": Paper.objects.get(state="open").pk,
        "findings": Finding.objects.get().pk,
    }
    opened = {step: set() for step in STEPS}
    for name in PEOPLE:
        client = signed_in(house.user(name))
        for (subject, act), people in opened.items():
            url = reverse("audit_act", args=[subject, things[subject], act])
            answer = client.get(url)
            assert answer.status_code in (200, 403, 404), (subject, act)
            if answer.status_code == 200:
                people.add(name)
            else:
                assert client.post(url, {"key": str(uuid4())}).status_code in (403, 404, 422)
    assert opened == STEPS
    assert Finding.objects.get().state == "rectified"
    assert Paper.objects.filter(state="open").count() == 1


def test_the_admin_opens_to_auditors_and_shows_their_own_unit(house):
    for name, model in product(PEOPLE, MODELS):
        client = signed_in(house.user(name))
        answer = client.get(reverse(f"admin:audits_{model._meta.model_name}_changelist"))
        assert answer.status_code == (200 if name in ALL_AUDITORS else 403), (name, model)
        if name in ALL_AUDITORS:
            rows = answer.context["cl"].queryset
            assert set(rows) == (set(model.objects.all()) if name in AUDITORS else set()), name


def checklist_form(paper: Paper, **changes) -> dict:
    items = list(paper.items.all())
    form = {"items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": len(items)}
    for place, item in enumerate(items):
        form[f"items-{place}-id"] = item.pk
        form[f"items-{place}-paper"] = paper.pk
        form[f"items-{place}-judgment"] = "fine"
        form[f"items-{place}-remark_text"] = "有据" if item.says == "fault" else ""
    return form | changes


@pytest.mark.parametrize("name", PEOPLE)
def test_only_the_own_paper_can_be_written_in(name, clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    client = signed_in(loop.user(name))
    url = reverse("admin:audits_paper_change", args=[paper.pk])
    answer = client.post(url, checklist_form(paper))
    written = Item.objects.exclude(judgment="").count()
    if name == "konglingyi":
        assert answer.status_code == 302
        assert written == paper.items.count()
        page = client.get(url).content.decode()
        assert "有据" in page
    else:
        assert answer.status_code == (403 if name != "lufang" else 302)
        assert written == 0


def test_a_submitted_paper_is_read_only_for_its_auditor_too(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    judged(loop, paper)
    work.submit(paper.pk, actor=loop.actor("konglingyi"))
    client = signed_in(loop.user("konglingyi"))
    url = reverse("admin:audits_paper_change", args=[paper.pk])
    assert client.post(url, checklist_form(paper)).status_code == 403
    page = client.get(url).content.decode()
    assert 'name="_save"' not in page


def test_a_paper_that_was_submitted_while_it_was_open_elsewhere_says_so(clock, monkeypatch):
    """Between the check of the page and the step itself somebody else's window was quicker."""
    loop = Loop.new()
    (paper,) = papers(loop)
    judged(loop, paper)
    form = checklist_form(paper) | {"items-0-judgment": "not_applicable"}
    client = signed_in(loop.user("konglingyi"))
    real = work.judge

    def slow(*given, **named):
        if Paper.objects.get().state == "open":
            work.submit(paper.pk, actor=loop.actor("konglingyi"))
        return real(*given, **named)

    monkeypatch.setattr(work, "judge", slow)
    url = reverse("admin:audits_paper_change", args=[paper.pk])
    answer = client.post(url, form, follow=True)
    assert "其余内容没有保存" in answer.content.decode()
    assert not Item.objects.filter(judgment="not_applicable").exists()


def plan_form(loop, **changes) -> dict:
    return {
        "regulation": loop.versions["dali-tourism"].regulation_id,
        "quarter": "2026Q1",
        "share": "0.3",
        "axes": ["department"],
        "minimum": "1",
        "seed": "42",
    } | changes


def test_a_plan_is_made_in_the_admin_and_drawn_on_its_page(clock):
    loop = Loop.new()
    quarter(loop, 10)
    client = signed_in(loop.user("konglingyi"))
    answer = client.post(reverse("admin:audits_plan_add"), plan_form(loop))
    row = Plan.objects.get()
    assert answer.url == reverse("audit_plan", args=[row.pk])
    assert (row.quarter.first, row.version.regulation, row.made_by) == (
        date(2026, 1, 1),
        row.regulation,
        loop.user("konglingyi"),
    )
    url = reverse("audit_act", args=["plans", row.pk, "audit_drawn"])
    assert client.get(url).status_code == 200
    key = str(uuid4())
    assert client.post(url, {"key": key}).status_code == 302
    assert client.post(url, {"key": key}).status_code == 302  # the same form again is one act
    assert Draw.objects.get().samples.count() == 3
    change = reverse("admin:audits_plan_change", args=[row.pk])
    assert client.post(change, plan_form(loop, seed="43")).status_code == 403
    page = client.get(reverse("audit_plan", args=[row.pk])).content.decode()
    assert Draw.objects.get().population_sha256 in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quarter": "2026-1"}, "quarter"),
        ({"share": "0.29"}, "share"),
        ({"share": "1.1"}, "share"),
        ({"seed": "-1"}, "seed"),
        ({"axes": ["project"]}, "axes"),
        ({"regulation": ""}, "regulation"),
        ({"quarter": "2019Q1"}, "quarter"),
    ],
)
def test_a_plan_that_is_refused(changes, field, clock):
    loop = Loop.new()
    quarter(loop, 1)
    client = signed_in(loop.user("konglingyi"))
    answer = client.post(reverse("admin:audits_plan_add"), plan_form(loop, **changes))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Plan.objects.exists()


def test_an_auditor_plans_for_the_own_unit_alone(clock):
    loop = Loop.new()
    quarter(loop, 1)
    client = signed_in(loop.user("lufang"))
    answer = client.post(reverse("admin:audits_plan_add"), plan_form(loop))
    assert "regulation" in answer.context["adminform"].form.errors
    assert not Plan.objects.exists()


def test_inv_19_the_report_counts_findings_by_clause_and_shows_the_shortfall(house):
    Plan.objects.get()
    client = signed_in(house.user("konglingyi"))
    context = client.get(address("audit_report")).context
    assert (context["draw"].size, context["progress"].due) == (2, 2)
    assert (context["progress"].done, context["progress"].missing) == (1, 1)
    ((_clause, _basis, count, left),) = context["clauses"]
    assert (count, left, context["total"]) == (1, 1, 1)
    assert [row["finding"] for row in context["rectifications"]] == [Finding.objects.get()]


def exported(client, model, rows, path) -> list[tuple]:
    url = reverse(f"admin:audits_{model._meta.model_name}_changelist")
    chosen = {"action": "export", "_selected_action": [row.pk for row in rows]}
    path.write_bytes(client.post(url, chosen).content)
    return list(load_workbook(path).active.iter_rows(values_only=True))


def test_findings_leave_as_a_workbook(house, tmp_path):
    client = signed_in(house.user("konglingyi"))
    row = Finding.objects.get()
    head, only = exported(client, Finding, [row], tmp_path / "f.xlsx")
    assert dict(zip(head, only, strict=True)) | {"依据": ""} == {
        "投诉": row.case.number,
        "不符合项": "记录的处理结果与客户的说法一致",
        "依据": "",
        "责任部门": "物业公司",
        "状态": "待效果检查",
        "整改期限": datetime(2026, 4, 9),  # noqa: DTZ001
        "提出时间": datetime(2026, 4, 1, 9),  # noqa: DTZ001
        "经过": "查看",
    }
    assert "未见签字原件" not in str(only)  # free text stays where it is


def test_a_frozen_population_leaves_as_it_was_drawn_from(house, tmp_path):
    client = signed_in(house.user("konglingyi"))
    draw = Draw.objects.get()
    _head, *rows = exported(client, Member, draw.members.all(), tmp_path / "m.xlsx")
    again = [drawing.Member(row[0], ()) for row in rows]
    assert drawing.digest(again) == draw.population_sha256
    other = signed_in(house.user("lufang"))
    _head, *none = exported(other, Member, draw.members.all(), tmp_path / "other.xlsx")
    assert none == []


def test_inv_19_a_shortfall_shows_on_the_plan(clock):
    """Two of four cases are due and none is audited yet."""
    loop = Loop.new()
    quarter(loop, 4)
    draw = drawn(loop)
    page = signed_in(loop.user("konglingyi")).get(reverse("audit_plan", args=[draw.plan_id]))
    assert (page.context["progress"].due, page.context["progress"].missing) == (2, 2)


def test_a_plan_of_a_quarter_that_is_not_over_offers_no_draw(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    row = plan(loop)
    page = signed_in(loop.user("konglingyi")).get(reverse("audit_plan", args=[row.pk]))
    assert page.context["steps"] == []
    assert "季度结束后才能抽取样本" in page.content.decode()
