"""Conditions are readable aloud: bounds say whether they are included, nothing is left in code."""

import re

import pytest

from regulations.builtin import FOLDER, codes, pack_named
from regulations.condition_words import condition_words, narrowing, reading_words
from regulations.engine.conditions import (
    ALWAYS,
    NEVER,
    All,
    Among,
    AnyOf,
    Compared,
    Known,
    ruled_out,
)
from regulations.engine.history import KINDS
from regulations.engine.reading import read_pack
from regulations.engine.reading_words import CONDITION_FACTS
from regulations.lines import lines_of
from regulations.words import EVENTS, FACTS
from tests.engine.cases import PACKS, pack

HEAD = """
code: x
version: 1
title: 题
short_title: 题
issuer: 司
owner_department: 客服
control: {source: [X-01]}
departments: [{name: 客服, source: [X-01]}, {name: 物业, source: [X-01]}]
kinds: [投诉]
numbering: {pattern: "{serial}", reset: none, source: [X-01]}
assignment: [X-01]
manual_grade: [X-01]
rate: {kinds: [投诉], source: [X-01]}
closing_modes: [{name: agreed, label: 客户确认, source: [X-01]}]
categories:
  - {name: 服务类, source: [X-01]}
  - {name: 质量类, source: [X-01]}
  - {name: 其他类, source: [X-01]}
grades: [{name: 一般, otherwise: [X-01], source: [X-01]}, {name: 重大, source: [X-01]}]
readings:
  - {key: limit, label: 金额标准, value: null, setting: true, source: [X-01]}
  - key: direction
    label: 以下的读法
    value: up_to
    alternatives: [at_least]
    words: {up_to: 不超过, at_least: 不低于}
    source: [X-01]
facts:
  X-01: ["1", principle, 首条]
  X-02: ["2", grade, 影响恶劣的]
"""


def pack_with(when: str):
    """Return a pack with one flag that has this condition."""
    return read_pack(
        HEAD + f"flags: [{{name: f, text: 提示, source: [X-02], when: {when}}}]\n", "x"
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{category: 质量类}", "投诉类别为质量类"),
        ("{category: [其他类, 服务类]}", "投诉类别为服务类或其他类"),
        ("{category: [其他类, 质量类, 服务类]}", "投诉类别为服务类、质量类或其他类"),
        ("{category: {is_not: 质量类}}", "投诉类别不是质量类"),
        ("{authority: true}", "已投诉至政府部门"),
        ("{authority: false}", "未投诉至政府部门"),
        ("{legal: actual}", "已经引发诉讼"),
        ("{media: [possible, actual]}", "可能引发媒体曝光或已经引发媒体曝光"),
        ("{complainants: {at_least: 3}}", "投诉人数在3人以上（含3人）"),
        ("{complainants: {at_most: 10}}", "投诉人数在10人以下（含10人）"),
        ("{complainants: {more_than: 3}}", "投诉人数超过3人（不含3人）"),
        ("{complainants: {less_than: 3}}", "投诉人数不足3人（不含3人）"),
        (
            "{complainants: {at_least: 3, less_than: 10}}",
            "投诉人数在3人以上（含3人），且不足10人（不含10人）",
        ),
        ("{compensation: {more_than: 10000.50}}", "赔偿金额合计超过10000.5元（不含10000.5元）"),
        ("{amount: {at_least: {reading: limit}}}", "涉及金额的界限未设定，暂不适用"),
        ("{fault: {is: ours, or_unknown: true}}", "未解决的原因为我方原因（未注明的视为符合）"),
        ("{valid: true, grade: 重大}", "投诉有效，且等级为重大"),
        (
            "{category: 质量类, any: [{authority: true}, {legal: possible}]}",
            "投诉类别为质量类，且（已投诉至政府部门，或可能引发诉讼）",
        ),
        (
            "{any: [{category: 质量类, authority: true}, {spread: true}]}",
            "（投诉类别为质量类，且已投诉至政府部门），或已经扩散",
        ),
        (
            "{grade: 重大, none: [{legal: actual}, {category: 其他类}]}",
            "等级为重大，且不属于“已经引发诉讼”或“投诉类别为其他类”的情形",
        ),
        ("{complainants: {known: false}}", "投诉人数未知"),
        ("{tagged: [X-02]}", "经人认定：影响恶劣的"),
        (
            "{reading: {direction: up_to}, grade: 重大}",
            "等级为重大［读法：以下的读法＝不超过］",
        ),
        (
            "{reading: {direction: at_least}, grade: 重大}",
            "等级为重大［读法：以下的读法＝不低于，现未采用］",
        ),
        (
            "{any: [{reading: {direction: at_least}, spread: true}, {authority: true}]}",
            "已投诉至政府部门",
        ),
        (
            "{any: [{reading: {direction: up_to}}, {authority: true}]}",
            "［读法：以下的读法＝不超过］",
        ),
        ("{closing_mode: agreed}", "关闭方式为客户确认"),
    ],
)
def test_a_condition_in_words(when, words):
    found = pack_with(when)
    assert condition_words(found.flags[0].when, found) == words


