"""The ledger out in the background, by template and as a raw log; and back into an empty system."""

import csv
import io
import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from accounts.models import AccessEntry
from complaints.models import Complaint
from jobs import tasks
from jobs.models import Job, JobState
from reports.columns import columns
from reports.entries import shape_of
from reports.models import LedgerTemplate
from tests import databases
from tests.complaints.sending import registration, signed_in
from tests.loop import LATE_DELIVERY, Loop
from tests.reports import books
from tests.reports.test_export import PAYLOADS
from tests.reports.test_ledger_pages import CONSTANTS, Importing

pytestmark = pytest.mark.fresh_db

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def loop(clock, monkeypatch):
    clock.set(NOON)
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    return Loop.new()


def exported(loop, by="linxiaoyun", **data) -> bytes:
    """Start an export as a person does; return what the job's link hands out."""
    client = signed_in(loop.user(by))
    answer = client.post(reverse("ledger_out"), {"tab": "all", "format": "xlsx"} | data)
    assert answer.status_code == 302, answer.context["form"].errors
    job = Job.objects.get(pk=answer.url.rstrip("/").rpartition("/")[2])
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.problem
    assert (job.done, job.upload.name) == (job.total, "")
    return b"".join(client.get(reverse("job_file", args=[job.pk])).streaming_content)


def table(content: bytes):
    head, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return list(head), [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.feature("F048", "F239")
def test_the_ledger_has_a_row_for_each_case_with_number_state_and_clauses(loop):
    case = loop.to("archived")
    other = loop.register()
    head, rows = table(exported(loop, by="zhoumin", personal="move"))
    assert [(row["投诉编号"], row["状态"]) for row in rows] == [
        (case.number, "归档"),
        (other.number, "接收"),
    ]
    assert {"分派时间", "投诉关闭到期", "投诉关闭时限状态", "投诉关闭依据"} <= {*head}
    assert rows[0]["投诉关闭依据"].startswith("大理文旅")
    assert rows[0]["物业房号"] == "3-2-501"


def test_the_export_in_the_background_keeps_to_filters_and_to_what_may_be_seen(loop):
    here = loop.register(subject="电梯困人")
    loop.register(subject="门禁失灵")
    there = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    client = signed_in(loop.user("linxiaoyun"))
    found = client.post(reverse("case_search"), {"text": "电梯"})["Location"].partition("find=")[2]
    page = client.get(reverse("ledger_out"), {"find": found, "state": "received"})
    assert page.context["form"].narrowed() == ["接收", "电梯"]
    _head, rows = table(exported(loop, find=found))
    assert [row["投诉编号"] for row in rows] == [here.number]
    job = Job.objects.get()
    assert "电梯" not in json.dumps([job.params, job.result], ensure_ascii=False)
    entry = AccessEntry.objects.first()
    assert entry.data == {"page": "ledger_export", "format": "xlsx", "cases": 1}
    _head, rows = table(exported(loop, by="taoran"))
    assert [row["投诉编号"] for row in rows] == [there.number]


def test_the_raw_log_is_accepted_by_replay_and_gives_the_same_clocks(loop, tmp_path):
    cases = [loop.to("archived"), loop.to("feedback"), loop.register()]
    path = tmp_path / "log.jsonl"
    path.write_bytes(exported(loop, format="jsonl"))
    text = path.read_text(encoding="utf-8")
    assert "李建国" not in text
    assert "门禁" not in text
    out = StringIO()
    call_command("replay", str(path), stdout=out)
    results = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["case"] for one in results] == [case.number for case in cases]
    for case, told in zip(cases, results, strict=True):
        assert "error" not in told
        assert told["grade"]["name"] == case.grade
        stored = {(c.stage, c.state, c.due_at) for c in case.clocks.all()}
        replayed = {
            (c["stage"], c["state"], c["due_at"] and datetime.fromisoformat(c["due_at"]))
            for c in told["clocks"]
        }
        assert replayed == stored


def house_template() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "投诉"
    sheet.append(["投诉处理台账"])
    sheet.merge_cells("A1:C1")
    sheet.append(["编号", "客户", "收到"])
    sheet.append(["{{投诉编号}}", "{{投诉人}}（{{联系方式}}）", "{{收到时间}}"])
    sheet.append(["制表："])
    sheet["A3"].font = Font(bold=True)
    sheet.column_dimensions["B"].width = 33
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload_template(loop, content, name="月报.xlsx", by="zhoumin"):
    file = SimpleUploadedFile(name, content)
    data = {"template-name": "月报", "template-file": file}
    return signed_in(loop.user(by)).post(reverse("ledger_template"), data)


