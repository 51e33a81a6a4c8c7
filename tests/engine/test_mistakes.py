"""Thirty and more kinds of mistakes: each names its file, line and key, and what would be right."""

import time

import pytest

from regulations.engine.reading import PackErrors, read_pack
from regulations.engine.yaml_tree import MAX_ERRORS
from tests.engine.small_pack import SMALL, changed

# what stands there, what is written instead, the key, the message, what would be right (a part)
MISTAKES = [
    ("code: small", "code: 小制度", "code", "not a code", "small letters"),
    ("version: 1", "version: one", "version", "not a whole number", "3"),
    ("title: 小制度", "title: " + "长" * 201, "title", "text too long", "200"),
    ("issuer: 公司", "issuer: [公司]", "issuer", "not a text", "a text"),
    ("issuer: 公司", "issuers: 公司", "issuers", "unknown key", "issuer"),
    ("owner_department: 客服部", "owner_department: 客服", "owner_department", "unknown department", "客服部"),
    ("drafted: 2026-01-05", "drafted: 一月五日", "control.drafted", "not a date", "2026-01-31"),
    ("drafted: 2026-01-05", "drafter: 2026-01-05", "control.drafter", "unknown key", "drafted"),
    ("name: 物业部, source", "name: 客服, source", "departments", "'客服' stands twice", "once"),
    ("name: 物业部, source", f"name: {'部' * 65}, source", "departments[1].name", "text too long", "64"),
    ("of: 客服部, source", "of: 客服中心, source", "posts[1].of", "unknown department", "物业部"),
    ('"09:00-18:00"', '"09:00到18:00"', "openings[0]", "not hours", "13:30-18:00"),
    ("opening: 热线时间, source", "opening: 夜间, source", "channels[0].opening", "unknown opening", "热线时间"),
    ("usual: true, source", "source", "urgencies", "not one usual urgency", "usual: true"),
    ("value: null, alternatives: [], setting: true", "value: null, alternatives: [], setting: 是", "readings[1].setting", "not true or false", "true or false"),
    ('"{year:04}{serial:04}"', '"{year:04}"', "numbering", "not a numbering pattern", "{serial:04}"),
    ('"{year:04}{serial:04}"', '"{serial:0999999999}"', "numbering", "not a numbering pattern", "{serial:04}"),
    ('"{year:04}{serial:04}"', '"{serial.real}"', "numbering", "not a numbering pattern", "{serial:04}"),
    ("reset: year", "reset: never", "numbering.reset", "unknown word 'never'", "month"),
    ("type: decimal", "type: money", "intake[0].type", "unknown word 'money'", "decimal"),
    ("fact: amount, source", "fact: sum, source", "intake[0]", "unknown fact 'sum'", "amount_company"),
    ("options: channels", "options: ways", "intake[1].options", "unknown list 'ways'", "channels"),
    ("options: channels, ", "", "intake[1]", "a choice without options", "options"),
    ("clock_category: 服务,", "clock_category: 物业,", "categories[0].clock_category", "unknown clock category", "服务"),
    ("more_than: {reading: limit}", "over: 5000", "grades[1].criteria[0].when.compensation.over", "unknown operator", "more_than"),
    ("value: 5000, alternatives: [8000]", "value: 五千, alternatives: [8000]", "grades[1].criteria[0].when.compensation.more_than", "the reading's '五千' is not a number", "200"),
    ("  - {key: limit,", "  - {key: warn_before, label: 预警, value: 2, source: [S-02]}\n  - {key: limit,", "", "warn_before is no share", "below 1"),
    ("reading: limit", "reading: limits", "grades[1].criteria[0].when.compensation.more_than.reading", "unknown reading", "limit"),
    ("{compensation: {more_than: {reading: limit}}}", "{compensation: {}}", "grades[1].criteria[0].when.compensation", "no operator", "at_least"),
    ("when: {safety_risk: true}", "when: {safety_risk: {at_least: 1}}", "urgencies[1].when.safety_risk.at_least", "safety_risk is not a number", "is or is_not"),
    ("stage: response\n    starts", "stage: respond\n    starts", "clocks[0].stage", "unknown word", "response"),
    ("starts: received\n    who: owner", "starts: arrived\n    who: owner", "clocks[0].starts", "unknown event", "received"),
    ("    stops: [responded]\n", "", "clocks[0]", "nothing stops this clock", "until_closing"),
    ("hours: 2, defer", "fortnight: 2, defer", "clocks[0].rows[0]", "no single period", "working_days"),
    ("hours: 2, defer: holidays", "days: 2, defer: holidays", "clocks[0].rows[0]", "only minutes and hours", "no defer"),
    ("hours: 2, defer", "hours: 1.5, defer", "clocks[0].rows[0]", "not a whole number of hours", "3"),
    ("hours: 2, defer", f"hours: {10**12}, defer", "clocks[0].rows[0].hours", "number too large", "less than"),
    ("hours: 2, defer", "hours: 5001, defer", "clocks[0].rows[0]", "number too large", "at most 5000"),
    ("{target: 7, limit: 15}", "{target: 7, limit: 5001}", "clocks[1].rows[0].days", "number too large", "at most 5000"),
    ("{target: 7, limit: 15}", "{target: 15, limit: 7}", "clocks[1].rows[0].days", "target is not before limit", "below"),
    ("  - id: close\n", "  - id: response\n", "clocks", "id 'response' stands twice", "once"),
    ("what: plan, by: 客服经理", "what: planning, by: 客服经理", "approvals[0].what", "unknown word", "countersign"),
    ("what: plan, by: 客服经理", "what: plan, by: 总经理", "approvals[0].by", "unknown post or department", "客服经理"),
    ("met: [plan_submitted], ", "", "gates[0]", "no single way to meet it", "approvals"),
    ("name: agreed", "name: happy", "closing_modes[0].name", "unknown word", "no_agreement"),
    ("amount: 200, source: [S-05]", "source: [S-05]", "penalties[0]", "no price", "sanction"),
    ("subject: handler, amount: 200, source", "subject: nobody, amount: 200, source", "penalties[0].subject", "unknown subject", "leaders"),
    ("subject: handler, amount: 200, source", "subject: leaders, amount: 200, source", "penalties[0]", "no post for the leaders", "leaders: a post"),
    ("amount: 200, source: [S-05]", "amount: 1.0e+30, source: [S-05]", "penalties[0].amount", "number too large", "less than"),
    ("amount: 200, source: [S-05]", "amount: 200元, source: [S-05]", "penalties[0].amount", "not a number", "200"),
    ("first: 8, range", "first: 9, range", "penalties[1]", "band 2 starts at 9", "first: 8"),
    ("first: 1, last: 7, per_day", "first: 1, per_day", "penalties[1]", "band 1 has no end", "a last day"),
    ("per_day: 100, source", "per_day: 100, range: [1, 2], source", "penalties[1].bands[0]", "no single price", "either"),
    ("[500, 1500]", "[1500, 500]", "penalties[1].bands[1]", "not a range", "the smaller first"),
    ("配合: 0.3", "配合: 0.2", "scoring", "weights do not add up to 1", "0.7 and 0.3"),
    ("rate: {kinds: [投诉], source: [S-01]}\n", "", "rate", "missing", "rate"),
    ("source: [S-06]}\nscoring", "source: [S-99]}\nscoring", "rewards[0].source[0]", "unknown fact 'S-99'", "list of facts"),
    ("  S-07: 由人自行决定", "  S-06: 由人自行决定", "unused.S-06", "S-06 is cited by a rule", "no rule cites"),
    ("unused:\n  S-07: 由人自行决定\n", "", "facts.S-07", "no rule cites this fact", "unused"),
    ('S-07: ["7", penalty, 其他由人处理]', 'S-07: ["7", 其他由人处理]', "facts.S-07", "not a fact", "[clause, kind, line]"),
    ('["7", penalty, 其他', '["7", fine, 其他', "facts.S-07[1]", "unknown kind 'fine'", "penalty"),
    ('  S-01: ["1"', '  第一条: ["1"', "facts.第一条", "not a fact id", "DALI-112"),
]  # fmt: skip


