"""History in: all or nothing, every fault with its cell, cases as if they had gone round the loop."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from openpyxl import load_workbook

from audits.verification import differences
from complaints.models import CaseEvent, Complaint
from demo import seed
from notices.models import Notice
from regulations.engine.terms import Numbering
from regulations.publishing import Signatures, publish
from reports.importing import run, series
from reports.importing.maps import read_map
from tests.loop import Loop
from tests.reports import books

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def loop(db, clock):
    clock.set(NOON)
    return Loop.new()


@pytest.fixture
def imported(loop, tmp_path):
    """Return a function that imports rows; it gives back the status and what was said."""

    def run_import(rows, plan=books.MAP, *, errors=None, header=books.HEADER):
        path = books.write(tmp_path / "历史.xlsx", rows, header)
        return command(path, books.write_map(tmp_path / "map.yaml", plan), errors)

    return run_import


def command(path, plan, errors=None):
    said = StringIO()
    options = {"errors": str(errors)} if errors else {}
    try:
        call_command("import_ledger", str(path), map=str(plan), stdout=said, stderr=said, **options)
    except SystemExit as ended:
        return ended.code, said.getvalue()
    return 0, said.getvalue()


def faults(said: str) -> list[tuple[str, str]]:
    """Return (cell, code) of each line that names a fault."""
    lines = [line for line in said.splitlines() if "[" in line]
    return [(line.split()[0].partition("!")[2], line.split("[")[1].split("]")[0]) for line in lines]


def consistent():
    """Run the checks that the database keeps for the commit, and recompute every chain."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return list(differences(None)) == []


def test_an_answered_row_becomes_an_archived_case(imported):
    assert imported([books.row(7)]) == (0, "已导入 1 件投诉。\n")
    case = Complaint.objects.get()
    assert (case.number, case.state, case.origin) == ("LY7", "archived", "imported")
    assert (case.category, case.channel, case.grade) == ("服务类", "线上平台", "常规投诉")
    assert case.received_at == datetime(2026, 2, 3, 1, 5, tzinfo=UTC)
    assert case.ended_at == datetime(2026, 2, 5, 8, 30, tzinfo=UTC)
    assert (case.department.name, case.handler.username) == ("客服部门", "taoran")
    assert case.particulars.description == "订单晚到，店里断货。"
    assert case.particulars.search_text.startswith("ly7\n")
    told = case.events.exclude(kind__startswith="derived.").order_by("seq")
    assert list(told.values_list("kind", flat=True)) == [
        "received", "registered", "assigned", "accepted", "investigated", "plan_submitted",
        "executed", "result_returned", "customer_informed", "followed_up", "reviewed", "closed",
        "archived",
    ]  # fmt: skip
    assert set(told.values_list("actor", flat=True)) == {None}
    assert not Notice.objects.exists()
    assert consistent()


def test_a_workbook_mixes_text_and_true_dates(imported):
    rows = [
        books.row(1, 时间=datetime(2026, 2, 3, 9, 5, 0, 400_000), 答复时间=date(2026, 2, 6)),  # noqa: DTZ001
        books.row(2),
        books.row(3.0),
    ]
    assert imported(rows)[0] == 0
    first = Complaint.objects.get(number="LY1")
    assert first.received_at == Complaint.objects.get(number="LY2").received_at
    assert first.ended_at == datetime(2026, 2, 5, 16, 0, tzinfo=UTC)
    assert Complaint.objects.filter(number="LY3").exists()


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        ({"编号": None}, "A2", "missing"),
        ({"主题": "  "}, "D2", "missing"),
        ({"时间": "2026/2/30 9:05:00"}, "B2", "bad_date"),
        ({"时间": "昨天"}, "B2", "bad_date"),
        ({"时间": 46_000}, "B2", "bad_date"),
        ({"时间": "1999/12/31 9:05:00"}, "B2", "calendar_gap"),
        ({"时间": "2026/3/9 12:00:01", "答复时间": "2026/3/9 12:00:01"}, "B2", "from_the_future"),
        ({"答复时间": "2026/2/3 9:04:59"}, "H2", "before_received"),
        ({"主题": "=A1&B1"}, "D2", "formula"),
        ({"主题": "#N/A"}, "D2", "error_value"),
        ({"主题": "长" * 201}, "D2", "too_long"),
        ({"内容": "长" * 10_001}, "E2", "too_long"),
        ({"编号": "9" * 31}, "A2", "too_long"),
        ({"类别": "不存在类"}, "F2", "unknown_term"),
    ],
)
def test_a_fault_is_named_with_its_cell_and_nothing_is_stored(imported, change, cell, code):
    status, said = imported([books.row(1, **change), books.row(2)])
    assert status == 1
    assert (cell, code) in faults(said)
    assert all(one.endswith("2") for one, _code in faults(said))
    assert not Complaint.objects.exists()


