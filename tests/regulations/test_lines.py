"""Every rule of a pack is said, on a page and on a sheet, with the clause it rests on."""

import pytest

from regulations.builtin import FOLDER, pack_named
from regulations.engine.pack import Pack
from regulations.engine.reading import MUST_BE_CITED, read_pack
from regulations.lines import SECTIONS, by_fact, by_section, lines_of
from regulations.views.pages import ON_PAGE
from regulations.workbook import SHEETS
from tests.engine.cases import PACKS, pack
from tests.engine.small_pack import SMALL

CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("code", CODES)
def test_every_fact_that_a_rule_names_is_said_with_its_rule(code):
    whole = pack_named(code)
    said = by_fact(lines_of(whole))
    assert whole.cited - set(said) == set()


@pytest.mark.parametrize("code", CODES)
def test_a_fact_has_a_rule_or_the_reason_why_not(code):
    whole = pack_named(code)
    said = by_fact(lines_of(whole))
    for name, fact in whole.facts.items():
        if fact.kind in MUST_BE_CITED:
            assert (name in said) is not (name in whole.unused), name


def test_every_section_is_on_one_page_and_one_sheet():
    on_pages = [section for sections in ON_PAGE.values() for section in sections]
    assert sorted([*on_pages, "clocks", "grades"]) == sorted(SECTIONS)
    assert {section.sheet for section in SECTIONS.values()} == set(SHEETS) - {"条款"}


@pytest.mark.parametrize("code", CODES)
def test_a_line_has_a_cell_for_each_header_and_a_key_of_its_own(code):
    lines = lines_of(pack_named(code))
    for line in lines:
        assert len(line.cells) == len(SECTIONS[line.section].headers), line
    keys = [(line.section, line.key) for line in lines]
    again = {key for key in keys if keys.count(key) > 1}
    assert {section for section, _key in again} <= {"closing", "gates"}, again


def said_of(whole: Pack, fact: str, section: str) -> list[tuple[str, ...]]:
    return [line.cells for line in by_fact(lines_of(whole))[fact] if line.section == section]


def test_a_clock_is_said_with_figure_start_stop_and_counting():
    """DALI 8.1, 危机: 48 hours for the plan, from the dispatch on."""
    (cells,) = [c for c in said_of(pack(), "DALI-118", "clocks") if c[0] == "处理方案"]
    assert cells[1:7] == (
        "48小时",
        "等级为危机投诉",
        "任务分派",
        "提交方案",
        "责任部门",
        "自起算时刻连续计",
    )


def test_a_range_says_when_it_warns_and_when_it_is_late():
    (cells,) = {c[1:7:5] for c in said_of(pack(), "DALI-113", "clocks") if "设计类" in c[2]}
    assert cells[0] == "7至15日"
    assert cells[1].endswith("满7日预警，满15日逾期")


def test_deferred_hours_say_that_closed_days_do_not_count():
    (cells,) = said_of(pack(), "DALI-29", "clocks")
    assert (cells[1], cells[6]) == ("24小时，节假日顺延", "连续计，休息日与节假日不计")


def test_a_figure_that_the_house_has_not_set_is_awaited_and_then_said():
    cells = said_of(pack(), "DALI-113", "clocks")
    assert "待单位设定：工程维（保）修标准时间（天）" in {c[1] for c in cells if "工程类" in c[2]}
    set_ = read_pack(PACKS / "dali-tourism.yaml", chosen={"repair_standard": 10})
    cells = said_of(set_, "DALI-113", "clocks")
    assert {c[1] for c in cells if "工程类" in c[2]} == {"10日"}


def test_penalties_by_the_day_have_a_line_for_each_band():
    """9.5: 100 yuan a day up to day 7, 200 up to day 15, then 500 to 1500 as decided."""
    lines = [line for line in lines_of(pack()) if line.section == "penalties"]
    bands = [line.cells[1:5] for line in lines if line.key.startswith("overdue|")]
    assert bands == [
        ("承办人", "每天100元", "", "逾期第1至7天"),
        ("承办人", "每天200元", "", "逾期第8至15天"),
        ("承办人、主管领导", "500至1500元，由人裁定", "", "逾期第16天起"),
    ]


def test_rewards_say_which_bound_is_included():
    scores = [line.cells for line in by_section(lines_of(pack()))["rewards"]]
    assert scores == [
        ("90分以上（含），且不足95分（不含）", "200元"),
        ("95分以上（含），且98分以下（含）", "300元"),
        ("超过98分（不含）", "500元"),
    ]


def test_a_rule_that_the_reading_taken_does_not_use_is_marked():
    text = SMALL.replace(
        "rewards:\n",
        "flags:\n  - {name: f, text: 提示, when: {reading: {limit: 8000}}, source: [S-06]}\nrewards:\n",
    )
    (line,) = by_section(lines_of(read_pack(text, "x")))["flags"]
    assert not line.in_use
    (line,) = by_section(lines_of(read_pack(text, "x", chosen={"limit": 8000})))["flags"]
    assert line.in_use
