"""The statement of a closed month as a workbook, as a PDF, and as a posting file for payroll."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts import access, access_log
from accounts.access import Situation
from accounts.middleware import address_of
from accounts.models import AccessEntry
from penalties import statements
from penalties.models import Month
from penalties.views.months import span_of, unit_of, visible_places, visible_postings
from workbooks.cells import csv_field, header_cell, text_cell, typed_cell

STYLE = Path(__file__).with_name("statement.css")


def statement_export(request, month):
    """Send the statement of a closed month, as far as this person may see it.

    `format` is xlsx, pdf, or for HR csv: what payroll posts.
    """
    makers: dict[str, tuple[str, Callable[[dict], bytes]]] = {
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook,
        ),
        "pdf": ("application/pdf", pdf),
        "csv": ("text/csv; charset=utf-8", payroll),
    }
    name = request.GET.get("format", "xlsx")
    if name not in makers:
        raise BadRequest(_("只能导出为 xlsx、pdf 或 csv。"))
    span, unit, actor = span_of(month), unit_of(request), request.user.actor
    closed = get_object_or_404(
        Month.objects.select_related("closed_by"), unit=unit, first=span.first
    )
    situation = Situation(unit=unit.pk, owner=unit.pk)
    if name == "csv" and not access.may(actor, "month_closed", situation).allowed:
        access_log.refused(actor=request.user, address=address_of(request), page="payroll")
        raise PermissionDenied
    rows = statements.lines(visible_postings(actor, closed))
    awards = closed.awards.filter(department__in=visible_places(actor, unit))
    data = {
        "span": span,
        "unit": unit,
        "closed": closed,
        "rows": rows,
        "total": sum((row.amount for row in rows), statements.NOTHING),
        "people": statements.by_person(rows, span),
        "departments": statements.by_department(rows),
        "awards": list(awards.select_related("department").order_by("department")),
    }
    content_type, make = makers[name]
    answer = HttpResponse(make(data), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="statement-{span}.{name}"'
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "statement_export", "format": name, "rows": len(rows)},
    )
    return answer


def workbook(data: dict) -> bytes:
    """Return the statement as a workbook: lines, people, departments, rewards; each with its sum."""
    book = Workbook(write_only=True)
    _sheet(
        book,
        _("明细"),
        [_("案件"), _("违规情形"), _("依据"), _("人员"), _("部门"), _("发生"), _("第几天"), _("金额（元）"), _("处分"), _("更正月份")],
        [
            [r.number, r.what, r.clause, r.person, r.department, f"{localtime(r.incurred_at):%Y-%m-%d %H:%M}",
             r.day, r.amount, r.sanction, r.corrects]
            for r in data["rows"]
        ],
        total=7,
    )  # fmt: skip
    for title, head, totals in (
        (_("按人"), _("人员"), data["people"]),
        (_("按部门"), _("部门"), data["departments"]),
    ):
        lines = [[t.name, len(t.lines), t.amount] for t in totals]
        _sheet(book, title, [head, _("项数"), _("金额（元）")], lines, total=2)
    awards = [[a.department.name, a.score, a.amount] for a in data["awards"]]
    _sheet(book, _("奖励"), [_("部门"), _("综合评分"), _("金额（元）")], awards, total=2)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(
    book: Workbook, title: str, head: Sequence[str], rows: Sequence[list], total: int
) -> None:
    """Write a sheet; the last line sums the column `total`, as a number that no program changes."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append([header_cell(sheet, text) for text in head])
    for row in rows:
        sheet.append(
            [typed_cell(sheet, v, "text" if isinstance(v, str) else "number") for v in row]
        )
    last: list = [None] * len(head)
    last[0] = text_cell(sheet, _("合计"))
    last[total] = sum((row[total] for row in rows), statements.NOTHING)
    sheet.append(last)


def pdf(data: dict) -> bytes:
    """Return the statement as a PDF; nothing is fetched for it.

    The library is loaded here: without the system's pango everything but the PDF works.
    """
    from weasyprint import CSS, HTML

    page = render_to_string("penalties/statement.html", data)
    return HTML(string=page, base_url="about:blank").write_pdf(stylesheets=[CSS(STYLE)])


PAYROLL = ("kind", "username", "name", "department", "month", "amount")


def payroll(data: dict) -> bytes:
    """Return a line for each person with a sum to deduct and for each department with a reward.

    `kind` is deduction or reward; the amount in CNY is what is deducted or paid, and negative where
    an earlier month is corrected. Whom in a department a reward goes to, payroll knows.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(PAYROLL)
    for row in _payroll_rows(data):
        writer.writerow([*map(csv_field, row[:-1]), row[-1]])
    return file.getvalue().encode("utf-8-sig")


def _payroll_rows(data: dict) -> Iterator[list[str]]:
    month = str(data["span"])
    for total in data["people"]:
        if total.key is not None and total.amount:
            person, place = total.lines[0].entry.person, total.lines[0].department
            amount = f"{total.amount:.2f}"
            yield ["deduction", person.username, total.name, place, month, amount]
    for award in data["awards"]:
        if award.amount:
            yield ["reward", "", "", award.department.name, month, f"{award.amount:.2f}"]
