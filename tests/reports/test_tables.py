"""Tables as they come: CSV in two encodings, full-width digits, titles in merged cells."""

from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from reports.importing import headers, values
from reports.importing.tables import Cell
from reports.importing.workbooks import opened, survey


def rows(path, header_row=1):
    with opened(path, None, header_row) as sheet:
        return sheet.header, [[cell.value for cell in row.cells] for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_either_encoding_and_with_any_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "台账.csv"
    lines = [["编号", "内容"], ["1", '"门禁\n失灵"'], [], ["2", "㐂"]]
    path.write_text("\n".join(map(delimiter.join, lines)), encoding=encoding)
    assert rows(path) == (("编号", "内容"), [["1", "门禁\n失灵"], ["2", "㐂"]])


def test_the_apostrophe_of_an_exported_csv_goes_again(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("编号,内容\n1,'=1+1\n2,'单引号\n", encoding="utf-8")
    assert rows(path)[1] == [["1", "=1+1"], ["2", "'单引号"]]


def merged_book(path):
    """Write a title line and a header of two rows: 投诉人 and 承办人 each over 姓名 and 电话."""
    book = Workbook()
    sheet = book.active
    for cells in (
        ["二〇二六年投诉台账"],
        ["编号", "收到时间", "投诉人", None, "承办人", None],
        [None, None, "姓名", "电话", "姓名", "电话"],
        ["１", "2026-03-09", "张三", "13000000001", "赵刚", "13000000002"],
    ):
        sheet.append(cells)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        sheet.merge_cells(area)
    book.save(path)
    return path


def test_titles_in_merged_cells_are_told_apart_by_what_stands_over_them(tmp_path):
    header, body = rows(merged_book(tmp_path / "book.xlsx"), 3)
    assert header == (
        "编号",
        "收到时间",
        "投诉人/姓名",
        "投诉人/电话",
        "承办人/姓名",
        "承办人/电话",
    )
    assert body == [["１", "2026-03-09", "张三", "13000000001", "赵刚", "13000000002"]]


def test_a_survey_shows_the_beginning_of_every_sheet(tmp_path):
    path = merged_book(tmp_path / "book.xlsx")
    (peek,) = survey(path)
    assert [row.number for row in peek.rows] == [1, 2, 3, 4]
    assert (1, 2, 1, 3) in peek.merged


def test_titles_are_compared_without_width_case_blanks_and_notes():
    assert headers.plain_title(" 联系 电话（必填） ") == "联系电话"
    assert headers.plain_title("ＩＤ") == headers.plain_title("id") == "id"


def test_full_width_digits_are_digits():
    moment = values.moment(["%Y/%m/%d %H:%M"], ["YYYY/MM/DD hh:mm"])
    assert moment(Cell("２０２６／３／９　１０：０５", "s")) == datetime(
        2026, 3, 9, 2, 5, tzinfo=UTC
    )
    assert values.count(Cell("１２", "s")) == 12
    assert values.amount(Cell("１，２００．５０", "s")) == "1200.50"
    assert values.narrow(values.text(20))(Cell("ＬＹ００１", "s")) == "LY001"