def test_inv_33_every_fault_of_every_row_is_found(imported):
    rows = [
        books.row(1, 时间="?", 类别="?", 主题=None),
        books.row(2),
        books.row(2, 答复="=1+1"),
        books.row(4, 客户="长" * 101),
    ]
    status, said = imported(rows)
    assert status == 1
    assert faults(said) == [
        ("B2", "bad_date"),
        ("D2", "missing"),
        ("F2", "unknown_term"),
        ("A4", "duplicate_number"),
        ("G4", "formula"),
        ("C5", "too_long"),
    ]
    assert "留言!A4 编号 [duplicate_number] 编号“LY2”与第 3 行重复。" in said
    assert said.endswith("共 3 行 6 处错误，没有导入任何投诉。\n")


def test_the_marked_copy_can_be_corrected_and_imported(imported, tmp_path):
    marked = tmp_path / "错误.xlsx"
    rows = [books.row(1, 类别="?", 主题="=1+1"), books.row(2), books.row(3, 答复时间=None)]
    assert imported(rows, errors=marked)[0] == 1
    sheet = load_workbook(marked).active
    assert sheet.cell(1, 9).value == "错误说明"
    assert sheet["F2"].fill.fgColor.rgb.endswith("FFC7CE")
    assert "应为" in sheet["F2"].comment.text
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=1+1", "s")
    assert sheet["D2"].comment.text == "此格是公式，请粘贴为数值。"
    assert "类别：" in sheet["I2"].value
    assert sheet["I2"].value.count("\n") == 1
    assert sheet["I3"].value is None
    assert sheet["H4"].comment.text == "此格必填。"
    sheet["F2"], sheet["D2"], sheet["H4"] = "服务类", "改好", "2026/2/5 16:30:00"
    sheet.parent.save(marked)
    assert command(marked, tmp_path / "map.yaml") == (0, "已导入 3 件投诉。\n")


def test_what_the_regulation_refuses_is_a_fault_of_its_row(imported):
    plan = books.MAP.replace("tobacco-2026", "dali-tourism").replace("线上平台", "微信")
    plan = plan.replace("消费者", "业主").replace("客服部门", "物业公司")
    status, said = imported([books.row(1, 类别="物业服务"), books.row(2, 类别="物业服务")], plan)
    assert status == 1
    assert faults(said) == [("2", "refused"), ("3", "refused")]
    assert "尚缺：客户意见。依据：大理文旅" in said
    assert not Complaint.objects.exists()


def test_history_of_a_stricter_regulation_carries_its_signatures(imported):
    plan = books.MAP.replace("tobacco-2026", "dali-tourism").replace("线上平台", "微信")
    plan = (
        plan.replace("消费者", "业主")
        .replace("客服部门", "物业公司")
        .replace(
            "constants: {",
            "constants: {opinion: 接受, customer_confirmation: 书面, handler: 赵刚, ",
        )
    )
    status, said = imported([books.row(1, 类别="物业服务类")], plan)
    assert (status, said) == (0, "已导入 1 件投诉。\n")
    case = Complaint.objects.get()
    assert (case.state, case.category, case.handler.name) == ("archived", "物业服务", "赵刚")
    approval = case.events.get(kind="plan_approved")
    assert approval.data["by"] == "部门负责人"
    assert approval.actor is None
    assert case.plans.get().state == "carried_out"
    assert consistent()


