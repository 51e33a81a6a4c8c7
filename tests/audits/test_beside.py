"""Beside the samples: the yearly special audit, open and mystery checks, marks, major cases."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

import regulations
from audits.models import AuditText, Finding, FlaggedCase, Inspection, SpecialAudit
from audits.progress import reminders
from complaints.lifecycle import Kind
from regulations.publishing import Signatures, publish
from tests.audits.house import drawn, finding
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import ONE, stand

pytestmark = pytest.mark.django_db
FUDI = Path(regulations.__file__).parent / "packs" / "fudi-auto.yaml"


def missing(loop: Loop, moment: str, unit=None) -> list[tuple]:
    stand(moment)
    unit = unit or loop.organisation.tobacco
    return [(str(one.quarter or one.year), one.late) for one in reminders({unit.pk})]


def special(loop: Loop, **changes) -> dict:
    return {
        "regulation": loop.versions["tobacco-2026"].regulation_id,
        "year": "2026",
        "conclusion_text": "全年抽查四次",
        "proposals_text": "热线增加夜班",
    } | changes


@pytest.mark.feature("F222")
def test_tob_40_a_special_audit_each_year_and_a_reminder_when_it_is_missing(clock):
    loop = Loop.new()
    first_day = loop.versions["tobacco-2026"].in_force_from
    assert first_day == date(2026, 1, 1)
    assert ("2026", False) not in missing(loop, "09-30 23:59")
    assert ("2026", False) in missing(loop, "10-01 00:00")
    client = signed_in(loop.user("lufang"))
    assert "2026 年度专项审计尚无记录" in client.get("/audits/").content.decode()
    url = reverse("admin:audits_specialaudit_add")
    assert client.post(url, special(loop)).status_code == 302
    row = SpecialAudit.objects.get()
    assert (row.proposals.body, row.recorded_by) == ("热线增加夜班", loop.user("lufang"))
    assert ("2026", False) not in missing(loop, "10-02 00:00")
    answer = client.post(url, special(loop))
    assert answer.context["adminform"].form.errors
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialAudit.objects.create(
            regulation=row.regulation,
            year=2026,
            conclusion=row.conclusion,
            proposals=row.proposals,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
    assert SpecialAudit.objects.count() == 1


def test_a_year_that_is_over_is_still_asked_for(clock):
    loop = Loop.new()
    clock.set(at("01-10 09:00").replace(year=2027))
    found = [one for one in reminders({loop.organisation.tobacco.pk}) if one.year]
    assert [(one.year, one.late) for one in found] == [(2026, True)]


def test_a_special_audit_needs_proposals_and_is_the_units_own(clock):
    loop = Loop.new()
    url = reverse("admin:audits_specialaudit_add")
    for name, changes in (("lufang", {"proposals_text": ""}), ("konglingyi", {})):
        answer = signed_in(loop.user(name)).post(url, special(loop, **changes))
        assert answer.context["adminform"].form.errors
    assert not SpecialAudit.objects.exists()
    assert not AuditText.objects.exists()


def test_tob_37_a_quarter_that_is_over_and_not_drawn_is_asked_for(clock):
    loop = Loop.new()
    assert missing(loop, "03-31 23:59") == []
    assert missing(loop, "04-01 00:00") == [("2026Q1", True)]
    drawn(loop, by="lufang", code="tobacco-2026")
    assert missing(loop, "04-02 00:00") == []
    # 大理文旅 asks for no quarterly sample; nobody is reminded of one.
    assert missing(loop, "04-02 00:00", loop.organisation.tourism) == []


def inspection(loop: Loop, **changes) -> dict:
    return {
        "regulation": loop.versions["dali-tourism"].regulation_id,
        "department": loop.department("物业公司").pk,
        "day": "2026-03-02",
        "way": "mystery",
        "result": "problems",
        "problems_text": "前台未登记来访投诉",
    } | changes


@pytest.mark.feature("F224")
@pytest.mark.parametrize(
    ("way", "result", "text"), [("mystery", "problems", "前台未登记"), ("open", "fine", "")]
)
def test_fudi_21_open_and_mystery_checks_are_entered_with_their_result(way, result, text, clock):
    loop = Loop.new()
    client = signed_in(loop.user("konglingyi"))
    form = inspection(loop, way=way, result=result, problems_text=text)
    assert client.post(reverse("admin:audits_inspection_add"), form).status_code == 302
    row = Inspection.objects.get()
    assert (row.way, row.result, row.day) == (way, result, date(2026, 3, 2))
    assert (row.problems.body if row.problems else "") == text
    page = client.get(reverse("admin:audits_inspection_change", args=[row.pk]))
    assert text in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    listed = client.get(reverse("admin:audits_inspection_changelist"), {"way__exact": way})
    assert list(listed.context["cl"].queryset) == [row]


@pytest.mark.feature("F174")
def test_fudi_21_checks_are_summed_up_by_way_and_result(clock):
    loop = Loop.new()
    client = signed_in(loop.user("konglingyi"))
    for way, text in (("mystery", "前台未登记"), ("mystery", "电话未接"), ("open", "")):
        form = inspection(loop, way=way, result="problems" if text else "fine", problems_text=text)
        assert client.post(reverse("admin:audits_inspection_add"), form).status_code == 302
    page = client.get(reverse("admin:audits_inspection_changelist"))
    assert page.context["summary"] == [
        ("明查", [("未发现问题", 1), ("发现问题", 0)]),
        ("暗访", [("未发现问题", 0), ("发现问题", 2)]),
    ]
    said = " ".join(page.content.decode().split())
    assert "暗访：未发现问题 0，发现问题 2" in said
    only = client.get(reverse("admin:audits_inspection_changelist"), {"way__exact": "open"})
    assert only.context["summary"][1] == ("暗访", [("未发现问题", 0), ("发现问题", 0)])


def test_a_check_that_found_problems_names_them(clock):
    loop = Loop.new()
    client = signed_in(loop.user("konglingyi"))
    form = inspection(loop, problems_text=" ")
    answer = client.post(reverse("admin:audits_inspection_add"), form)
    assert "problems_text" in answer.context["adminform"].form.errors
    assert not Inspection.objects.exists()


def fudi(loop: Loop):
    people = [loop.user(name) for name in ("luqing", "linxiaoyun", "shenzhuo", "gaoyuan")]
    return publish(
        FUDI.read_text(encoding="utf-8"),
        unit=loop.organisation.tourism,
        signatures=Signatures(*people),
        in_force=date(2026, 1, 1),
        titles={"工单处理专人": "维修主管"},
        departments={"售后服务部": loop.department("物业公司").pk},
    )


@pytest.mark.feature("F225")
def test_fudi_23_marked_cases_are_a_list_that_is_filtered_by_mark(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    loop.versions["fudi-auto"] = fudi(loop)
    told = {
        "bypassing": {"authority": True},
        "media": {"media": "actual"},
        "responsibility": {"tags": ["FUDI-23"]},
        None: {},
    }
    cases = {
        mark: loop.register({"category": "服务部投诉"} | facts, code="fudi-auto")
        for mark, facts in told.items()
    }
    client = signed_in(loop.user("konglingyi"))
    url = reverse("admin:audits_flaggedcase_changelist")
    for mark in ("bypassing", "media", "responsibility"):
        rows = client.get(url, {"flag": mark}).context["cl"].queryset
        assert [row.case for row in rows] == [cases[mark]], mark
    every = {row.case for row in client.get(url).context["cl"].queryset}
    assert every == {case for mark, case in cases.items() if mark}
    # What no longer holds goes from the list.
    loop.do(cases["media"], Kind.FACTS_CHANGED, "zhoumin", {"media": "none"})
    assert not FlaggedCase.objects.filter(case=cases["media"]).exists()


def test_responsibility_is_fixed_for_a_marked_case(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    loop.versions["fudi-auto"] = fudi(loop)
    case = loop.register({"category": "服务部投诉", "media": "actual"}, code="fudi-auto")
    client = signed_in(loop.user("konglingyi"))
    url = reverse("finding_raise", args=[case.number])
    assert url in client.get(reverse("admin:audits_flaggedcase_changelist")).content.decode()
    form = {
        "key": str(uuid4()),
        "department": loop.department("物业公司").pk,
        "basis": "FUDI-23",
        "reason": "未按承诺时间取车",
    }
    assert client.post(url, form).status_code == 302
    row = Finding.objects.get()
    assert (row.case, row.department, row.source) == (
        case,
        loop.department("物业公司"),
        ["FUDI-23"],
    )
    assert url not in client.get(reverse("admin:audits_flaggedcase_changelist")).content.decode()


@pytest.mark.feature("F184")
def test_tob_38_major_cases_are_listed_with_their_improvement(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    minor = loop.register(ONE)
    major = loop.to("feedback")
    assert (minor.grade, major.grade) == ("一般投诉", "重大投诉")
    rows = signed_in(loop.user("konglingyi")).get("/audits/improvements/").context["rows"]
    assert [(row["case"], row["measures"], row["finding"]) for row in rows] == [
        (major, "更换主板", None)
    ]
    assert signed_in(loop.user("lufang")).get("/audits/improvements/").context["rows"] == []


def test_tob_54_a_major_case_of_tobacco_is_listed_too(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    facts = {
        "category": "服务类",
        "channel": "热线",
        "customer_kind": "零售终端",
        "media": "actual",
    }
    case = loop.register(facts, code="tobacco-2026", by="xujing")
    rows = signed_in(loop.user("lufang")).get("/audits/improvements/").context["rows"]
    assert [row["case"] for row in rows] == [case]


def test_an_improvement_shows_the_finding_that_follows_it_up(clock):
    loop = Loop.new()
    row = finding(loop)
    rows = signed_in(loop.user("konglingyi")).get("/audits/improvements/").context["rows"]
    assert [(one["finding"], one["finding_state"]) for one in rows] == [(row.pk, "已提出")]