def errors_of(text: str):
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    return caught.value.errors


def test_the_pack_itself_has_no_mistake():
    assert read_pack(SMALL, "p.yaml").reference == "small@1"


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "right"),
    MISTAKES,
    ids=[one[3] + "@" + one[2] for one in MISTAKES],
)
def test_a_mistake_names_file_line_key_and_what_would_be_right(old, new, key, message, right):
    text, line = changed(old, new)
    errors = errors_of(text)
    found = [error for error in errors if error.key == key and error.message.startswith(message)]
    assert found, [str(error) for error in errors]
    assert found[0].file == "p.yaml"
    assert right in found[0].expected
    assert found[0].line == _line(text, line, key)


def _line(text: str, line: int, key: str) -> int:
    """Return the line of a key: of the mistake, or of the list or rule that it is in."""
    lines = text.splitlines()
    inside = {
        "departments": 8,
        "urgencies": lines.index("urgencies:") + 1,
        "clocks": lines.index("clocks:") + 1,
        "clocks[0]": lines.index("  - id: response") + 1 if "  - id: response" in lines else line,
        "penalties[1]": lines.index("  - id: late") + 1,
        "rate": 1,
        "": 1,
        "grades[1].criteria[0].when.compensation.more_than": next(
            (n for n, one in enumerate(lines, 1) if "more_than" in one), 0
        ),
        "facts.S-07": next(n for n, one in enumerate(lines, 1) if one.startswith("  S-07: [")),
    }
    return inside.get(key, line)


def test_a_file_that_is_too_large_is_refused_at_once():
    text = "a: [" + "1, " * 1_700_000 + "1]\n"
    assert len(text) > 5_000_000
    started = time.perf_counter()
    (error,) = errors_of(text)
    assert time.perf_counter() - started < 0.5
    assert (error.message, error.expected) == ("file too large", "at most 1000000 bytes")


def test_aliases_that_would_explode_are_refused_at_once():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    started = time.perf_counter()
    errors = errors_of("\n".join(levels) + "\n")
    assert time.perf_counter() - started < 0.5
    assert {error.message for error in errors} == {"alias or anchor"}
    assert (errors[0].line, errors[0].expected) == (1, "values written out")


@pytest.mark.parametrize(
    "text",
    ["[" * 5000 + "\n", "a: " + "{a: " * 5000 + "\n", "when: " + "{any: [" * 60 + "]}" * 60 + "\n"],
)
def test_values_nested_without_end_are_refused(text):
    errors = errors_of(text)
    assert errors[0].message.startswith(("nested too deeply", "not YAML"))


def test_a_file_full_of_mistakes_gives_no_more_than_anybody_reads():
    text = SMALL.replace("channels:\n", "channels:\n" + "  - {x: 1}\n" * 5_000)
    started = time.perf_counter()
    assert len(errors_of(text)) == MAX_ERRORS
    assert time.perf_counter() - started < 10


def test_mistakes_in_several_places_come_together_in_order_of_lines():
    text = SMALL.replace("hours: 2", "hour: 2").replace("version: 1", "version: x")
    errors = errors_of(text.replace("type: decimal", "type: money"))
    lines = [error.line for error in errors]
    assert lines == sorted(lines)
    assert {"version", "intake[0].type", "clocks[0].rows[0].hour"} <= {e.key for e in errors}
