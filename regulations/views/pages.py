"""The pages of an edition: clause by clause, clocks, grades, signing, penalties, terms."""

from collections import Counter
from io import BytesIO

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulations.engine.pack import Fact
from regulations.lines import SECTIONS, Line, by_fact, by_section
from regulations.matrix import clock_matrix
from regulations.views.editions import Edition, edition_for, page
from regulations.views.tables import table, tables
from regulations.words import FACT_KINDS
from regulations.workbook import write_workbook

# Which sections stand on which page; every section stands on one of them.
ON_PAGE = {
    "clocks": ("pauses", "openings", "clock_categories"),
    "grades": ("lifts", "urgencies", "manual_grade"),
    "signing": (
        "reports",
        "tasks",
        "approvals",
        "extensions",
        "extension_reason",
        "assignment",
        "touch_points",
        "subtasks",
        "records",
        "added",
        "single",
        "screening",
        "closing",
        "gates",
        "verifications",
        "demands",
        "survey",
        "periodic",
        "tallies",
        "rate",
    ),
    "penalties": ("penalties", "rewards", "scoring", "flags"),
    "terms": (
        "readings",
        "categories",
        "validity",
        "validity_questions",
        "intake",
        "numbering",
        "forms",
        "replies",
        "conduct",
        "retention",
        "channels",
        "customer_kinds",
        "lists",
        "departments",
        "posts",
        "control",
    ),
}


def clauses(request, code, slug):
    """Show every fact of the pack in its order, with what the system makes of it."""
    edition = edition_for(request, code, slug)
    kind = request.GET.get("kind", "")
    counts = Counter(fact.kind for fact in edition.pack.facts.values())
    said = by_fact(edition.lines)
    context = {
        "rows": [
            _clause(fact, said.get(fact.id, []), edition)
            for fact in edition.pack.facts.values()
            if kind not in counts or fact.kind == kind
        ],
        "kinds": [
            {
                "key": key,
                "label": FACT_KINDS.get(key, key),
                "count": counts[key],
                "here": key == kind,
            }
            for key in FACT_KINDS
            if key in counts
        ],
        "count": len(edition.pack.facts),
        "narrowed": kind in counts,
    }
    return render(request, "regulations/clauses.html", page(edition, "clauses", **context))


def _clause(fact: Fact, lines: list[Line], edition: Edition) -> dict:
    return {
        "id": fact.id,
        "clause": fact.clause,
        "kind": FACT_KINDS.get(fact.kind, fact.kind),
        "line": fact.line,
        "rules": [
            {
                "section": SECTIONS[line.section].label,
                "pairs": line.pairs(),
                "in_use": line.in_use,
            }
            for line in lines
        ],
        "unused": edition.pack.unused.get(fact.id, ""),
    }


def clocks(request, code, slug):
    """Show the clocks as a matrix: stages down, grades across."""
    edition = edition_for(request, code, slug)
    context = {
        "matrix": clock_matrix(edition.pack),
        "tables": tables(edition.lines, ON_PAGE["clocks"]),
    }
    return render(request, "regulations/clocks.html", page(edition, "clocks", **context))


def grades(request, code, slug):
    """Show what gives each grade, from the highest to the lowest."""
    edition = edition_for(request, code, slug)
    lines = by_section(edition.lines).get("grades", [])
    levels = [
        {
            "name": level.name,
            "source": level.source,
            "only": next((one.cells[2] for one in lines if one.key == f"{level.name}|"), ""),
            "table": table("grades", _criteria(level.name, lines), 1),
        }
        for level in reversed(edition.pack.grades)
    ]
    context = {"levels": levels, "tables": tables(edition.lines, ON_PAGE["grades"])}
    return render(request, "regulations/grades.html", page(edition, "grades", **context))


def _criteria(grade: str, lines: list[Line]) -> list[Line]:
    """Return what gives a grade; that there is such a grade stands above it."""
    return [one for one in lines if one.cells[0] == grade and one.key != f"{grade}|"]


def signing(request, code, slug):
    """Show who is told, who signs, and what closing needs."""
    return _tables(request, code, slug, "signing")


def penalties(request, code, slug):
    """Show what a lapse costs and what a score earns."""
    return _tables(request, code, slug, "penalties")


def terms(request, code, slug):
    """Show the readings taken, what the regulation's terms mean here, and what is filled in."""
    edition = edition_for(request, code, slug)
    bindings = []
    if edition.version is not None:
        bindings = edition.version.bindings.select_related("department").order_by("sort", "pk")
    context = {"tables": tables(edition.lines, ON_PAGE["terms"]), "bindings": bindings}
    return render(request, "regulations/terms.html", page(edition, "terms", **context))


def _tables(request, code, slug, here):
    edition = edition_for(request, code, slug)
    context = {"tables": tables(edition.lines, ON_PAGE[here])}
    return render(request, "regulations/tables.html", page(edition, here, **context))


def workbook(request, code, slug):
    """Send the edition as a workbook that its owner can check against the paper."""
    edition = edition_for(request, code, slug)
    file = BytesIO()
    write_workbook(edition.pack, file)
    file.seek(0)
    name = _("制度核对_%(code)s_%(slug)s") % {"code": edition.code, "slug": edition.slug}
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def pack(request, code, slug):
    """Send the pack's own text, to be worked on and uploaded as the next version."""
    edition = edition_for(request, code, slug)
    response = HttpResponse(edition.text, content_type="application/yaml; charset=utf-8")
    name = f"{edition.code}-{edition.slug}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
