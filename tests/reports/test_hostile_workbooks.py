"""Workbooks that are no ledger are refused early, and cost neither time nor memory (INV-32)."""

import time
import zipfile

import pytest

from reports.importing import gate, tables, workbooks
from reports.importing.faults import file_words
from reports.importing.gate import Unreadable, check_archive
from reports.importing.workbooks import opened, survey
from tests.reports import books

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"%s<sheetData>%s</sheetData></worksheet>"
)
HEAD = b'<row r="1"><c r="A1" t="inlineStr"><is><t>h</t></is></c></row>'
IN_TIME_SECONDS = 1.0
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(check, *arguments) -> str:
    """Return the code of a refusal; it must come in time and have its words."""
    started = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        check(*arguments)
    assert time.perf_counter() - started < IN_TIME_SECONDS
    assert file_words(caught.value)
    return caught.value.code


def parse(path, name, header_row):
    """Return the rows below the header, read here and not in a child."""
    return list(tables.sheet_of("xlsx", path, name, header_row).rows)


def read(path, name=None):
    with opened(path, name) as sheet:
        return sheet.header, list(sheet.rows)


def sheet(path, rows: bytes, before: bytes = b""):
    return books.rebuilt(path, xl__worksheets__sheet1_xml=SHEET % (before, rows))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "book.xlsx"


def test_a_good_workbook_passes(path):
    books.write(path, [books.row(1), books.row(2)])
    check_archive(path)
    header, rows = read(path, "留言")
    assert header == books.HEADER
    assert [row.number for row in rows] == [2, 3]


def test_a_zip_bomb_is_refused(path):
    books.rebuilt(path, xl__media__bomb_xml=b"\0" * (51 * 2**20))
    assert refused(check_archive, path) == "too_large"


def test_a_part_packed_too_tightly_is_refused(path):
    books.rebuilt(path, xl__media__bomb_xml=b" " * (20 * 2**20))
    assert refused(check_archive, path) == "packed_too_tightly"


