"""A list of the admin as a workbook; what somebody has typed stays text."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localtime
from openpyxl import Workbook

from workbooks.cells import header_cell, typed_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """Return rows below a header as a download; moments are local."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append([header_cell(sheet, str(word)) for word in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    answer = HttpResponse(content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    book.save(answer)
    return answer


def _cell(sheet, value: Any):
    if isinstance(value, datetime):
        return typed_cell(sheet, localtime(value).replace(tzinfo=None), "datetime")
    if isinstance(value, date):
        return typed_cell(sheet, value, "date")
    return typed_cell(sheet, value, "text")
