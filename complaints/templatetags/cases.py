"""The rows of a table of cases, and one deadline wherever it stands.

They are printed here and not by templates: fifty rows of eight cells took most of the time in which a
list was made.
"""

from collections.abc import Collection, Iterable, Mapping
from string import Formatter
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.presenting import Deadline

register = template.Library()
NOTHING = format_html('<span class="none">{}</span>', "—")
# Column → its cell, in the order of complaints.columns.COLUMNS; the values of a row are escaped.
CELLS: Mapping[str, str] = {
    "tick": '<td class="tick"><input type="checkbox" name="case" value="{value}" form="{ticks}"'
    ' aria-label="{select} {number}"></td>',
    "number": '<td class="number"><a href="{url}" data-open>{number}</a></td>',
    "subject": '<td class="subject"><a href="{url}" title="{subject}" tabindex="-1">{subject}</a>'
    "<small>{customer}{origin}</small></td>",
    "category": '<td class="category" title="{category}">{category}</td>',
    "grade": '<td class="grade">{grade}</td>',
    "state": '<td class="stage"><span class="state {state}">{state_label}</span></td>',
    "place": '<td class="place">{department}<small>{handler}</small></td>',
    "received": '<td class="plain">{received_at}</td>',
    "channel": '<td class="plain">{channel}</td>',
    "project": '<td class="plain" title="{project}">{project}</td>',
    "regulation": '<td class="plain" title="{regulation}">{regulation}</td>',
    "due": '<td class="due">{due}</td>',
}


@register.simple_tag
def deadline(clock: Deadline, named: bool = False) -> SafeString:
    """Return one deadline as words and a bar; `named` also shows which stage it is."""
    due = f" · {_('到期')} {clock.due_at}" if clock.due_at else ""
    bar = format_html('<span class="bar p{}" aria-hidden="true"></span>', clock.percent)
    return format_html(
        '<span class="clock {}" title="{}{} · {}"><span class="clock-words">{}{}</span>{}</span>',
        clock.tone,
        clock.label,
        due,
        clock.basis,
        format_html("<small>{}</small> ", clock.label) if named else "",
        clock.words,
        bar if clock.due_at else "",
    )


@register.simple_tag
def case_rows(
    rows: Iterable[Mapping[str, Any]], columns: Collection[str], ticks: str = ""
) -> SafeString:
    """Return rows of complaints.views.lists.case_rows as rows of a table with some columns.

    With `ticks` each can be ticked for the form of that id.
    """
    shown = {*columns, "tick"} if ticks else {*columns}
    cells = "".join(cell for name, cell in CELLS.items() if name in shown)
    row_format = f"<tr data-row>{cells}</tr>\n"
    used = {name for _text, name, *_rest in Formatter().parse(row_format) if name}
    same = {"ticks": ticks, "select": _("选择")}
    every = (row | _tags(row) | same for row in rows)
    return format_html_join("", row_format, ({name: row[name] for name in used} for row in every))


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what of a row is more than a word."""
    grade = '<span class="tag grade{}">{}</span>'
    return {
        "origin": format_html(' <span class="tag">{}</span>', row["origin"])
        if row["origin"]
        else "",
        "grade": format_html(grade, row["grade_rank"], row["grade"]) if row["grade"] else "",
        "department": row["department"] or NOTHING,
        "due": deadline(row["clock"], True) if row["clock"] else NOTHING,
    }