@pytest.mark.parametrize("count", [1_001, 70_000])
def test_too_many_parts_are_refused_before_they_are_listed(path, count):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(str(number), b"")
    assert refused(check_archive, path) == "too_many_parts"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_declares_entities_is_refused(path, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    books.rebuilt(path, xl__sharedStrings_xml=bomb.encode(encoding))
    assert refused(check_archive, path) == "declares_entities"


@pytest.mark.parametrize("content", [b"", b"PK", b"\xd0\xcf\x11\xe0" * 400, b"a,b\n1,2\n"])
def test_a_file_that_is_no_workbook_is_refused(path, content):
    path.write_bytes(content)
    assert refused(check_archive, path) == "not_a_workbook"


def test_a_torn_workbook_is_refused(path):
    books.write(path, [books.row()])
    path.write_bytes(path.read_bytes()[:-2_000])
    assert refused(check_archive, path) == "not_a_workbook"


def test_a_file_that_is_not_there_is_refused(path):
    assert refused(check_archive, path) == "no_file"


def test_a_zip_without_a_workbook_is_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    check_archive(path)
    assert refused(parse, path, None, 1) == "not_a_workbook"


def test_a_cell_in_the_last_row_is_refused_without_reading_up_to_it(path):
    sheet(path, HEAD + b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    assert refused(parse, path, None, 1) == "too_many_rows"


def test_a_cell_in_the_last_column_is_refused(path):
    sheet(path, HEAD + b'<row r="2"><c r="XFD2"><v>1</v></c></row>')
    assert refused(parse, path, None, 1) == "too_many_columns"


def test_a_dimension_that_lies_is_not_believed(path):
    row = b'<row r="2"><c r="A2"><v>1</v></c></row>'
    sheet(path, HEAD + row, b'<dimension ref="A1:XFD1048576"/>')
    assert [one.number for one in parse(path, None, 1)] == [2]


def test_one_row_more_than_the_limit_is_refused(path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 3)
    books.write(path, [books.row(n) for n in range(3)])
    assert len(parse(path, None, 1)) == 3
    books.write(path, [books.row(n) for n in range(4)])
    assert refused(parse, path, None, 1) == "too_many_rows"


def test_a_row_that_eats_memory_ends_the_child_alone(path, monkeypatch):
    """Millions of cells in one row, should the gate not see them: gigabytes once parsed."""
    monkeypatch.setattr(gate, "CELL_MARKS", ())
    cells = b"".join(b"<c\n><v>%d</v></c>" % (n % 7919) for n in range(2_400_000))
    sheet(path, HEAD + b'<row r="2">' + cells + b"</row>")
    check_archive(path)
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.code == "too_heavy"


@pytest.mark.parametrize("cell", [b"<c\n>", b"<c\t/>", b"<x:c\r>", b"<c>"])
def test_inv_32_a_row_is_counted_however_its_cells_are_spelled(path, cell):
    cells = b"".join(cell + b"<v>%d</v>" % (n * 7919 % 1_000_003) for n in range(20_000))
    sheet(path, HEAD + b'<row r="2">' + cells + b"</row>")
    assert refused(check_archive, path) == "too_many_columns"


def test_inv_32_a_survey_that_takes_too_long_is_ended(path, monkeypatch):
    books.write(path, [books.row()])
    assert survey(path)
    monkeypatch.setattr(workbooks, "SURVEY_SECONDS", 0.01)
    assert refused(survey, path) == "too_heavy"


def test_a_wrong_sheet_or_no_header_is_said(path):
    books.write(path, [], header=())
    assert refused(parse, path, None, 1) == "no_header"
    assert refused(parse, path, "没有", 1) == "no_such_sheet"


# What a person may choose by mistake, or send on purpose: refused by what is in it, not by its name.


def encrypted(path):
    path.write_bytes(OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100)


def old(path):
    path.write_bytes(OLE + b"\0" * 2_000)


def with_macros(path):
    books.rebuilt(path, xl__vbaProject_bin=b"macro")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")


def locked_parts(path):
    books.write(path, [])
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        content[start + place] |= 1
    path.write_bytes(content)


def million_columns(path):
    cells = b"".join(b"<c><v>%d</v></c>" % (n * 7919 % 1_000_003) for n in range(1_000_000))
    sheet(path, HEAD + b'<row r="2">' + cells + b"</row>")


def bomb(path):
    books.rebuilt(path, xl__media__bomb_xml=b"\0" * (51 * 2**20))


def nuls(path):
    path.write_bytes("编号,时间\n".encode() + b"1,\0\n")


def picture(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)


def workbook(path):
    books.write(path, [books.row()])


def nothing(path):
    path.write_bytes(b"")


def neither_encoding(path):
    path.write_bytes(b"a,b\n\xff\xff,1\n")


@pytest.mark.parametrize(
    ("write", "name", "code"),
    [
        (bomb, "a.xlsx", "too_large"),
        (million_columns, "a.xlsx", "too_many_columns"),
        (with_macros, "a.xlsx", "macros"),
        (workbook, "a.xlsm", "macros"),
        (workbook, "a.csv", "wrong_extension"),
        (workbook, "a.pdf", "wrong_extension"),
        (picture, "a.xlsx", "not_a_workbook"),
        (encrypted, "a.xlsx", "encrypted"),
        (encrypted, "a.csv", "encrypted"),
        (locked_parts, "a.xlsx", "encrypted"),
        (old, "a.xls", "old_format"),
        (old, "a.xlsx", "old_format"),
        (nuls, "a.csv", "binary_text"),
        (picture, "a.csv", "binary_text"),
        (nothing, "a.csv", "empty_file"),
    ],
)
def test_inv_32_a_file_that_is_no_ledger_is_refused_before_it_is_parsed(path, write, name, code):
    write(path)
    assert refused(gate.check, path, name) == code


def test_a_text_in_an_unknown_encoding_is_refused(path):
    path = path.with_suffix(".csv")
    neither_encoding(path)
    with pytest.raises(Unreadable) as caught:
        survey(path)
    assert caught.value.code == "unknown_encoding"


def test_inv_32_a_sheet_of_too_many_rows_or_columns_is_stopped(path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 3)
    books.write(path, [books.row(n) for n in range(9)])
    assert refused(parse, path, None, 1) == "too_many_rows"
    books.write(path, [["x"] * (tables.COLUMNS + 1)])
    assert refused(parse, path, None, 1) == "too_many_columns"
