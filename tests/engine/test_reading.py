"""Wrong packs: every mistake is found at once, with its line, its key and what would be right."""

import re

import pytest

from regulations.engine.reading import PackErrors, read_pack
from tests.engine.cases import PACKS

DALI = (PACKS / "dali-tourism.yaml").read_text(encoding="utf-8")


def broken(old: str, new: str) -> tuple[str, int]:
    """Return the pack with one text replaced, and the line on which the change stands."""
    assert DALI.count(old) == 1, old
    return DALI.replace(old, new), DALI[: DALI.index(old)].count("\n") + 1


def errors_of(text: str):
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    return caught.value.errors


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        pytest.param(
            "short_title: 大理文旅", "short_titel: 大理文旅", "short_titel", "unknown key", id="key"
        ),
        pytest.param(
            "version: 1", "version: one", "version", "not a whole number", id="not-an-integer"
        ),
        pytest.param(
            "version: 1\n", "version: 1\nversion: 2\n", "version", "key given twice", id="twice"
        ),
        pytest.param(
            "{same_target_complaints: {at_least: 3}}",
            "{same_target_complaint: {at_least: 3}}",
            "grades[1].criteria[0].when.same_target_complaint",
            "unknown fact 'same_target_complaint'",
            id="fact-of-a-condition",
        ),
        pytest.param(
            "{same_target_complaints: {at_least: 3}}",
            "{same_target_complaints: {atleast: 3}}",
            "grades[1].criteria[0].when.same_target_complaints.atleast",
            "unknown operator 'atleast'",
            id="operator",
        ),
        pytest.param(
            "when: {authority: true}",
            "when: {authority: {at_least: 1}}",
            "grades[1].criteria[1].when.authority.at_least",
            "authority is not a number",
            id="comparing-what-is-no-number",
        ),
        pytest.param(
            "when: {authority: true}",
            "when: {authority: 政府}",
            "grades[1].criteria[1].when.authority",
            "not true or false",
            id="truth",
        ),
        pytest.param(
            "when: {recurs_from: 重要投诉}",
            "when: {recurs_from: 重要}",
            "grades[2].criteria[4].when.recurs_from",
            "unknown grade '重要'",
            id="grade",
        ),
        pytest.param(
            "first: 旅游商业运营中心",
            "first: 旅游中心",
            "categories[5].first",
            "unknown post or department",
            id="department",
        ),
        pytest.param(
            "- {by: 分管副总, when",
            "- {by: 副总, when",
            "extensions[2].by",
            "unknown post",
            id="post",
        ),
        pytest.param(
            "same_day: true, source: [DALI-107]",
            "same_day: true, source: [DALI-999]",
            "clocks[7].rows[0].source[0]",
            "unknown fact 'DALI-999'",
            id="source",
        ),
        pytest.param(
            "same_day: true, source",
            "days: 1.5, source",
            "clocks[7].rows[0]",
            "not a whole",
            id="half-a-day",
        ),
        pytest.param(
            "same_day: true, source",
            "same_day: false, source",
            "clocks[7].rows[0]",
            "same_day is not true",
            id="period-that-is-none",
        ),
        pytest.param(
            "same_day: true, source",
            "fortnight: 1, source",
            "clocks[7].rows[0]",
            "no single period",
            id="unit",
        ),
        pytest.param(
            "stage: staff_plan\n",
            "stage: staffplan\n",
            "clocks[5].stage",
            "unknown word",
            id="stage",
        ),
        pytest.param(
            "stops: [staff_plan_submitted]",
            "stops: [staff_plan_sent]",
            "clocks[5].stops[0]",
            "unknown event 'staff_plan_sent'",
            id="event",
        ),
        pytest.param(
            "until_closing: true",
            "until_closing: false",
            "clocks[6]",
            "nothing stops this clock",
            id="endless",
        ),
        pytest.param(
            "{first: 8, last: 15",
            "{first: 9, last: 15",
            "penalties[4]",
            "band 2 starts at 9",
            id="gap-of-bands",
        ),
        pytest.param(
            "subject: department, sanction: 按情节从严考核",
            "subject: department",
            "penalties[9]",
            "no price",
            id="offence-without-price",
        ),
        pytest.param(
            'pattern: "{year:04}{month:02}{serial:04}"',
            'pattern: "{year:04}{month:02}"',
            "numbering",
            "not a numbering pattern",
            id="number-without-serial",
        ),
        pytest.param(
            "compensation: {more_than: {reading: amount_limit}}",
            "compensation: {more_than: {reading: amount}}",
            "grades[3].criteria[1].when.any[1].compensation.more_than.reading",
            "unknown reading 'amount'",
            id="reading",
        ),
        pytest.param(
            "  DALI-171: 解释权条款，由台账的人工调整承载\n",
            "",
            "facts.DALI-171",
            "no rule cites this fact",
            id="fact-forgotten",
        ),
        pytest.param(
            "fact: brand_harm, source",
            "fact: brand, source",
            "intake[24]",
            "unknown fact 'brand'",
            id="field",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(old, new, key, message):
    text, line = broken(old, new)
    found = [error for error in errors_of(text) if error.key == key]
    assert found, [str(error) for error in errors_of(text)]
    assert found[0].message.startswith(message)
    assert found[0].expected
    # A list item begins on its own line, which may stand above the change.
    assert 0 <= line - found[0].line <= 16 or found[0].line == line + 1 or "facts" in key


def test_the_line_is_that_of_the_mistake():
    text, line = broken("when: {authority: true}", "when: {authority: 政府}")
    (error,) = errors_of(text)
    assert (error.file, error.line) == ("p.yaml", line)


def test_all_mistakes_are_found_at_once():
    text = DALI.replace("hours: 48", "hour: 48").replace("name: 财务部", "nam: 财务部")
    text = text.replace("subject: leaders", "subject: x").replace("by: 财务部", "by: 会计")
    messages = {error.key for error in errors_of(text)}
    assert {"departments[9].nam", "approvals[7].by", "clocks[4].rows[3].hour"} <= messages


def test_errors_stand_in_order_of_lines():
    text = DALI.replace("hours: 48", "hour: 48").replace("name: 财务部", "nam: 财务部")
    lines = [error.line for error in errors_of(text)]
    assert lines == sorted(lines)


def test_a_required_value_that_is_missing_is_named():
    keys = {error.key for error in errors_of("code: x\nversion: 1\n")}
    assert {"title", "departments", "facts", "numbering", "closing_modes", "rate"} <= keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: &x 1\nb: *x\n", "alias or anchor", id="alias"),
        pytest.param("a: [1\n", "not YAML", id="broken"),
        pytest.param("- a\n- b\n", "not a mapping", id="list"),
        pytest.param("a: !!python/object:os.system x\n" * 1, "missing", id="tag-is-only-text"),
        pytest.param("# " + "x" * 1_000_001 + "\n", "file too large", id="too-large"),
    ],
)
def test_what_cannot_be_a_pack_is_refused(text, message):
    assert any(error.message.startswith(message) for error in errors_of(text))


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match=re.escape("none.yaml")):
        read_pack(tmp_path / "none.yaml")


@pytest.mark.parametrize("text", [str(PACKS / "dali-tourism.yaml"), "/etc/passwd", "x" * 5000, ""])
def test_a_text_is_never_taken_for_the_name_of_a_file(text):
    """What somebody uploads is a text, also without a line break; only a Path names a file."""
    (error,) = errors_of(text)
    assert (error.message, error.file) == ("not a mapping", "p.yaml")
