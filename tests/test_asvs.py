"""The table of docs/asvs.md is whole and names tests that exist."""

import re
from collections import Counter
from functools import cache

from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "asvs.md"
# The numbers of levels 1 and 2 in 4.0.3; what is missing was deleted there or is of level 3.
NUMBERS = """
1.1.1-7 1.2.1-4 1.4.1 1.4.4-5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2 1.14.1-6
2.1.1-12 2.2.1-3 2.3.1-3 2.4.1-5 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3 2.10.1-4
3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3 3.7.1
4.1.1-3 4.1.5 4.2.1-2 4.3.1-3
5.1.1-5 5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4
6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2
7.1.1-4 7.2.1-2 7.3.1 7.3.3-4 7.4.1-3
8.1.1-4 8.2.1-3 8.3.1-8
9.1.1-3 9.2.1-4
10.2.1-2 10.3.1-3
11.1.1-8
12.1.1-3 12.2.1 12.3.1-6 12.4.1-2 12.5.1-2 12.6.1
13.1.1 13.1.3-5 13.2.1-3 13.2.5-6 13.3.1-2 13.4.1-2
14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7 14.5.1-4
"""
STATE = re.compile(r"pass|not applicable, because \S.*|open: \S.*")


def wanted() -> list[str]:
    """Return all numbers, in their order."""
    found = []
    for one in NUMBERS.split():
        first, _dash, last = one.partition("-")
        section, _dot, number = first.rpartition(".")
        found += [f"{section}.{n}" for n in range(int(number), int(last or number) + 1)]
    return found


def rows(text: str) -> list[list[str]]:
    """Return the cells of each row: number, requirement, state, what shows it."""
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def source(path: str) -> str:
    file = settings.BASE_DIR / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def exists(proof: str) -> bool:
    """Say whether a test, a check in the source, or words of the build are there."""
    path, _colons, name = proof.partition("::")
    if path == ".ci/run":
        return bool(name) and name in source(path)
    return bool(re.search(rf"^def {re.escape(name)}\(", source(path), re.MULTILINE))


def faults(text: str) -> list[str]:
    """Return what is wrong with a table."""
    table = rows(text)
    found = [f"four cells: {row}" for row in table if len(row) != 4]
    table = [row for row in table if len(row) == 4]
    numbers = Counter(row[0] for row in table)
    found += [f"missing {one}" for one in wanted() if one not in numbers]
    found += [f"unknown {one}" for one in numbers if one not in wanted()]
    found += [f"doubled {one}" for one, count in numbers.items() if count > 1]
    for number, words, state, proof in table:
        named = re.findall(r"`([^`]+)`", proof)
        if not words or not STATE.fullmatch(state):
            found.append(f"state of {number}: {state}")
        if (state == "pass") != bool(named):
            found.append(f"{number} is {state} and names {named or 'nothing'}")
        found += [f"{number} names {one}, which is not there" for one in named if not exists(one)]
        words_only = re.findall(r"tests/[\w/]+\.py", state)
        found += [f"{number}: no {one}" for one in words_only if not source(one)]
    return found


def test_each_requirement_has_a_row_and_each_pass_a_test():
    assert len(wanted()) == 259
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_a_faulty_table_is_told():
    rows = (
        "| 1.1.1 | a | pass | |",
        "| 1.1.2 | a | pass | `tests/test_asvs.py::test_gone` |",
        "| 1.1.2 | a | open: x | |",
        "| 1.1.3 | a | open: | |",
        "| 1.1.4 | a | not applicable, because x | `tests/test_asvs.py::test_gone` |",
        "| 1.1.5 | a | pass | `.ci/run::no such words` |",
        "| 1.4.2 | a | open: tests/test_gone.py | |",
        "| 1.1.6 | a | pass | `tests/test_asvs.py::test_a_faulty_table_is_told` |",
    )
    found = [one for one in faults("\n".join(rows)) if not one.startswith("missing")]
    assert found == [
        "unknown 1.4.2",
        "doubled 1.1.2",
        "1.1.1 is pass and names nothing",
        "1.1.2 names tests/test_asvs.py::test_gone, which is not there",
        "state of 1.1.3: open:",
        "1.1.4 is not applicable, because x and names ['tests/test_asvs.py::test_gone']",
        "1.1.4 names tests/test_asvs.py::test_gone, which is not there",
        "1.1.5 names .ci/run::no such words, which is not there",
        "1.4.2: no tests/test_gone.py",
    ]