def test_the_houses_own_workbook_is_filled_in_row_by_row(loop):
    first = loop.register(name="=1+1")
    loop.register()
    assert upload_template(loop, house_template()).status_code == 302
    template = LedgerTemplate.objects.get()
    sheet = load_workbook(
        io.BytesIO(exported(loop, by="zhoumin", personal="move", template=template.pk))
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "投诉处理台账"
    assert rows[2] == (first.number, "=1+1（13000000001）", datetime(2026, 3, 9, 12, 0))  # noqa: DTZ001
    assert rows[4][0] == "制表："
    assert sheet["B3"].data_type == "s"
    assert sheet["A3"].font.b
    assert sheet.column_dimensions["B"].width == 33
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]


def test_inv_34_what_customers_wrote_is_no_formula_in_either_workbook(loop):
    for payload in PAYLOADS:
        loop.register(name=payload, subject=payload)
    upload_template(loop, house_template())
    template = LedgerTemplate.objects.get()
    for content in (
        exported(loop, by="zhoumin", personal="move", template=template.pk),
        exported(loop, by="zhoumin", personal="move"),
    ):
        sheet = load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
        assert not any(cell.hyperlink for cell in cells)
        texts = {str(cell.value).partition("（")[0] for cell in cells}
        assert {payload.replace("\r", "\n") for payload in PAYLOADS} <= texts


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["编号"], "有且只有一行占位符"),
        (["{{编号码}}"], "没有这些列：编号码；可用："),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused_with_the_reason(loop, cells, words):
    book = Workbook()
    book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    loop.register()
    answer = upload_template(loop, file.getvalue())
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert upload_template(loop, b"PK").status_code == 422
    assert upload_template(loop, house_template(), by="linxiaoyun").status_code == 403
    assert not LedgerTemplate.objects.exists()


def test_titles_of_the_ledger_differ_in_every_regulation(loop):
    loop.register()
    loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    titles = [column.header for column in columns(shape_of(Complaint.objects.all()))]
    assert len(titles) == len({*titles})


def brought_into_an_empty_system(content, name, clock, worker_id, **who) -> bytes:
    """Import an export into a new database with the same regulations; return its export."""
    empty = databases.clone(f"{worker_id}_empty")
    try:
        with databases.used(empty):
            clock.set(NOON)
            loop = Loop.new()
            pages = Importing(loop, **who)
            assert pages.send(content, name).status_code == 302
            found = pages.check(series="continue")
            assert found.context["found"]["faults"] == 0, found.context["report"]["faults"]
            pages.store()
            form = name.rpartition(".")[2]
            return exported(loop, by=pages.by, personal="move", format=form)
    finally:
        databases.drop(empty)


def test_cases_of_our_own_come_into_an_empty_system_with_the_same_cells(loop, clock, worker_id):
    """All but where they come from: 登记 there, 历史导入 here. New cases go on after their numbers."""
    client = signed_in(loop.user("zhoumin"))
    for phone in ("13000000001", "13000000002"):
        assert client.post(reverse("register"), registration(loop, phone=phone)).status_code == 302
    loop.accept(loop.assign(Complaint.objects.latest("pk")))
    content = exported(loop, by="zhoumin", personal="move")
    head, before = table(content)
    who = {"by": "zhoumin", "code": "dali-tourism"}
    after = table(brought_into_an_empty_system(content, "台账.xlsx", clock, worker_id, **who))
    assert after[0] == head
    for row, again in zip(before, after[1], strict=True):
        assert {
            title: (row[title], again[title]) for title in head if row[title] != again[title]
        } == {"来源": ("登记", "历史导入")}


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_goes_out_comes_into_an_empty_system_with_the_same_cells(
    loop, tmp_path, clock, worker_id, suffix
):
    rows = [
        books.row("LY1"),
        books.row("LY2", 主题="=1+1", 内容="第一行\n第二行", 类别="产品质量类"),
        books.row("LY3", 答复=None, 答复时间=None),
    ]
    pages = Importing(loop)
    path = tmp_path / "历史.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([books.HEADER, *rows])
    pages.upload(path)
    pages.check(**CONSTANTS)
    pages.store()
    before = exported(loop, by="xujing", personal="move", format=suffix)
    assert before.count(b"LY3") or suffix == "xlsx"
    after = brought_into_an_empty_system(before, f"台账.{suffix}", clock, worker_id)
    if suffix == "csv":
        assert after.decode("utf-8-sig") == before.decode("utf-8-sig")
    else:
        assert table(after) == table(before)
    assert len(table(before)[1]) == 3 if suffix == "xlsx" else before.count(b"\r\n") >= 4