def test_steps_fall_on_the_times_that_the_row_gives(imported):
    header = (*books.HEADER, "分派", "归档")
    plan = books.MAP.replace("columns:", "columns:\n  assigned_at: 分派\n  archived_at: 归档")
    row = [*books.row(1), "2026/2/4 8:00:00", "2026/2/10 8:00:00"]
    assert imported([row], plan, header=header)[0] == 0
    times = dict(CaseEvent.objects.values_list("kind", "at"))
    assert times["assigned"] == datetime(2026, 2, 4, 0, 0, tzinfo=UTC)
    assert times["accepted"] == times["closed"] == datetime(2026, 2, 5, 8, 30, tzinfo=UTC)
    assert times["archived"] == datetime(2026, 2, 10, 0, 0, tzinfo=UTC)


def test_steps_out_of_order_are_a_fault(imported):
    header = (*books.HEADER, "分派")
    plan = books.MAP.replace("columns:", "columns:\n  assigned_at: 分派")
    status, said = imported([[*books.row(1), "2026/2/6 8:00:00"]], plan, header=header)
    assert (status, faults(said)) == (1, [("H2", "before_previous")])
    assert "早于前一步“分派”的时间 2026-02-06 08:00" in said


def test_a_row_without_an_answer_stays_open(imported):
    plan = books.MAP + "optional: [answer, answered_at]\n"
    rows = [books.row(1, 答复=None, 答复时间=None), books.row(2)]
    assert imported(rows, plan)[0] == 0
    states = dict(Complaint.objects.values_list("number", "state"))
    assert states == {"LY1": "received", "LY2": "archived"}
    assert Complaint.objects.get(number="LY1").next_due is not None


def test_a_row_without_an_answer_comes_as_far_as_its_times_say(imported):
    header = (*books.HEADER, "分派", "接单", "结束")
    plan = books.MAP + "optional: [answer, answered_at, assigned_at, accepted_at, closed_at]\n"
    plan = plan.replace(
        "columns:", "columns:\n  assigned_at: 分派\n  accepted_at: 接单\n  closed_at: 结束"
    )
    open_row = books.row(1, 答复=None, 答复时间=None)
    at = "2026/2/4 8:00:00"
    assert imported([[*open_row, at, at, None]], plan, header=header)[0] == 0
    case = Complaint.objects.get()
    assert (case.state, case.handler.username) == ("investigating", "taoran")
    rows = [[*books.row(2, 答复=None, 答复时间=None), None, at, at]]
    status, said = imported(rows, plan, header=header)
    assert (status, faults(said)) == (1, [("J2", "step_left_out"), ("K2", "unanswered")])


def test_an_answer_without_its_time_is_a_fault(imported):
    plan = books.MAP + "optional: [answer, answered_at]\n"
    rows = [books.row(1, 答复=None), books.row(2, 答复时间=None)]
    status, said = imported(rows, plan)
    assert (status, faults(said)) == (1, [("G2", "half_answered"), ("H3", "half_answered")])


def test_values_are_put_into_the_regulations_terms(imported):
    plan = books.MAP + "values:\n  category: {物流: 服务类, 1: 政策类}\n"
    rows = [books.row(1, 类别="物流"), books.row(2, 类别=1), books.row(3, 类别="配送服务类")]
    assert imported(rows, plan)[0] == 0
    found = Complaint.objects.order_by("number").values_list("category", flat=True)
    assert list(found) == ["服务类", "政策类", "服务类"]


def test_numbers_that_the_system_would_give_out_are_refused(imported):
    plan = books.MAP.replace("number_prefix: LY", "")
    status, said = imported([books.row("2026030009"), books.row("2026020009")], plan)
    assert (status, faults(said)) == (1, [("A2", "number_reserved")])


@pytest.mark.parametrize(
    ("number", "reserved"),
    [("260301", True), ("26031234", True), ("270101", True), ("260299", False), ("2603", False)],
)
def test_a_series_with_two_digits_of_the_year_keeps_its_coming_numbers(number, reserved):
    numbering = Numbering("{yy:02}{month:02}{serial:02}", "month")
    assert series.reserved(numbering, number, date(2026, 3, 9)) is reserved


