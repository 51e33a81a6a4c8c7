"""The workbook that a regulation's owner checks: every clause, every rule, and nothing that runs."""

from io import BytesIO

import openpyxl
import pytest

from regulations.engine.reading import read_pack
from regulations.lines import SECTIONS, lines_of
from regulations.workbook import SHEETS, write_workbook
from tests.engine.cases import pack
from tests.engine.small_pack import SMALL


def book_of(whole):
    file = BytesIO()
    write_workbook(whole, file)
    return openpyxl.load_workbook(BytesIO(file.getvalue()))


def texts(sheet) -> set[str]:
    return {cell.value for row in sheet for cell in row if cell.value is not None}


def test_the_sheets_and_their_order():
    assert book_of(pack()).sheetnames == list(SHEETS)
    assert SHEETS == (
        "条款",
        "时限",
        "等级",
        "签批",
        "上报",
        "关闭",
        "考核",
        "奖励",
        "读法",
        "表单",
    )


def test_every_fact_stands_on_the_sheet_of_clauses_with_clause_line_and_rule():
    sheet = book_of(pack())["条款"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert set(rows) == set(pack().facts)
    assert rows["DALI-107"][1:3] == ("7.4", "处理完成当日由客户服务部回访")
    assert "时限 当日" in rows["DALI-107"][4]
    assert rows["DALI-60"][5] == pack().unused["DALI-60"]


def test_every_rule_stands_on_its_sheet_with_all_that_it_says():
    book = book_of(pack())
    for line in lines_of(pack()):
        there = texts(book[SECTIONS[line.section].sheet])
        assert {cell for cell in line.cells if cell} <= there, line


def test_figures_of_the_text_and_of_the_house_are_told_apart():
    rows = [row[:4] for row in book_of(pack())["读法"].iter_rows(values_only=True)]
    assert ("工程维（保）修标准时间（天）", "未设定", None, "单位设定") in rows
    assert ("赔偿金额界限（元，含）", "10000", None, "对条款的读法") in rows


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0"])
def test_text_that_looks_like_a_formula_stays_text(hostile):
    text = SMALL.replace("text: 未响应", f'text: "{hostile}"')
    text = text.replace("title: 小制度", f'title: "{hostile}"')
    book = book_of(read_pack(text, "x"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type not in ("s", "inlineStr")] == []
    assert hostile in {cell.value for cell in cells}
