"""Reports by pack: due by themselves, frozen by a signature, published to posts; what is decided on them."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from audits.verification import differences
from complaints.attachments import scanning
from complaints.attachments.keeping import leftovers
from complaints.lifecycle import Kind
from complaints.refusals import NotPermitted, Refused
from regulations import builtin
from reports.briefing import keeping, page
from reports.briefing.scope import Scope
from reports.models import (
    Appraisal,
    CaseFigure,
    DueReport,
    HotSpot,
    MeetingItem,
    Rectification,
    Report,
)
from reports.periodical import contents, making, quality
from reports.tasks import make_reports
from sla import tasks
from tests.complaints import clamd
from tests.complaints.files import PDF, sent
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
OWNER = "linxiaoyun"


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


def due(loop: Loop, key: str, code="dali-tourism", first=MARCH) -> DueReport:
    keeping.refresh()
    make_reports()
    return DueReport.objects.get(regulation=loop.versions[code].regulation, key=key, first=first)


def made(row: DueReport) -> dict:
    version = making.version_of(row.regulation, making.clock.now())
    duty = next(one for one in making.duties(version) if one.key == row.key)
    return making.content(row, version, duty)


def signed(loop: Loop, row: DueReport, by=OWNER) -> Report:
    return making.sign(row, actor=loop.actor(by), seen=making.digest(made(row)))


def rows_of(tables: list[dict], title: str) -> dict[str, list]:
    (table,) = [one for one in tables if one["title"] == title]
    return {row[0]: row[1:] for row in table["rows"]}


@pytest.mark.feature("F227")
def test_a_months_projects_are_ranked_and_published(loop, clock):
    """13 of 大理文旅: each month 客服部 publishes the ranking by project and three indicators."""
    loop.to("archived", GROUP_OF_THREE | {"project": "实力上筑"})
    loop.to("resolving")
    clock.set(at("04-01 09:00"))
    row = due(loop, "ranking")
    ranking = rows_of(made(row)["tables"], "项目排名")
    assert ranking["实力上筑"][:4] == [1, 1, 1, "100.0%"]
    assert ranking["实力北岸"][:4] == [2, 1, 0, "0.0%"]
    report = signed(loop, row)
    client = signed_in(loop.user(OWNER))
    address = reverse("report", args=[report.pk])
    assert "未发布" in client.get(address).content.decode()
    post = f"{loop.department('物业公司').pk} 部门负责人"
    assert (
        client.post(reverse("report_publish", args=[report.pk]), {"posts": [post]}).status_code
        == 302
    )
    shown = client.get(address).content.decode()
    assert "已发布" in shown
    assert "未发布" not in shown


@pytest.mark.feature("F228")
def test_a_quarters_management_report_has_the_frequent_types_and_causes(loop, clock):
    """第七条: each quarter the management hears the frequent types and their causes."""
    for category in ("服务类", "服务类", "配送类"):
        loop.register(LATE_DELIVERY | {"category": category}, code="tobacco-2026", by="xujing")
    clock.set(at("03-31 23:00"))
    make_reports()
    assert not DueReport.objects.filter(key="briefing", first=date(2026, 1, 1)).exists()
    clock.set(at("04-01 09:00"))
    row = due(loop, "briefing", "tobacco-2026", first=date(2026, 1, 1))
    assert row.months == 3
    tables = made(row)["tables"]
    types = rows_of(tables, "高频类型")
    assert list(types) == ["服务类", "配送类"]
    assert types["服务类"] == [2, "66.7%", "66.7%"]
    assert rows_of(tables, "主要原因") == {"未填": [3, "—", "—"]}


@pytest.mark.feature("F229", "F238")
def test_a_periods_report_says_of_each_department_what_came_and_what_is_late(loop, clock):
    """5.1.4, 5.1.7: 客户服务部 regularly reports each department's record and lateness to the top."""
    case = loop.to("resolving")
    loop.assign(loop.register(), "项目工程部")
    clock.set(at("04-02 09:00"))
    tasks.sweep()
    row = due(loop, "review")
    tables = made(row)["tables"]
    own = rows_of(tables, "各部门办理情况")
    assert own["物业公司"][:5] == [1, 1, 0, 1, 1]
    late = rows_of(tables, "各部门逾期情况")
    assert late["物业公司"][1] == 1
    assert case.clocks.filter(state="overdue", department=loop.department("物业公司")).exists()
    # Top management finds it among the reports and opens it.
    client = signed_in(loop.user("gaoyuan"))
    assert reverse("report_due", args=[row.pk]) in client.get(reverse("reports")).content.decode()
    assert client.get(reverse("report_due", args=[row.pk])).status_code == 200


