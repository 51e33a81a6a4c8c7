"""The packs against the regulations' lists of facts."""

import re

import pytest

from regulations.engine.reading import MUST_BE_CITED
from tests.engine.cases import SHARED, pack

CODES = ["dali-tourism", "tobacco-2026"]
ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.*?) \| .* \| (\w+) \|$")
here = pytest.mark.skipif(not (SHARED / "regulations").exists(), reason="no lists of facts here")


def listed(code):
    """Return (clause, kind) by id, as the regulation's file has them."""
    text = (SHARED / "regulations" / f"{code}.md").read_text(encoding="utf-8")
    table = text.split("## Facts")[1].split("\n## ")[0]
    rows = [ROW.match(line) for line in table.splitlines()]
    return {row[1]: (row[2], row[3]) for row in rows if row}


@here
@pytest.mark.parametrize("code", CODES)
def test_every_fact_that_must_be_cited_is_in_the_pack(code):
    wanted = {name for name, (_, kind) in listed(code).items() if kind in MUST_BE_CITED}
    assert len(wanted) > 20
    assert wanted <= set(pack(code).facts)


@here
@pytest.mark.parametrize("code", CODES)
def test_facts_have_their_kind_and_clause(code):
    source = listed(code)
    for name, fact in pack(code).facts.items():
        clause, kind = source[name]
        assert fact.kind == kind, name
        assert re.sub(r"[,、 ]", "", fact.clause) == re.sub(r"[,、 ]", "", clause), name


@pytest.mark.parametrize("code", CODES)
def test_unused_facts_give_their_reason(code):
    assert all(len(reason) > 5 for reason in pack(code).unused.values())


def test_terms_resolve_through_their_aliases():
    assert pack().department("工程技术部") == "项目工程部"
    assert pack().department("客服部") == "客户服务部"
    assert pack().post("客户服务部负责人") == "客服部负责人"
    assert pack().department("没有这个部门") is None


def test_basis_names_the_regulation_the_clause_and_the_line():
    basis = pack().basis(("DALI-107",))
    assert basis.startswith("大理文旅 7.4 ")
    assert "当日" in basis


def test_figures_of_the_house_are_marked_as_settings():
    assert pack().numbering.setting
    assert {row.key for row in pack().readings if row.setting} >= {"warn_before", "repair_standard"}
    assert not pack("tobacco-2026").numbering.setting


def test_number_pattern():
    pattern = pack("tobacco-2026").numbering.pattern
    assert pattern.format(year=2026, month=3, serial=7) == "2026030007"
