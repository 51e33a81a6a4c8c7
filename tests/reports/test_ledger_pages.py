"""Importing through the pages: upload, columns, preview, then everything or nothing."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from openpyxl import load_workbook

from audits.verification import differences
from complaints.models import Complaint
from jobs import tasks, work
from jobs.models import Job, JobState
from notices.models import Notice
from penalties.models import Entry
from reports.importing import run
from reports.models import LedgerImport, LedgerMap
from reports.tasks import forget_uploads
from tests.complaints.sending import signed_in
from tests.loop import LATE_DELIVERY, Loop
from tests.reports import books

pytestmark = pytest.mark.fresh_db

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
DATA = books.MESSAGES.parents[1]
CONSTANTS = {
    "constant_channel": "线上平台",
    "constant_customer_kind": "消费者",
    "constant_department": "客服部门",
}


@pytest.fixture
def loop(clock, monkeypatch):
    clock.set(NOON)
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    return Loop.new()


class Importing:
    """One person's way through the pages, as a browser goes it; jobs run when they are asked for."""

    def __init__(self, loop, by="xujing", code="tobacco-2026"):
        self.by, self.client = by, signed_in(loop.user(by))
        self.regulation = loop.versions[code].regulation_id
        self.page = None

    def upload(self, path):
        with path.open("rb") as file:
            return self.send(file.read(), path.name)

    def send(self, content, name):
        file = SimpleUploadedFile(name, content)
        answer = self.client.post(reverse("ledger"), {"file": file, "regulation": self.regulation})
        if answer.status_code == 302:
            self.page = answer.url
            self.form = self.client.get(answer.url).context["form"]
        return answer

    def columns(self):
        """Return what each column is taken for."""
        return {
            one["title"]: one["field"].initial
            for one in self.form.columns()
            if one["field"].initial
        }

    def check(self, **changes):
        """Send the columns as they were drawn, with changes; return the preview."""
        drawn = {name: field.initial for name, field in self.form.fields.items()}
        data = {name: value for name, value in (drawn | changes).items() if value}
        answer = self.client.post(self.page, data)
        assert answer.status_code == 302, answer.context["form"].errors
        return self.run(answer.url)

    def run(self, page):
        """Do the job behind a page; return the page of its result."""
        job = Job.objects.get(pk=page.rstrip("/").rpartition("/")[2])
        tasks.run(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.problem
        self.job = job
        return self.client.get(reverse(work.KINDS[job.kind].result_url, args=[job.pk]))

    def store(self):
        answer = self.client.post(f"{self.page}store/")
        assert answer.status_code == 302
        return self.run(answer.url)


def book(tmp_path, rows, header=books.HEADER):
    return books.write(tmp_path / "台账.xlsx", rows, header)


def test_a_ledger_goes_from_upload_to_archived_cases(loop, tmp_path):
    pages = Importing(loop)
    assert pages.upload(book(tmp_path, [books.row("LY1"), books.row("LY2")])).status_code == 302
    assert pages.columns() == {
        "编号": "number",
        "时间": "received_at",
        "客户": "customer_name",
        "主题": "subject",
        "内容": "description",
        "类别": "category",
        "答复": "answer",
        "答复时间": "answered_at",
    }
    answer = pages.check(**CONSTANTS)
    assert answer.context["found"] == {
        "rows": 2, "new": 2, "same": 0, "repeated": 0, "different": 0,
        "faults": 0, "faulty_rows": 0, "stopped": False,
    }  # fmt: skip
    assert not Complaint.objects.exists()
    assert "已导入 2 件投诉" in pages.store().content.decode()
    cases = Complaint.objects.order_by("number")
    assert [(case.number, case.state, case.origin) for case in cases] == [
        ("LY1", "archived", "imported"),
        ("LY2", "archived", "imported"),
    ]
    # The answer came two days after the receipt: the first response was due within the hour.
    assert cases[0].clocks.get(stage="response").state == "late"
    assert not Notice.objects.exists()
    assert not Entry.objects.exists()
    assert list(differences(None)) == []
    entry = LedgerImport.objects.get()
    assert (entry.stored, entry.file.name, entry.report.name) == (2, "", "")


def test_inv_33_the_same_file_again_adds_nothing_and_differences_are_shown(loop, tmp_path):
    first = Importing(loop)
    first.upload(book(tmp_path, [books.row("LY1"), books.row("LY2")]))
    first.check(**CONSTANTS)
    first.store()
    again = Importing(loop)
    changed = [books.row("LY1"), books.row("LY2", 主题="送货晚了五天"), books.row("LY3")]
    again.upload(book(tmp_path, changed))
    # The map that was used the last time is there again, constants and all.
    answer = again.check()
    found = answer.context["found"]
    assert (found["new"], found["same"], found["different"], found["faults"]) == (1, 1, 1, 0), [
        f.words for f in answer.context["report"]["faults"]
    ]
    words = answer.content.decode()
    assert "送货晚了三天" in words
    assert "送货晚了五天" in words
    again.store()
    assert Complaint.objects.count() == 3
    assert Complaint.objects.get(number="LY2").particulars.subject == "送货晚了三天"
    assert LedgerMap.objects.count() == 1


def test_inv_33_faults_are_shown_by_row_and_column_and_marked_in_the_workbook(loop, tmp_path):
    pages = Importing(loop)
    pages.upload(book(tmp_path, [books.row("1", 时间="昨天"), books.row("2", 类别="物流")]))
    answer = pages.check(**CONSTANTS)
    assert [(f.cell, f.header, f.code) for f in answer.context["report"]["faults"]] == [
        ("B2", "时间", "bad_date"),
        ("F3", "类别", "unknown_term"),
    ]
    marked = pages.client.get(reverse("job_file", args=[pages.job.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).active
    assert sheet["B2"].comment.text.startswith("“昨天”不是有效的日期时间")
    assert sheet["F3"].fill.fgColor.rgb.endswith("FFC7CE")
    entry = LedgerImport.objects.get()
    refused = pages.client.post(reverse("ledger_store", args=[entry.pk]))
    assert refused.url == reverse("ledger_columns", args=[entry.pk])
    assert not Complaint.objects.exists()


def test_faults_are_read_in_the_language_of_the_reader(loop, tmp_path):
    """What a worker has found is kept as codes; its own words are in the language of who asked."""
    pages = Importing(loop)
    pages.upload(book(tmp_path, [books.row("1", 时间="昨天")]))
    page = pages.check(**CONSTANTS)
    assert "“昨天”不是有效的日期时间" in page.content.decode()
    pages.client.cookies["django_language"] = "en"
    again = pages.client.get(page.request["PATH_INFO"])
    (fault,) = again.context["report"]["faults"]
    with translation.override("en"):
        english = fault.words
    assert "不是有效的日期时间" not in english
    assert escape(english) in again.content.decode()
    pages.check(**CONSTANTS)
    marked = pages.client.get(reverse("job_file", args=[pages.job.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).active
    assert sheet["B2"].comment.text == english
    # Its pages lie under the ledger's entry of the navigation.
    for address in (pages.page, "/ledger/export/", page.request["PATH_INFO"]):
        entries = pages.client.get(address).context["navigation"]
        assert [one.url for one in entries if one.active] == [reverse("ledger")]


def test_the_files_own_words_are_put_into_the_regulations_terms(loop, tmp_path):
    pages = Importing(loop)
    pages.upload(book(tmp_path, [books.row("1", 类别="物流"), books.row("2")]))
    answer = pages.check(**CONSTANTS)
    (field,) = answer.context["terms"].fields.values()
    assert field.label == "投诉类别：物流（1 行）"
    entry = LedgerImport.objects.get()
    done = pages.client.post(reverse("ledger_terms", args=[entry.pk]), {"term_0": "服务类"})
    assert pages.run(done.url).context["found"]["new"] == 2
    pages.store()
    assert set(Complaint.objects.values_list("category", flat=True)) == {"服务类"}


def test_what_the_regulation_refuses_is_known_before_anything_is_stored(loop, tmp_path):
    pages = Importing(loop, by="zhoumin", code="dali-tourism")
    pages.upload(book(tmp_path, [books.row("1", 类别="物业服务")]))
    answer = pages.check(
        constant_channel="微信",
        constant_customer_kind="业主",
        constant_department="物业公司",
    )
    (fault,) = answer.context["report"]["faults"]
    assert (fault.row, fault.column, fault.code) == (2, "", "refused")
    assert "客户意见" in fault.words


def test_numbers_of_the_current_series_are_kept_and_new_cases_go_on_after_them(loop, tmp_path):
    rows = [books.row("2026030007"), books.row("2026020031")]
    refused = Importing(loop)
    refused.upload(book(tmp_path, rows))
    (fault,) = refused.check(**CONSTANTS).context["report"]["faults"]
    assert (fault.cell, fault.code) == ("A2", "number_reserved")
    pages = Importing(loop)
    pages.upload(book(tmp_path, [*rows, books.row("2026030003")]))
    assert pages.check(series="continue", **CONSTANTS).context["found"]["new"] == 3
    pages.store()
    new = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    assert new.number == "2026030008"


def test_a_file_without_numbers_is_recognised_by_its_content(loop, tmp_path):
    def upload():
        pages = Importing(loop)
        rows = [books.row(None), books.row(None, 主题="另一件")]
        pages.upload(book(tmp_path, [row[1:] for row in rows], books.HEADER[1:]))
        return pages

    pages = upload()
    assert pages.check(key="content", **CONSTANTS).context["found"]["new"] == 2
    pages.store()
    assert upload().check().context["found"]["same"] == 2
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("name", ["台账.csv", "台账.CSV"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_comes_in_too(loop, name, encoding):
    lines = ["编号,时间,客户,主题,类别", "Ａ１,２０２６年２月３日,张三,送货晚了,服务类"]
    pages = Importing(loop)
    assert pages.send("\r\n".join(lines).encode(encoding), name).status_code == 302
    assert pages.check(**CONSTANTS).context["found"]["new"] == 1
    pages.store()
    case = Complaint.objects.get()
    assert (case.number, case.received_at) == ("A1", datetime(2026, 2, 2, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧的 .xls"),
        ("a.xlsm", b"PK", "含宏"),
        ("a.txt", b"1,2", "只接受 .xlsx 和 .csv"),
        ("a.csv", b"1,\0", "空字符"),
        ("a.xlsx", b"1,2", "不是完好的 .xlsx"),
        ("a.csv", "只有一格".encode(), "没有找到表头"),
    ],
)
def test_inv_32_a_refused_file_is_told_why_on_the_page(loop, name, content, words):
    answer = Importing(loop).send(content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LedgerImport.objects.exists()


def test_inv_33_a_cancelled_import_leaves_nothing(loop, tmp_path, monkeypatch):
    pages = Importing(loop)
    pages.upload(book(tmp_path, [books.row(f"LY{n}") for n in range(6)]))
    pages.check(**CONSTANTS)
    entry = LedgerImport.objects.get()
    page = pages.client.post(reverse("ledger_store", args=[entry.pk])).url
    job = Job.objects.get(kind="ledger_import")
    real, done = run.register_history, []

    def stopped_half_way(intakes):
        done.append(intakes)
        if len(done) == 2:
            Job.objects.filter(pk=job.pk).update(cancel_asked=True)
        return real(intakes)

    monkeypatch.setattr(run, "TOGETHER", 2)
    monkeypatch.setattr(run, "register_history", stopped_half_way)
    monkeypatch.setattr("jobs.progress.EVERY_SECONDS", 0)
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, len(done)) == (JobState.CANCELLED, 2)
    assert not Complaint.objects.exists()
    assert pages.client.get(page).status_code == 200
    # The file is still there: the import can be started anew.
    monkeypatch.undo()
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    pages.store()
    assert Complaint.objects.count() == 6


def test_an_import_is_its_owners_alone_and_needs_customer_service(loop, tmp_path):
    pages = Importing(loop)
    pages.upload(book(tmp_path, [books.row("1")]))
    pages.check(**CONSTANTS)
    entry = LedgerImport.objects.get()
    other = signed_in(loop.user("zhoumin"))
    assert other.get(reverse("ledger_columns", args=[entry.pk])).status_code == 404
    assert other.post(reverse("ledger_store", args=[entry.pk])).status_code == 404
    assert other.get(reverse("ledger_preview", args=[pages.job.pk])).status_code == 404
    handler = signed_in(loop.user("zhaogang"))
    assert handler.get(reverse("ledger")).status_code == 403
    # Of another unit's regulations none is offered.
    answer = other.post(
        reverse("ledger"),
        {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2"), "regulation": pages.regulation},
    )
    assert answer.status_code == 422


# Real ledgers, where they are at hand.

needs_data = pytest.mark.skipif(not books.MESSAGES.exists(), reason="no sample data here")
MESSAGES = {
    "留言编号": "number",
    "留言用户": "customer_name",
    "留言主题": "subject",
    "留言时间": "received_at",
    "留言详情": "description",
}


@needs_data
@pytest.mark.parametrize(
    ("file", "columns", "changes", "cases"),
    [
        ("附件2_已标注_一级标签", {"一级标签": "category"}, {"repeated": "first"}, 693),
        ("附件2_测试集_未标注", {}, {"constant_category": "其他类"}, 1_455),
        ("附件3_群众留言_热点", {}, {"constant_category": "其他类"}, 2_025),
        (
            "附件4_留言与答复",
            {"答复意见": "answer", "答复时间": "answered_at"},
            {"constant_category": "其他类"},
            1_414,
        ),
    ],
)
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_public_messages_come_in_through_the_pages(loop, file, columns, changes, cases, whole):
    pages = Importing(loop)
    pages.upload(DATA / "teddy_cup_2020_c" / f"{file}.xlsx")
    assert pages.columns() == MESSAGES | columns
    answer = pages.check(number_prefix="LY", **CONSTANTS, **changes)
    if terms := answer.context["terms"]:
        entry = LedgerImport.objects.get()
        given = dict.fromkeys(terms.fields, "其他类")
        answer = pages.run(pages.client.post(reverse("ledger_terms", args=[entry.pk]), given).url)
    found = answer.context["found"]
    assert (found["new"], found["faults"]) == (cases, 0), answer.context["report"]["faults"][:3]
    if not whole:
        return
    pages.store()
    assert Complaint.objects.count() == cases
    assert not Notice.objects.exists()


@needs_data
def test_complaints_about_cars_come_in_through_the_pages(loop):
    pages = Importing(loop)
    pages.upload(DATA / "car_complaints" / "car_complain_2021-03.xlsx")
    assert pages.columns() == {
        "id": "number",
        "desc": "subject",
        "problem": "description",
        "datetime": "received_at",
    }
    answer = pages.check(constant_category="产品质量类", **CONSTANTS)
    assert (answer.context["found"]["new"], answer.context["found"]["faults"]) == (300, 0)
    pages.store()
    assert Complaint.objects.filter(category="产品质量类").count() == 300


def test_an_upload_that_is_left_lying_is_forgotten_after_a_week(loop, clock, tmp_path):
    way = Importing(loop)
    way.upload(book(tmp_path, [books.row("LY1")]))
    entry = LedgerImport.objects.get()
    place = entry.file.path
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert forget_uploads() == 0
    assert Path(place).exists()
    clock.advance(timedelta(seconds=1))
    assert forget_uploads() == 1
    assert not Path(place).exists()
    assert way.client.get(way.page).status_code == 404
    assert forget_uploads() == 0