@pytest.mark.feature("F230")
def test_the_month_of_follow_ups_is_analysed(clock):
    """三1 of the 4S shop: each month a report on what the follow-ups have said."""
    clock.set(at("03-02 09:00"))
    house = House("auto-4s")
    duty = making.duties(house.version, "follow_ups")[0]
    assert (duty.every, making.maker(house.version, duty)) == ("month", house.places["客户部"].pk)
    place = house.places["维修部"].pk
    case = house.register()
    keeping.refresh()
    for said in ("满意", "不满意"):
        CaseFigure.objects.filter(case=case).update(satisfaction=said, department=place)
        scope = Scope(house.version.regulation, MARCH, MARCH)
        answers = rows_of(contents.tables("follow_ups", scope, house.version), "回访结果")
        yes, no = (1, 0) if said == "满意" else (0, 1)
        assert answers["维修部"] == [1, yes, 0, no, "100.0%" if yes else "0.0%"]


@pytest.mark.feature("F231")
def test_three_indicators_by_department_and_period(loop, clock):
    loop.to("archived")
    clock.set(at("04-01 09:00"))
    keeping.refresh()
    version = loop.versions["dali-tourism"]
    (row,) = [
        one
        for one in contents.indicators(Scope(version.regulation, MARCH, MARCH), version)
        if one.department == loop.department("物业公司")
    ]
    assert row.timeliness == Decimal("100.0")
    assert row.satisfaction == Decimal("90.0")  # Q3 to Q5 were 9 of 10
    assert row.effectiveness == Decimal("100.0")
    for code in ("food-factory", "tobacco-2026", "fudi-auto"):
        assert "indicators" in {one.report for one in builtin.pack_named(code).periodic}


@pytest.mark.feature("F232")
def test_hot_spots_of_both_origins_stand_in_one_list(loop):
    for _n in range(3):
        loop.register()
    keeping.refresh()
    client = signed_in(loop.user("gaoyuan"))
    told = {"found": "authority", "category": "物业服务", "text": "主管部门通报门禁投诉集中"}
    regulation = loop.versions["dali-tourism"].regulation_id
    assert client.post(reverse("hot_spot", args=[regulation]), told).status_code == 302
    shown = client.get(reverse("briefing"), {"until": "2026-03"})
    assert [one["row"].count for one in shown.context["hot"]] == [3]
    body = shown.content.decode()
    assert "自动发现" in body
    assert "主管部门通报门禁投诉集中" in body
    assert (
        signed_in(loop.user("zhaogang"))
        .post(reverse("hot_spot", args=[regulation]), told)
        .status_code
        == 403
    )
    assert HotSpot.objects.count() == 1


@pytest.fixture
def fudi(clock):
    clock.set(at("03-02 09:00"))
    house = House("fudi-auto")
    house.head = house.person("head")
    house.post(house.head, house.places["销售部"], Role.DEPARTMENT_HEAD)
    house.other = house.person("other")
    house.post(house.other, house.places["售后服务部"], Role.DEPARTMENT_HEAD)
    return house


def decided(house) -> MeetingItem:
    answer = signed_in(house.service).post(
        reverse("meeting", args=[house.version.regulation_id]),
        {
            "held_on": "2026-03-02",
            "matter": "交车延误集中，限期整改",
            "department": house.places["销售部"].pk,
            "due_on": "2026-03-20",
        },
    )
    assert answer.status_code == 302
    return MeetingItem.objects.get()


@pytest.mark.feature("F233")
def test_a_meeting_fixes_the_matter_the_unit_and_the_day(fudi):
    """职责7: analyse, fix the responsible unit, rectify by a deadline."""
    item = decided(fudi)
    assert (item.department.name, item.due_on, item.source) == (
        "销售部",
        date(2026, 3, 20),
        ["FUDI-25"],
    )
    address = reverse("meeting", args=[fudi.version.regulation_id])
    early = {
        "held_on": "2026-03-02",
        "matter": "另一项",
        "department": item.department_id,
        "due_on": "2026-03-01",
    }
    assert signed_in(fudi.service).post(address, early).status_code == 422
    assert signed_in(fudi.head).post(address, early).status_code == 403
    assert item.matter in signed_in(fudi.head).get(address).content.decode()
    # Another department's matter is none of theirs.
    assert item.matter not in signed_in(fudi.other).get(address).content.decode()