def test_the_same_file_again_is_refused_by_its_numbers(imported):
    rows = [books.row(1), books.row(2)]
    assert imported(rows)[0] == 0
    status, said = imported([*rows, books.row(3)])
    assert (status, faults(said)) == (1, [("A2", "number_taken"), ("A3", "number_taken")])
    assert Complaint.objects.count() == 2


def test_the_version_of_the_day_of_receipt_rules_else_the_first(loop, imported, clock):
    regulation = loop.versions["tobacco-2026"].regulation
    text = loop.versions["tobacco-2026"].text + "\n"
    signers = [loop.user(name) for name in seed.SIGNED["tobacco-2026"]]
    publish(
        text,
        unit=regulation.unit,
        signatures=Signatures(*signers),
        in_force=date(2026, 2, 10),
    )
    rows = [
        books.row(1, 时间="2019/5/10 14:56:53"),
        books.row(2),
        books.row(3, 时间="2026/2/10 0:00:00", 答复时间="2026/2/11 0:00:00"),
    ]
    assert imported(rows)[0] == 0
    versions = dict(Complaint.objects.values_list("number", "version__number"))
    assert versions == {"LY1": 1, "LY2": 1, "LY3": 2}


def test_inv_33_an_error_in_the_middle_stores_nothing(loop, tmp_path, monkeypatch):
    path = books.write(tmp_path / "book.xlsx", [books.row(n) for n in range(5)])
    plan = read_map(books.write_map(tmp_path / "map.yaml"))
    real, done = run.register_history, []

    def failing(intakes):
        done.append(intakes)
        if len(done) == 3:
            raise RuntimeError("killed")
        return real(intakes)

    monkeypatch.setattr(run, "TOGETHER", 2)
    monkeypatch.setattr(run, "register_history", failing)
    with pytest.raises(RuntimeError):
        run.store(path, plan)
    assert [len(one) for one in done] == [2, 2, 1]
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("tobacco-2026", "nothing", "没有已发布的制度 nothing；现有：dali-tourism、tobacco-2026。"),
        ("subject: 主题", "subject: 标题", "没有表头“标题”；现有：编号、"),
        ("subject: 主题", "topic: 主题", "没有“topic”这个字段；可用："),
        ("线上平台", "微博", "constants.channel: “微博”不在制度所列之内；应为：热线、"),
        ("客服部门", "财务部", "constants.department: "),
        ("number: 编号", "customer: 编号", "columns 须有 number。"),
        ("columns:", "kolumns:", "没有“kolumns”这个键；可用：regulation、"),
        ("YYYY/MM/DD hh", "YY/MM/DD hh", "“dates”应为日期格式的列表"),
        (", department: 客服部门", "", "请给出 department。"),
        ("regulation:", "regulation: [", "无法读取映射文件"),
    ],
)
def test_a_map_that_does_not_fit_stops_the_import(imported, before, after, words):
    status, said = imported([books.row()], books.MAP.replace(before, after))
    assert status == 2
    assert words in said


def test_a_file_that_cannot_be_read_stops_the_import(loop, tmp_path):
    plan = books.write_map(tmp_path / "map.yaml")
    status, said = command(tmp_path / "nowhere.xlsx", plan)
    assert status == 2
    assert said.startswith("无法打开文件：")


# The whole workbook of public messages, where it is at hand.

needs_messages = pytest.mark.skipif(not books.MESSAGES.exists(), reason="no sample data here")


