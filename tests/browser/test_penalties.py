"""From an overdue case to the statement: proposal, objection, adjustment, closing, workbook.

A 物业类 complaint of 2 March is due on the 5th at 24:00; on the 8th at noon it is three days late.
"""

import csv
import io
import shutil
import subprocess
from decimal import Decimal

import pytest

from tests.browser.complaints import ONE_OWNER
from tests.browser.person import SCHEDULE

pytestmark = pytest.mark.browser


def prepare(at, enter) -> str:
    officer, head, handler = enter("zhoumin"), enter("duanhongwei"), enter("zhaogang")
    number = officer.register(ONE_OWNER)
    officer.act(number, "上报传递", {"上报给": "部门负责人"})
    officer.act(number, "分派", {"责任部门": "物业公司"})
    head.act(number, "接单", {"承办人": "赵刚"})
    handler.act(number, "责任部门响应")
    handler.act(number, "完成调查", {"调查结论": "属实", "核实情况": "导靴磨损"})
    plan = {"处理方式": "进行更换", "处理措施": "更换导靴"}
    handler.act(number, "提交处理方案", plan | SCHEDULE)
    return number


def sweep(number, at, day):
    from complaints.models import Complaint
    from complaints.pipeline import sweep

    at(3, day, "12:00")
    assert sweep(Complaint.objects.get(number=number).pk)


def work():
    """Do what the worker would: run the job that the page has put into the queue."""
    from jobs import tasks
    from jobs.models import Job

    tasks.run(str(Job.objects.get(state="queued").pk))


def day(person, number):
    """Open the item of a late day from the ledger."""
    person.visit("/penalties/?scope=all")
    row = person.main.get_by_role("row").filter(has_text=f"第{number}天")
    row.get_by_role("link").click()


def step(person, title, fields):
    person.follow(person.main.locator("#acts").get_by_role("link", name=title, exact=True))
    person.fill(fields)
    person.submit()
    person.is_told(f"已记录：{title}")


def in_libreoffice(path) -> list[list[str]]:
    """Return the first sheet as LibreOffice reads it."""
    utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
    options = ["--headless", "--convert-to", utf8, "--outdir", str(path.parent), str(path)]
    home = f"-env:UserInstallation=file://{path.parent}/office"
    subprocess.run([shutil.which("soffice"), home, *options], check=True, capture_output=True)
    text = path.with_suffix(".csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice")
def test_from_an_overdue_case_to_the_statement(at, enter, tmp_path):
    number = prepare(at, enter)
    sweep(number, at, 8)
    owner, handler = enter("linxiaoyun"), enter("zhaogang")
    day(owner, 1)
    step(owner, "确认考核", {})  # with the other days of the delay
    handler.visit("/notices/")
    handler.main.get_by_role("button").filter(has_text="有一项考核涉及您").first.click()
    day(handler, 2)
    assert handler.main.locator("#acts a").all_text_contents() == ["提出异议"]
    step(handler, "提出异议", {"理由": "当日等待业主开门"})
    deputy = enter("chenglixin")
    day(deputy, 2)
    step(
        deputy,
        "裁定异议",
        {"裁定": "调整金额", "调整后金额（元）": "40", "理由": "客户改约属实"},
    )
    at(4, 1, "9:00")
    hr = enter("tangxue")
    hr.visit("/penalties/months/2026-03/")
    hr.main.get_by_role("button", name="结账").click()
    work()
    hr.visit("/penalties/months/2026-03/")
    assert hr.page.locator("#total").inner_text() == "240.00"
    assert "工资基数未知" in hr.main.inner_text()
    hr.fits(390)
    with hr.page.expect_download() as downloading:
        hr.page.get_by_role("link", name="Excel").click()
    path = tmp_path / "statement.xlsx"
    downloading.value.save_as(path)
    _head, *rows, last = in_libreoffice(path)
    assert [Decimal(row[7]) for row in rows] == [Decimal(100), Decimal(40), Decimal(100)]
    assert (last[0], Decimal(last[7])) == ("合计", Decimal(240))
