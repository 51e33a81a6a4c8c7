"""A form as a DOCX, which the house can go on writing in."""

import io

import segno
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from reports.papers.sheet import Filled, Sheet

BODY, HEAD = "宋体", "黑体"
# Label and value, twice: what is left of A4 between the margins.
WIDTHS = (Mm(36), Mm(53), Mm(36), Mm(53))
SHADE = "EEEEEE"


def as_docx(sheet: Sheet) -> bytes:
    """Return the form as a DOCX of the same rows as the PDF."""
    document = Document()
    _page(document, sheet)
    _line(document.add_paragraph(), sheet.title, Pt(17), HEAD, bold=True)
    for text in (sheet.regulation, sheet.basis):
        _line(document.add_paragraph(), text, Pt(9), BODY)
    table = _table(document)
    for name, rows, _whole in sheet.rows():
        _block(table, name)
        for row in rows:
            _row(table.add_row(), row)
    if sheet.copies:
        _write(document.add_paragraph(), f"分送：{sheet.copy_words}", Pt(9.5), BODY)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def code_png(address: str) -> io.BytesIO:
    """Return the code that opens the case as a picture."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="png", scale=6, border=1)
    file.seek(0)
    return file


def plain(text: str) -> str:
    """Return a text as XML can hold it; other characters become U+FFFD."""
    return ILLEGAL_CHARACTERS_RE.sub("�", text)


def _page(document, sheet: Sheet) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = Mm(16)
    section.bottom_margin = Mm(18)
    head = section.header.paragraphs[0]
    head.alignment, head.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.RIGHT, Pt(6)
    head.add_run().add_picture(code_png(sheet.address), width=Mm(16))
    foot = section.footer.paragraphs[0]
    _write(
        foot, f"{sheet.number}　{sheet.printed} 打印　扫码查看案件（须有权限）　第 ", Pt(8), BODY
    )
    _field(foot, "PAGE")
    _write(foot, " 页，共 ", Pt(8), BODY)
    _field(foot, "NUMPAGES")
    _write(foot, " 页", Pt(8), BODY)


def _table(document) -> Table:
    table = document.add_table(rows=0, cols=len(WIDTHS))
    table.style, table.autofit = "Table Grid", False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    return table


def _block(table: Table, name: str) -> None:
    row = table.add_row()
    cell = row.cells[0].merge(row.cells[-1])
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), SHADE)
    cell._tc.get_or_add_tcPr().append(shade)
    _write(cell.paragraphs[0], name, Pt(10.5), HEAD, bold=True)
    cell.paragraphs[0].paragraph_format.keep_with_next = True


def _row(row: _Row, blanks: tuple[Filled, ...]) -> None:
    cells = row.cells
    for cell, width in zip(cells, WIDTHS, strict=True):
        cell.width = width
    if len(blanks) == 1:
        _fill(cells[0], cells[1].merge(cells[3]), blanks[0])
        return
    for place, blank in enumerate(blanks):
        _fill(cells[2 * place], cells[2 * place + 1], blank)


def _fill(label: _Cell, value: _Cell, blank: Filled) -> None:
    _line(label.paragraphs[0], blank.name, Pt(9), BODY)
    lines = blank.words.split("\n")
    if blank.long and not blank.text:
        lines += ["", ""]
    for place, text in enumerate(lines):
        paragraph = value.paragraphs[0] if place == 0 else value.add_paragraph()
        _write(paragraph, text, Pt(10.5), BODY)


def _line(paragraph: Paragraph, text: str, size: Pt, font: str, *, bold: bool = False) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, size, font, bold=bold)


def _write(paragraph: Paragraph, text: str, size: Pt, font: str, *, bold: bool = False) -> None:
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(plain(text))
    run.font.size, run.font.name, run.bold = size, "Times New Roman", bold
    properties = run._r.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), font)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