def test_what_always_or_never_holds():
    assert condition_words(ALWAYS, pack()) == "任何情况"
    assert narrowing(ALWAYS, pack()) == ""
    assert condition_words(NEVER, pack()) == "从不"


def test_a_condition_that_no_reading_in_force_lets_hold_is_ruled_out():
    assert ruled_out(pack_with("{reading: {direction: at_least}, grade: 重大}").flags[0].when)
    assert not ruled_out(pack_with("{reading: {direction: up_to}, grade: 重大}").flags[0].when)
    either = "{any: [{reading: {direction: at_least}}, {authority: true}]}"
    assert not ruled_out(pack_with(either).flags[0].when)
    assert ruled_out(NEVER)
    assert not ruled_out(ALWAYS)


def test_the_words_do_not_depend_on_the_order_of_a_set():
    one = Among("category", frozenset({"维保修类", "物业服务", "其他类"}))
    assert condition_words(one, pack()) == "投诉类别为物业服务、维保修类或其他类"


@pytest.mark.parametrize("fact", sorted(CONDITION_FACTS))
def test_every_fact_that_a_condition_may_ask_for_has_a_name(fact):
    assert re.search("[一-鿿]", condition_words(Known(fact, True), pack()))
    assert fact in FACTS


def test_every_event_has_a_name():
    assert KINDS - EVENTS.keys() == set()


def test_a_bound_of_zero_is_a_bound():
    condition = All((Compared("amount", "more_than", 0),))
    assert condition_words(condition, pack()) == "涉及金额超过0元（不含0元）"
    either = AnyOf((Compared("amount", "at_most", 0), ALWAYS))
    assert condition_words(either, pack()) == "涉及金额在0元以下（含0元）"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_rule_of_any_pack_shows_a_code(path):
    """English words may only come from the pack's own texts and its number pattern."""
    for line in lines_of(pack_named(path.stem)):
        if line.section != "numbering":
            for cell in line.cells:
                assert not re.search(r"[a-z]{2,}_[a-z]|\b(true|false|None)\b", cell), line


def test_every_section_of_the_packs_is_said(tmp_path):
    sections = {line.section for line in lines_of(read_pack(PACKS / "dali-tourism.yaml"))}
    assert {"clocks", "grades", "lifts", "approvals", "penalties", "rewards", "forms"} <= sections


@pytest.mark.parametrize("code", codes())
def test_no_value_of_a_reading_is_left_as_a_word_of_the_code(code):
    said = [
        reading_words(reading, value)
        for reading in pack_named(code).readings
        for value in (reading.value, *reading.alternatives)
    ]
    assert not [words for words in said if re.search("[a-z]", words)]
