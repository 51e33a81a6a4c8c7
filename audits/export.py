"""A list of the admin as a workbook: its own columns, and what somebody has typed stays text."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from workbooks.cells import header_cell, typed_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Exported(admin.ModelAdmin):
    """Offers the rows that are chosen, in the columns of the list; lists show no free text."""

    actions = ["export"]

    @admin.action(description=_("导出为 Excel"))
    def export(self, request, rows) -> HttpResponse:
        columns = list(self.get_list_display(request))
        header = [label_for_field(name, self.model, self) for name in columns]
        table = ([self._value(row, name) for name in columns] for row in rows)
        return workbook(self.opts.model_name or "", header, table)

    def _value(self, row, name: str) -> Any:
        field, _attribute, value = lookup_field(name, row, self)
        if field is not None and field.flatchoices:
            return dict(field.flatchoices).get(value, value)
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return value


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
    return typed_cell(sheet, None if value is None else strip_tags(str(value)), "text")
