"""The ledger as a resource of django-import-export, and its formats.

`export` gathers a dataset, as the library does; `write` hands row after row to a format, so that
memory stays flat however many cases there are. Both draw the same columns.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.resources import ModelResource

from complaints.models import Complaint
from reports.columns import STANDARD, Column, columns
from reports.entries import Entry, Shape, Shown, entries, nothing, shape_of
from workbooks.cells import csv_field
from workbooks.streaming import Head, write_sheet


class ColumnField(Field):
    """A ledger column as a field of the resource."""

    def __init__(self, column: Column):
        super().__init__(column_name=column.header, readonly=True)
        self.column = column

    def export(self, instance: Entry, **kwargs) -> Any:
        return self.column.value(instance)


class ComplaintResource(ModelResource):
    """One row for each case. Rows come in through `reports.importing` alone."""

    class Meta:
        model = Complaint
        fields = ()

    def __init__(self, shape: Shape = STANDARD, shown: Shown = nothing, **options):
        super().__init__(**options)
        self.shown = shown
        self.columns = columns(shape)
        self.fields = {column.name: ColumnField(column) for column in self.columns}

    @classmethod
    def for_cases(cls, cases: QuerySet[Complaint], shown: Shown = nothing) -> "ComplaintResource":
        """Return the resource with the clocks that the regulations of these cases set."""
        return cls(shape_of(cases), shown)

    def iter_queryset(self, queryset: QuerySet[Complaint]) -> Iterator[Entry]:
        return entries(queryset, self.shown)

    def rows(self, cases: QuerySet[Complaint]) -> Iterator[list[Any]]:
        """Yield the values of one case after the other."""
        for entry in self.iter_queryset(cases):
            yield [column.value(entry) for column in self.columns]

    def before_import(self, dataset, **kwargs):
        raise ImproperlyConfigured("cases are imported by manage.py import_ledger")


class LedgerXlsx(base_formats.XLSX):
    """A workbook with typed cells in which no text is ever a formula."""

    def __init__(self, ledger: Sequence[Column]):
        super().__init__()
        self.ledger = ledger

    def can_import(self):
        return False

    def export_data(self, dataset, **kwargs) -> bytes:
        file = io.BytesIO()
        self.write(dataset, file)
        return file.getvalue()

    def write(
        self,
        rows: Iterable[Sequence[Any]],
        file: BinaryIO,
        advance: Callable[[], Any] = lambda: None,
    ) -> int:
        """Write the rows to a file, calling `advance` after each; return how many there were."""
        heads = [Head(column.header, column.type, column.width) for column in self.ledger]
        return write_sheet(file, _("台账"), heads, rows, advance)


class LedgerCsv(base_formats.CSV):
    """Comma-separated text that Excel opens as Chinese, dangerous text behind an apostrophe."""

    def __init__(self, ledger: Sequence[Column]):
        super().__init__()
        self.ledger = ledger

    def can_import(self):
        return False

    def export_data(self, dataset, **kwargs) -> str:
        file = io.BytesIO()
        self.write(dataset, file)
        return file.getvalue().decode("utf-8-sig")

    def write(
        self,
        rows: Iterable[Sequence[Any]],
        file: BinaryIO,
        advance: Callable[[], Any] = lambda: None,
    ) -> int:
        """Write the rows to a file, calling `advance` after each; return how many there were."""
        file.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow([csv_field(column.header) for column in self.ledger])
        count = 0
        for row in rows:
            writer.writerow(map(csv_field, row))
            count += 1
            advance()
        text.detach()
        return count


FORMATS: dict[str, type[LedgerXlsx] | type[LedgerCsv]] = {"xlsx": LedgerXlsx, "csv": LedgerCsv}


def write_ledger(
    cases: QuerySet[Complaint],
    file: BinaryIO,
    format_name: str = "xlsx",
    advance: Callable[[], Any] = lambda: None,
    shown: Shown = nothing,
) -> int:
    """Write the ledger of these cases to a file; return how many rows it has."""
    resource = ComplaintResource.for_cases(cases, shown)
    return FORMATS[format_name](resource.columns).write(resource.rows(cases), file, advance)
