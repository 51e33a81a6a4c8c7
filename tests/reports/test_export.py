"""The ledger out: who gets which rows, typed cells, text that stays text, few queries."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime
from openpyxl import load_workbook

from accounts.models import AccessEntry
from complaints.models import Complaint
from reports import entries as loading
from reports import views
from reports.resources import ComplaintResource, LedgerXlsx, write_ledger
from tests.loop import LATE_DELIVERY, Loop
from tests.reports import books

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
PAYLOADS = [
    '=HYPERLINK("http://x","y")',
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "{=1+1}",
    "=cmd|' /C calc'!A0",
    "#N/A",
    "TRUE",
    "2026-01-01",
    "0012",
]


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def ledger(content: bytes):
    """Return the sheet and its rows as dictionaries by header, dates and all."""
    sheet = load_workbook(io.BytesIO(content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    return sheet, [dict(zip(head, row, strict=True)) for row in rows]


def exported(cases=None) -> bytes:
    file = io.BytesIO()
    write_ledger(
        Complaint.objects.all() if cases is None else cases, file, shown=loading.everything
    )
    return file.getvalue()


def local(moment):
    return localtime(moment).replace(tzinfo=None)


def test_a_closed_case_is_one_row_with_typed_cells(loop, clock):
    case = loop.to("archived")
    sheet, (row,) = ledger(exported())
    assert row["投诉编号"] == case.number
    assert row["制度版本"] == "dali-tourism@1"
    assert (row["状态"], row["等级"], row["责任部门"]) == ("归档", case.grade, "物业公司")
    assert row["配合部门"] == "项目工程部"
    assert (row["承办人"], row["投诉人"], row["联系方式"]) == ("赵刚", "李建国", "13000000001")
    assert row["收到时间"] == local(case.received_at)
    assert row["归档时间"] == local(case.ended_at)
    assert row["满意度"] == "满意"
    assert row["调查结论"] == "属实"
    assert row["关闭方式"] == "处理完成并经客户确认"
    assert row["计入关闭率"] is True
    assert row["轮次"] == 1
    clock_row = case.clocks.get(stage="close")
    assert row["投诉关闭到期"] == local(clock_row.due_at)
    assert row["投诉关闭停止"] == local(clock_row.stopped_at)
    assert row["投诉关闭时限状态"] == clock_row.get_state_display()
    assert row["投诉关闭逾期天数"] == clock_row.late_days
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_reopened_case_shows_the_times_of_its_last_cycle(loop, clock):
    case = loop.to("archived")
    clock.advance(timedelta(days=1))
    case = loop.do(case, "reopened", "zhoumin", reason="复发")
    _sheet, (row,) = ledger(exported())
    assert row["完成登记时间"] == local(MONDAY)
    assert (row["归档时间"], row["满意度"], row["结束时间"]) == (None, None, None)
    assert row["轮次"] == 2


@pytest.mark.parametrize("payload", PAYLOADS)
def test_inv_34_what_a_customer_wrote_is_text_in_the_workbook(loop, payload):
    loop.register(subject=payload, name=payload)
    sheet, (_row,) = ledger(exported())
    for cell in sheet[2]:
        assert cell.data_type != "f", cell.coordinate
        assert cell.hyperlink is None
    texts = [cell for cell in sheet[2] if cell.value == payload.replace("\r", "\n")]
    assert len(texts) == 2
    assert {cell.data_type for cell in texts} == {"s"}


@pytest.mark.parametrize("payload", PAYLOADS[:15])
def test_inv_34_what_a_customer_wrote_is_behind_an_apostrophe_in_csv(loop, payload):
    loop.register(subject=payload)
    file = io.BytesIO()
    write_ledger(Complaint.objects.all(), file, "csv")
    head, row = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))
    assert row[head.index("投诉主题")] == f"'{payload}"
    assert row[head.index("收到时间")] == "2026-03-09 10:00:00"


def test_a_character_that_a_workbook_cannot_hold_is_replaced(loop):
    loop.register(subject="门禁\x0b失灵")
    _sheet, (row,) = ledger(exported())
    assert row["投诉主题"] == "门禁�失灵"


def test_libreoffice_opens_the_ledger_with_the_same_rows_and_runs_nothing(loop, tmp_path):
    cases = [loop.register(subject=payload) for payload in PAYLOADS]
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(exported())
    rows = books.libreoffice_rows(path)
    if rows is None:
        pytest.skip("no LibreOffice here")
    head, *body = rows
    subjects = [row[head.index("投诉主题")].strip() for row in body]
    assert [row[0] for row in body] == [case.number for case in cases]
    assert subjects == [payload.strip() for payload in PAYLOADS]


def test_an_export_of_too_many_cases_goes_to_the_background(loop, client, monkeypatch):
    monkeypatch.setattr(views, "MOST_ROWS", 1)
    client.force_login(loop.user("linxiaoyun"))
    loop.register()
    assert client.get(reverse("ledger_export")).status_code == 200
    loop.register()
    response = client.get(reverse("ledger_export"), {"tab": "open"})
    assert (response.status_code, response.url) == (302, "/ledger/export/?tab=open")


def test_the_dataset_of_import_export_holds_the_same_rows(loop):
    loop.to("archived")
    loop.register(code="tobacco-2026", facts=LATE_DELIVERY, by="xujing", subject="=1+1")
    cases = Complaint.objects.all()
    resource = ComplaintResource.for_cases(cases, loading.everything)
    content = LedgerXlsx(resource.columns).export_data(resource.export(cases))
    assert ledger(content)[1] == ledger(exported())[1]


def test_loading_takes_as_many_queries_for_one_case_as_for_a_whole_batch(loop, monkeypatch):
    loop.to("archived")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            rows = list(loading.entries(Complaint.objects.all()))
        return len(rows), len(captured)

    one, few = queries()
    for _ in range(5):
        loop.to("feedback")
    assert queries() == (one + 5, few)
    monkeypatch.setattr(loading, "BATCH", 2)
    # Five for each of three batches, one to find the end, one each for places, people and versions.
    assert queries() == (6, 5 * 3 + 1 + 3)
    assert few == 5 + 1 + 3


def test_the_export_holds_what_its_reader_may_see_and_is_logged(loop, client):
    here = loop.assign(loop.register())
    there = loop.register(code="tobacco-2026", facts=LATE_DELIVERY, by="xujing")
    for username, wanted in (("linxiaoyun", {here}), ("sujianing", set()), ("taoran", {there})):
        client.force_login(loop.user(username))
        response = client.get(reverse("ledger_export"), {"tab": "all"})
        assert response.status_code == 200
        _sheet, rows = ledger(b"".join(response.streaming_content))
        assert {row["投诉编号"] for row in rows} == {case.number for case in wanted}
        entry = AccessEntry.objects.first()
        assert (entry.kind, entry.actor) == ("revealed", loop.user(username))
        assert entry.data == {"page": "ledger_export", "format": "xlsx", "cases": len(wanted)}


def test_the_export_follows_the_filters_of_the_list(loop, client):
    case = loop.register(subject="电梯困人")
    loop.register(subject="门禁失灵")
    client.force_login(loop.user("linxiaoyun"))
    found = client.post(reverse("case_search"), {"text": "电梯"})["Location"].partition("find=")[2]
    response = client.get(reverse("ledger_export"), {"find": found, "format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))] == [
        "投诉编号",
        case.number,
    ]
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%8A%95%E8%AF%89%E5%8F%B0%E8%B4%A6_20260309_1000.csv"
    )
    assert client.get(reverse("ledger_export"), {"format": "pdf"}).status_code == 400


@pytest.mark.parametrize("username", ["zhaogang", "tangxue", "fangzhou"])
def test_who_may_not_export_is_refused(loop, client, username):
    client.force_login(loop.user(username))
    assert client.get(reverse("ledger_export")).status_code == 403


def test_export_takes_the_same_queries_for_one_row_and_many(loop, client):
    client.force_login(loop.user("linxiaoyun"))
    loop.register()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse("ledger_export"))
            b"".join(response.streaming_content)
        return len(captured)

    queries()
    few = queries()
    for _ in range(4):
        loop.register()
    assert queries() == few


def test_the_command_writes_one_regulations_ledger(loop, tmp_path, capsys):
    loop.register()
    case = loop.register(code="tobacco-2026", facts=LATE_DELIVERY, by="xujing")
    path = tmp_path / "台账.xlsx"
    call_command("export_ledger", str(path), regulation="tobacco-2026")
    _sheet, (row,) = ledger(path.read_bytes())
    assert row["投诉编号"] == case.number
    assert "已导出 1 件" in capsys.readouterr().out
