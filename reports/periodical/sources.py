"""Complaints as a source on products: how many by product, category and cause, as a workbook."""

import io
from collections import Counter

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from complaints.models import Particulars
from reports.briefing.forms import ScopeForm
from reports.briefing.scope import COUNTED, Scope
from reports.briefing.views import scope_of
from reports.models import CaseFigure
from workbooks.cells import header_cell, typed_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sources_export(request):
    """Send the valid complaints of a scope by product, category and cause; who did is in the access log."""
    scope = scope_of(request, ScopeForm(request.GET, request.user.actor))
    rows = by_product(scope)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "sources_export", "rows": len(rows)},
    )
    answer = HttpResponse(workbook(rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="sources-{scope.until:%Y-%m}.xlsx"'
    return answer


def by_product(scope: Scope) -> list[tuple[str, str, str, int]]:
    """Return (product, category, cause, count) of a scope's valid complaints, the most frequent first.

    The product is what was entered under the pack's intake field of that key, "" where it has none.
    """
    figures = scope.within(CaseFigure.objects.filter(COUNTED["valid"]))
    known = {
        pk: (category, cause)
        for pk, category, cause in figures.values_list("pk", "category", "cause")
    }
    products = dict(
        Particulars.objects.filter(case__in=figures.values("pk")).values_list(
            "case", "more__product"
        )
    )
    counts = Counter((products.get(pk) or "", *rest) for pk, rest in known.items())
    return [
        (*key, count) for key, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    ]


def workbook(rows: list[tuple[str, str, str, int]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("产品与原因"))
    sheet.freeze_panes = "A2"
    heads = (_("产品"), _("类别"), _("根本原因"), _("件数"))
    sheet.append([header_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append(
            [typed_cell(sheet, v, "text" if isinstance(v, str) else "number") for v in row]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
