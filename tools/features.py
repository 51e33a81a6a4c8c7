"""Which test proves which row of the feature matrix: reads the tests' markers, writes the page.

uv run python -m tools.features            write docs/coverage.md
uv run python -m tools.features --check    exit 1 if the page is not what the tests say
uv run python -m tools.features --missing MATRIX.md [AREA …]
                                           rows of those areas that no test proves yet
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "coverage.md"
NUMBER = re.compile(r"F\d{3}")
ROW = re.compile(r"^\| (F\d{3}) \| (.+?) \| .*? \| (\w+) \| (.+) \|$")
HEAD = """# Which test proves which capability

Written by `uv run python -m tools.features` from the markers `@pytest.mark.feature("F…")`; the numbers are the
rows of the feature matrix. {count} rows have a test.

| row | tests |
|---|---|
"""


def found() -> dict[str, list[str]]:
    """Return the tests that name each row, as `path::test`, in order."""
    rows: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        where = path.relative_to(ROOT).as_posix()
        for number, test in _named(ast.parse(path.read_text(encoding="utf-8"))):
            if f"{where}::{test}" not in rows[number]:
                rows[number].append(f"{where}::{test}")
    return dict(sorted(rows.items()))


def _named(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (row, test) for each test of a module whose decorators name rows."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                for call in ast.walk(decorator):
                    for number in _numbers(call):
                        yield number, node.name


def _numbers(node: ast.AST) -> list[str]:
    """Return the rows that a call of `pytest.mark.feature` names, none for anything else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return []
    if node.func.attr != "feature":
        return []
    return [a.value for a in node.args if isinstance(a, ast.Constant) and NUMBER.fullmatch(a.value)]


def page() -> str:
    """Return the page as the tests want it."""
    rows = found()
    lines = [f"| {number} | {'<br>'.join(f'`{t}`' for t in rows[number])} |" for number in rows]
    return HEAD.format(count=len(rows)) + "\n".join(lines) + "\n"


def missing(matrix: Path, areas: list[str]) -> list[str]:
    """Return the rows of some areas (all if none is named) that no test proves."""
    proved = found()
    rows = [ROW.match(line) for line in matrix.read_text(encoding="utf-8").splitlines()]
    return [
        f"{row[1]} {row[3]}: {row[2]} — {row[4]}"
        for row in rows
        if row and row[1] not in proved and (not areas or row[3] in areas)
    ]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--missing"]:
        lines = missing(Path(arguments[1]), arguments[2:])
        print("\n".join([*lines, f"{len(lines)} rows without a test"]))
        return 0
    if arguments == ["--check"]:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print("docs/coverage.md is up to date" if current else "docs/coverage.md is stale")
        return 0 if current else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