@pytest.mark.feature("F234")
def test_the_units_rectification_report_hangs_on_its_item(fudi, own_vault, settings):
    settings.NO_SCANNER = True
    item = decided(fudi)
    address = reverse("rectification", args=[item.pk])
    report = {"text": "已调整排产", "file": sent("整改.pdf", PDF)}
    assert signed_in(fudi.other).post(address, report).status_code == 404
    report["file"] = sent("整改.pdf", PDF)
    assert signed_in(fudi.head).post(address, report).status_code == 302
    row = Rectification.objects.get()
    assert (row.item, row.name, row.text) == (item, "整改.pdf", "已调整排产")
    file = reverse("rectification_file", args=[row.pk])
    assert b"".join(signed_in(fudi.service).get(file)).startswith(b"%PDF")
    assert signed_in(fudi.other).get(file).status_code == 404
    shown = signed_in(fudi.service).get(reverse("meeting", args=[item.regulation_id]))
    assert "已调整排产" in shown.content.decode()


def test_a_rectification_file_lies_in_the_vault_and_waits_for_the_scanner(
    fudi, own_vault, settings
):
    settings.NO_SCANNER = False
    item = decided(fudi)
    address = reverse("rectification", args=[item.pk])
    macro = {"text": "x", "file": sent("整改.exe", b"MZ" + PDF)}
    signed_in(fudi.head).post(address, macro)
    assert not Rectification.objects.exists()
    report = {"text": "已调整排产", "file": sent("整改.pdf", PDF)}
    assert signed_in(fudi.head).post(address, report).status_code == 302
    row = Rectification.objects.get()
    assert (own_vault / row.file).read_bytes() == PDF
    assert list(leftovers(row.sent_at + timedelta(days=1))) == []
    file = reverse("rectification_file", args=[row.pk])
    meeting = reverse("meeting", args=[item.regulation_id])
    assert signed_in(fudi.service).get(file).status_code == 403
    assert f'href="{file}"' not in signed_in(fudi.service).get(meeting).content.decode()
    with clamd.running() as scanner:
        settings.CLAMD = scanner.url
        assert scanning.scan_waiting() == 1
    assert b"".join(signed_in(fudi.service).get(file)) == PDF
    assert f'href="{file}"' in signed_in(fudi.service).get(meeting).content.decode()