def damaged(path):
    """Write the messages with 20 faulty rows; return (cell, code) of each fault by row."""
    sheet = load_workbook(books.MESSAGES).active
    sheet.cell(1, 8).value = "类别"
    for number in range(2, sheet.max_row + 1):
        sheet.cell(number, 8).value = "其他类"
    sheet["D30"] = datetime(2011, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a true date, no fault
    wrong = []
    for start, (column, value, code) in enumerate(
        [
            ("C", None, "missing"),
            ("D", "2019/13/1 10:00:00", "bad_date"),
            ("D", "2019/2/29 10:00:00", "bad_date"),
            ("E", '=HYPERLINK("http://x","y")', "formula"),
            ("C", "长" * 201, "too_long"),
            ("F", "长" * 10_001, "too_long"),
            ("H", "不存在类", "unknown_term"),
            ("A", sheet["A2"].value, "duplicate_number"),
            ("G", "1999/1/1 8:00:00", "before_received"),
            ("G", "2999/1/1 8:00:00", "from_the_future"),
        ]
    ):
        for number in (100 + start, 1_300 + start):
            sheet[f"{column}{number}"] = value
            wrong.append((f"{column}{number}", code))
    sheet.parent.save(path)
    return sorted(wrong, key=lambda fault: int(fault[0][1:]))


@needs_messages
def test_twenty_faulty_messages_are_each_named_and_none_is_stored(loop, tmp_path):
    wrong = damaged(tmp_path / "messages.xlsx")
    plan = books.MESSAGES_MAP.read_text(encoding="utf-8")
    plan = (
        plan.replace("  category: 其他类\n", "")
        .replace("columns:", "columns:\n  category: 类别")
        .replace("  responded_at: 答复时间\n", "")
    )
    marked = tmp_path / "marked.xlsx"
    status, said = command(
        tmp_path / "messages.xlsx", books.write_map(tmp_path / "map.yaml", plan), marked
    )
    assert (status, faults(said)) == (1, wrong)
    assert said.splitlines()[-2] == "共 20 行 20 处错误，没有导入任何投诉。"
    assert not Complaint.objects.exists()
    sheet = load_workbook(marked).active
    for cell, _code in wrong:
        assert sheet[cell].comment is not None, cell


def first_messages(path, count: int):
    """Write the messages with their first `count` rows alone; return where."""
    sheet = load_workbook(books.MESSAGES).active
    sheet.delete_rows(count + 2, sheet.max_row)
    sheet.parent.save(path)
    return path


@needs_messages
@pytest.mark.parametrize(
    "count",
    [pytest.param(300, id="short"), pytest.param(1_414, id="long", marks=pytest.mark.long)],
)
def test_the_messages_come_in_go_out_and_do_not_come_in_twice(count, fresh_db, clock, tmp_path):
    clock.set(NOON)
    Loop.new()
    messages = first_messages(tmp_path / "messages.xlsx", count)
    assert command(messages, books.MESSAGES_MAP) == (0, f"已导入 {count} 件投诉。\n")
    cases = Complaint.objects.all()
    assert set(cases.values_list("state", "origin")) == {("archived", "imported")}
    assert not Notice.objects.exists()
    assert not list(differences(None))
    path = tmp_path / "ledger.xlsx"
    call_command("export_ledger", str(path), personal="move", stdout=StringIO())
    assert_same_rows(path, cases)
    assert_libreoffice_sees(path, cases)
    status, said = command(messages, books.MESSAGES_MAP)
    assert status == 1
    assert {code for _cell, code in faults(said)} == {"number_taken"}
    assert len(faults(said)) == count
    assert cases.count() == count


def assert_same_rows(path, cases):
    """The ledger reopened has the cases of the database, row by row, with typed cells."""
    head, *rows = load_workbook(path, read_only=True).active.iter_rows(values_only=True)
    place = {title: number for number, title in enumerate(head)}
    assert len(rows) == cases.count()
    for case, row in zip(cases.select_related("particulars").order_by("pk"), rows, strict=True):
        told = case.particulars
        assert row[place["投诉编号"]] == case.number
        assert row[place["投诉主题"]] == told.subject
        assert row[place["收到时间"]] == (case.received_at + timedelta(hours=8)).replace(
            tzinfo=None
        )
        assert row[place["归档时间"]] == (case.ended_at + timedelta(hours=8)).replace(tzinfo=None)
        assert row[place["计入关闭率"]] is True
        # A workbook's numbers are all of one kind; some writers put 15.0 where others put 15.
        assert row[place["响应逾期天数"]] == int(row[place["响应逾期天数"]])


def assert_libreoffice_sees(path, cases):
    """LibreOffice opens the ledger with the same rows; left out where it is not installed."""
    rows = books.libreoffice_rows(path)
    if rows is not None:
        numbers = cases.order_by("pk").values_list("number", flat=True)
        assert [row[0] for row in rows[1:]] == list(numbers)
