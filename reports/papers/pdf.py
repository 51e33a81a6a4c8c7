"""A form as a PDF; nothing is fetched for it."""

from pathlib import Path
from typing import NoReturn

import segno
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from reports.papers.sheet import Sheet

STYLE = Path(__file__).with_name("paper.css")


def as_pdf(sheet: Sheet) -> bytes:
    """Return the form on A4, long texts over several pages.

    The library is loaded here: without the system's pango everything but the PDF works.
    """
    from weasyprint import CSS, HTML

    # Drawn by segno of an address alone: it holds no word of anybody.
    code = mark_safe(segno.make(sheet.address, error="m").svg_inline(border=1))  # noqa: S308
    page = render_to_string("reports/paper.html", {"sheet": sheet, "code": code})
    return HTML(string=page, base_url="about:blank", url_fetcher=_fetch_nothing).write_pdf(
        stylesheets=[CSS(STYLE)]
    )


def _fetch_nothing(url: str, *args, **options) -> NoReturn:
    raise ValueError(f"a form fetches nothing, not {url}")