@pytest.mark.feature("F235")
def test_complaints_leave_by_product_and_cause(loop):
    """SSP-02: complaints are data on products; the text names them."""
    for product, count in (("甲牌", 2), ("乙牌", 1)):
        for _n in range(count):
            loop.register(
                LATE_DELIVERY, code="tobacco-2026", by="xujing", more={"product": product}
            )
    keeping.refresh()
    client = signed_in(loop.user("lufang"))
    answer = client.get(reverse("sources_export"), {"until": "2026-03"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows == [
        ("产品", "类别", "根本原因", "件数"),
        ("甲牌", "服务类", None, 2),
        ("乙牌", "服务类", None, 1),
    ]
    assert signed_in(loop.user("xujing")).get(reverse("sources_export")).status_code == 403


@pytest.mark.feature("F237")
def test_a_published_report_is_seen_by_the_posts_named_and_no_others(loop, clock):
    loop.to("resolving")
    clock.set(at("04-01 09:00"))
    report = signed(loop, due(loop, "ranking"))
    address = reverse("report", args=[report.pk])
    assert signed_in(loop.user("duanhongwei")).get(address).status_code == 404
    place = loop.department("物业公司").pk
    title = next(h.title for h in loop.actor("duanhongwei").holdings if h.department == place)
    making.publish(report, [(place, title)], actor=loop.actor(OWNER))
    own = signed_in(loop.user("duanhongwei"))
    assert address in own.get(reverse("reports")).content.decode()
    assert own.get(address).status_code == 200
    for name in ("zhaogang", "wangjianye", "xujing", "taoran"):
        other = signed_in(loop.user(name))
        assert other.get(address).status_code == 404, name
        assert address not in other.get(reverse("reports")).content.decode()
    with pytest.raises(NotPermitted):
        making.publish(report, [(place, title)], actor=loop.actor("duanhongwei"))


@pytest.mark.feature("F255")
def test_only_the_unit_that_the_regulation_names_appraises(clock):
    """三5 of the 4S shop: 综合部 appraises the results, not the 客户部 that owns complaints."""
    clock.set(at("03-02 09:00"))
    house = House("auto-4s")
    house.register()
    boss = house.person("boss")
    house.post(boss, house.places["综合部"], Role.DEPARTMENT_HEAD)
    address = reverse("appraisal", args=[house.version.regulation_id, "2026-03"])
    given = {"department": house.places["维修部"].pk, "result": "good", "remark": "响应快"}
    assert signed_in(house.service).post(address, given).status_code == 403
    looked = signed_in(house.service).get(address)
    assert looked.context["form"] is None
    assert signed_in(boss).get(address).context["form"] is not None
    assert signed_in(boss).post(address, given).status_code == 302
    assert "响应快" in signed_in(boss).get(address).content.decode()
    assert Appraisal.objects.get().department == house.places["维修部"]
    other = house.person("other")
    house.post(other, house.places["销售部"], Role.DEPARTMENT_HEAD)
    assert signed_in(other).get(address).status_code == 404


def test_a_signed_report_stands_and_the_next_one_says_what_has_changed(loop, clock):
    loop.to("feedback")
    clock.set(at("04-01 09:00"))
    report = signed(loop, due(loop, "ranking"))
    before = report.content
    assert rows_of(before["tables"], "项目排名")["实力北岸"][3] == "0.0%"
    case = report.regulation.versions.get().complaint_set.get()
    for _state, steps in loop.steps("feedback"):
        for kind, by, data, texts in steps:
            loop.do(case, kind, by, data, **texts)
    loop.register()
    clock.set(at("05-01 09:00"))
    assert not DueReport.objects.filter(key="ranking", first=MARCH).exists()
    row = due(loop, "ranking", first=date(2026, 4, 1))
    report.refresh_from_db()
    assert report.content == before
    assert "2026-03 项目排名 · 实力北岸 · 完成率：0.0% → 100.0%" in made(row)["corrections"]
    for deed in ("UPDATE reports_report SET content = '{}'", "DELETE FROM reports_report"):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            connection.cursor().execute(deed)
    assert list(differences()) == []


def test_what_has_changed_since_it_was_read_is_not_signed(loop, clock):
    loop.to("resolving")
    clock.set(at("03-31 22:00"))
    loop.register()
    clock.set(at("04-01 09:00"))
    row = due(loop, "ranking")
    seen = making.digest(made(row))
    case = loop.versions["dali-tourism"].complaint_set.order_by("pk").last()
    loop.do(case, Kind.WITHDRAWN, "zhoumin", reason="客户撤诉")
    with pytest.raises(Refused, match="numbers_changed"):
        making.sign(row, actor=loop.actor(OWNER), seen=seen)
    for by in ("duanhongwei", "gaoyuan", "konglingyi", "zhoumin", "taoran"):
        with pytest.raises(NotPermitted):
            signed(loop, row, by)
    assert signed(loop, row).signed_by == loop.user(OWNER)
    with pytest.raises(Refused, match="already_signed"):
        making.sign(row, actor=loop.actor(OWNER), seen=seen)


def test_what_is_missing_is_shown_before_signing_and_opens_its_cases(loop, clock):
    loop.register()
    loop.to("archived")
    clock.set(at("04-01 09:00"))
    row = due(loop, "ranking")
    client = signed_in(loop.user(OWNER))
    found = client.get(reverse("report_due", args=[row.pk])).context["faults"]
    assert {one["name"]: one["count"] for one in found} == {
        "没有责任部门": 1,
        "没有类别": 0,
        "没有项目": 0,
        "没有查明根本原因": 1,
        "已关闭而没有客户评价": 0,
        "结束早于收到": 0,
        "仍在办": 1,
    }
    for one in found:
        assert client.get(one["url"]).context["count"] == one["count"], one["name"]
    assert len(quality.faults(making.scope_of(row), loop.versions["tobacco-2026"])) in (6, 7)


def test_a_cause_that_was_found_weighs_in_the_pareto(loop):
    case = loop.to("investigating")
    data = {"conclusion": "属实", "cause": "设备设施"}
    loop.do(case, Kind.INVESTIGATED, "zhaogang", data, findings="主板损坏")
    keeping.refresh()
    scope = Scope(case.version.regulation, MARCH, MARCH)
    (row,) = page.pareto(scope, "cause")["rows"]
    assert (row["row"].name, row["row"].count) == ("设备设施", 1)


def test_what_is_due_is_due_once(loop, clock):
    clock.advance(timedelta(days=30))
    first = make_reports()
    assert first > 0
    assert make_reports() == 0
    assert DueReport.objects.count() == first
