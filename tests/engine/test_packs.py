"""The packs against the regulations' lists of facts."""

import re
from datetime import date

import pytest

from regulations.builtin import codes
from regulations.coverage import coverage
from regulations.engine.calendar import official
from regulations.engine.judge import judge
from regulations.engine.reading import MUST_BE_CITED, read_pack
from tests.engine.cases import PACKS, ROOT, SHARED, at, estate, pack

CODES = [
    "airport-group",
    "auto-4s",
    "changan-suzuki",
    "claims-sheet",
    "dali-tourism",
    "dealer-policy",
    "food-factory",
    "fudi-auto",
    "general-enterprise",
    "grading-solar",
    "qe-manufacturing",
    "sales-service-procedure",
    "tobacco-2026",
    "tobacco-marketing",
]
ROW = re.compile(r"^\| ([A-Z0-9]+-\d+) \| (.*?) \| .* \| (\w+) \|$")
here = pytest.mark.skipif(not (SHARED / "regulations").exists(), reason="no lists of facts here")


def listed(code):
    """Return (clause, kind) by id, as the regulation's file has them."""
    text = (SHARED / "regulations" / f"{code}.md").read_text(encoding="utf-8")
    table = text.split("## Facts")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    rows = [ROW.match(line) for line in lines]
    assert all(rows)
    return {row[1]: (row[2], row[3]) for row in rows}


def test_every_pack_is_tested():
    assert codes() == CODES


@here
@pytest.mark.parametrize("code", CODES)
def test_the_pack_lists_the_facts_of_the_regulation_and_no_other(code):
    wanted = listed(code)
    assert len(wanted) > 15
    assert list(pack(code).facts) == list(wanted)


@pytest.mark.parametrize("code", CODES)
def test_each_fact_is_used_or_says_why_not(code):
    found = pack(code)
    wanted = {name for name, fact in found.facts.items() if fact.kind in MUST_BE_CITED}
    assert wanted <= found.cited | set(found.unused)
    assert found.cited.isdisjoint(found.unused)


def test_the_page_of_the_coverage_is_that_of_the_packs():
    """If this fails, run `manage.py regulation coverage > docs/regulation-coverage.md`."""
    page = (ROOT / "docs" / "regulation-coverage.md").read_text(encoding="utf-8")
    assert page == coverage(map(pack, CODES))


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


@pytest.mark.parametrize("code", CODES)
def test_a_number_that_the_text_does_not_give_is_the_houses(code):
    given = ("claims-sheet", "tobacco-2026")
    assert pack(code).numbering.setting is (code not in given)


def test_figures_of_the_house_are_marked_as_settings():
    assert pack().numbering.setting
    assert {row.key for row in pack().readings if row.setting} >= {"warn_before", "repair_standard"}
    assert not pack("tobacco-2026").numbering.setting


def test_number_pattern():
    assert pack("tobacco-2026").numbering.number(date(2026, 3, 9), 7) == "2026030007"


def other_reading(**chosen):
    """Return the pack with the other value of a reading."""
    return read_pack(PACKS / "dali-tourism.yaml", chosen=chosen)


def test_the_other_reading_of_the_bands_takes_the_last_rate_for_the_whole_delay():
    whole = other_reading(overdue_bands="whole")
    told = estate("03-02 10:00 department_responded", "03-02 11:00 plan_submitted")
    # due 5 March 24:00; 15 March is day 10, so 10 days at 200
    rows = judge(whole, told, official(), at("03-15 12:00")).penalties
    assert [(row.days, str(row.amount)) for row in rows] == [((1, 10), "2000.00")]


def test_the_other_reading_of_the_amount_asks_for_ten_thousand_or_more():
    least = other_reading(amount_direction="at_least")
    grades = [
        judge(least, estate(amount=amount), official(), at("03-02 10:00")).grade.name
        for amount in ("9999.99", "10000", "50000")
    ]
    assert grades == ["一般投诉", "重大投诉", "重大投诉"]


def test_a_repair_standard_of_the_house_gives_the_closing_clock_its_figure():
    set_ = other_reading(repair_standard=10)
    found = judge(set_, estate(category="维保修类"), official(), at("03-02 10:00"))
    close = next(row for row in found.clocks if row.stage == "close")
    assert close.due_at == at("03-13 00:00")
    assert "no_repair_standard" not in {flag.name for flag in found.flags}
