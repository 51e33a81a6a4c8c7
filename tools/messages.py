"""The message catalogues: find every visible text, keep the English catalogue complete, compile it.

    uv run python -m tools.messages            update locale/en and compile it
    uv run python -m tools.messages --check    say what is missing; exit 1 if anything is

Babel does the work, so no gettext programs are needed on the machine.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = extract.DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# %(name)s, %s and %% as Python writes them, {name} and {name:02} as format() does.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[a-zA-Z%]|\{\w*(?:[.!:\[][^{}\s]*)?\}")


def sources() -> list[Path]:
    """Return the project's Python files and templates, tests left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.txt"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    skipped = ("tests/", "tools/", "static/", "docs/")
    return [ROOT / name for name in sorted(listed) if not name.startswith(skipped)]


def found() -> Catalog:
    """Return all messages of the sources, with where they stand."""
    catalog = Catalog(locale="en", project="bihuan", charset="utf-8")
    for path in sources():
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        for line, message, comments, context in _messages(path):
            where = (path.relative_to(ROOT).as_posix(), line)
            catalog.add(message, locations=[where], auto_comments=comments, context=context)
    return catalog


def _messages(path: Path) -> Iterator[tuple]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What templatize blanks out keeps its indentation, which Python would read as blocks.
        text = "\n".join(map(str.strip, templatize(text, origin=str(path)).splitlines()))
    stream = BytesIO(text.encode())
    return extract.extract("python", stream, KEYWORDS, options={"encoding": "utf-8"})


def stored() -> Catalog:
    """Return the English catalogue as it is in the project."""
    if not PO.exists():
        return Catalog(locale="en", project="bihuan", charset="utf-8")
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="en")


def update() -> Catalog:
    """Bring the English catalogue up to date; texts no longer used go, translations stay."""
    catalog = stored()
    catalog.update(found(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        pofile.write_po(file, catalog, sort_output=True, omit_header=False, include_lineno=False)
    with PO.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, catalog)
    return catalog


def faults() -> list[str]:
    """Return every text whose English is missing, stale or altered, and whether all is compiled."""
    english = stored()
    wanted = {(m.id, m.context) for m in found() if m.id}
    there = {(m.id, m.context) for m in english if m.id}
    lacking = [f"not in the catalogue: {key[0]}" for key in wanted - there]
    stale = [f"no longer used: {key[0]}" for key in there - wanted]
    empty = [f"not translated: {m.id}" for m in english if m.id and not _translated(m)]
    problems = sorted(map(str, lacking + stale + empty)) + altered(english)
    return problems if _compiled(english) else [*problems, "django.mo is stale"]


def altered(catalog: Catalog) -> list[str]:
    """Return every translation that lacks a placeholder of its original or has one too many."""
    return [
        f"other placeholders than the original: {_forms(message.id)[0]} → {string}"
        for message in catalog
        if message.id
        for string in _forms(message.string)
        if string and placeholders(string) != placeholders(_forms(message.id)[0])
    ]


def placeholders(text: str) -> list[str]:
    """Return what Python fills in when it formats a text, in order of name."""
    return sorted(PLACEHOLDER.findall(text))


def _compiled(catalog: Catalog) -> bool:
    compiled = BytesIO()
    mofile.write_mo(compiled, catalog)
    mo = PO.with_suffix(".mo")
    return mo.exists() and mo.read_bytes() == compiled.getvalue()


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return a text's forms: one, or singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _translated(message) -> bool:
    return bool(message.string) and all(_forms(message.string))


def main() -> int:
    if "--check" in sys.argv:
        problems = faults()
        print("\n".join(problems) or "all texts have their English")
        return 1 if problems else 0
    catalog = update()
    missing = [m.id for m in catalog if m.id and not _translated(m)]
    print(f"{len(catalog)} texts, {len(missing)} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
