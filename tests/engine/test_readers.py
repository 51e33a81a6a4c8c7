"""Each reader by itself: the whole of what it makes of a rule, and every word of what it refuses.

Expected values are written down from the way a pack is written, as the readers' docstrings say it,
field by field.
"""

from datetime import datetime, time
from decimal import Decimal

import pytest

from regulations.engine import reading_rules as rules
from regulations.engine.calendar import SHANGHAI, Hours
from regulations.engine.conditions import (
    ALWAYS,
    NEVER,
    OPERATORS,
    All,
    Among,
    AnyOf,
    Compared,
    Constant,
    Known,
    NoneOf,
    Tagged,
)
from regulations.engine.facts import normal
from regulations.engine.history import KINDS
from regulations.engine.periods import UNITS, Period
from regulations.engine.reading import PackErrors, read_pack
from regulations.engine.reading_words import CLOSING_MODES, CONDITION_FACTS, Words
from regulations.engine.rules import (
    ApprovalRule,
    Band,
    ClockRow,
    ClockRule,
    ClosingMode,
    ExtensionRule,
    FlagRule,
    GateRule,
    Need,
    Pattern,
    PauseRule,
    PenaltyRule,
    ReportRule,
    Reward,
    TaskRule,
)
from regulations.engine.terms import Fact
from regulations.engine.verdict import APPROVALS, MISSING, STAGES, SUBJECTS
from regulations.engine.yaml_tree import parse
from tests.engine.small_pack import SMALL

S = ("S-1",)
SAFE = Among("safety_risk", frozenset({True}))
DAY = Hours(((time(9), time(18)),))


def words() -> Words:
    return Words(
        fact_ids=frozenset({"S-1", "S-2"}),
        readings={"limit": 500, "open": None, "wrong": "viel"},
        departments=frozenset({"客服部", "物业部"}),
        posts=frozenset({"经理"}),
        terms={"grade": frozenset({"重大"}), "category": frozenset({"服务"})},
        openings={"白天": DAY},
        office=DAY,
    )


def read(reader, text: str):
    """Return what a reader makes of a text, and what it found wrong: (key, message, expected)."""
    tree = parse(text, "p")
    made = reader(tree, words())
    return made, [(one.key, one.message, one.expected) for one in tree.findings.errors]


def one_of(names) -> str:
    return "one of " + ", ".join(names)


# -- whole values

WHOLE = [
    (
        rules.read_clock,
        "{id: a, stage: response, who: responsible, starts: [received, {event: assigned, to: 经理}],"
        " stops: [responded], each: true, again: true, until_closing: true, once_true: true,"
        " pausable: true, assumed: {safety_risk: true}, rows: [{hours: 2, source: S-1},"
        " {promised: until, stops: closed, at_work: true, counted_from: occurred_at,"
        " when: {safety_risk: true}, source: [S-1, S-2]}]}",
        ClockRule(
            id="a",
            stage="response",
            starts=(
                Pattern("received"),
                Pattern("assigned", {"to": frozenset({"经理"})}),
            ),
            rows=(
                ClockRow(ALWAYS, Period("hours", 2), S, (Pattern("responded"),)),
                ClockRow(
                    SAFE,
                    None,
                    ("S-1", "S-2"),
                    (Pattern("closed"),),
                    promised="until",
                    at_work=True,
                    counted_from="occurred_at",
                ),
            ),
            who="responsible",
            each=True,
            again=True,
            until_closing=True,
            once_true=True,
            pausable=True,
            assumed=SAFE,
        ),
    ),
    (
        rules.read_clock,
        "{id: b, stage: close, who: owner, starts: received, window: true,"
        " rows: [{days: 3, source: S-1}]}",
        ClockRule(
            id="b",
            stage="close",
            starts=(Pattern("received"),),
            rows=(ClockRow(ALWAYS, Period("days", 3), S, ()),),
            who="owner",
            window=True,
            assumed=NEVER,
        ),
    ),
    (
        rules.read_pause,
        "{reason: 鉴定, source: S-1, longest: {days: 3}, by: 经理}",
        PauseRule("鉴定", S, Period("days", 3), "经理"),
    ),
    (rules.read_pause, "{reason: 鉴定, source: S-1}", PauseRule("鉴定", S)),
    (
        rules.read_extension,
        "{by: 经理, when: {safety_risk: true}, source: S-1, also: [客服部]}",
        ExtensionRule("经理", SAFE, S, ("客服部",)),
    ),
    (
        rules.read_report,
        "{to: 经理, on: graded, when: {safety_risk: true}, source: S-1, invalid: true}",
        ReportRule("经理", Pattern("graded"), SAFE, S, True),
    ),
    (
        rules.read_report,
        "{to: 经理, late: close, days: {reading: limit}, source: S-1}",
        ReportRule("经理", Pattern(""), ALWAYS, S, late="close", days=500),
    ),
    (
        rules.read_report,
        "{to: 经理, late: plan, days: {reading: open}, source: S-1}",
        ReportRule("经理", Pattern(""), ALWAYS, S, late="plan", days=None),
    ),
    (
        rules.read_report,
        "{to: 经理, late: plan, source: S-1}",
        ReportRule("经理", Pattern(""), ALWAYS, S, late="plan", days=1),
    ),
    (
        rules.read_task,
        "{id: meet, to: 客服部, text: 开会, on: registered, when: {safety_risk: true}, source: S-1}",
        TaskRule("meet", "客服部", "开会", Pattern("registered"), SAFE, S),
    ),
    (
        rules.read_approval,
        "{what: cost, by: 经理, also: 客服部, on: plan_submitted, setting: true, source: S-1,"
        " when: {safety_risk: true}}",
        ApprovalRule("cost", "经理", SAFE, S, ("客服部",), "plan_submitted", True),
    ),
    (
        rules.read_approval,
        "{what: countersign, by: supporting, source: S-1}",
        ApprovalRule("countersign", "supporting", ALWAYS, S),
    ),
    (
        rules.read_gate,
        "{step: executed, what: plan, met: plan_submitted, by: 经理, strict: true, source: S-1,"
        " when: {safety_risk: true}}",
        GateRule(
            "executed", Need("plan", SAFE, S, (Pattern("plan_submitted"),), by="经理", strict=True)
        ),
    ),
    (
        rules.read_gate,
        "{step: closed, closing: true, source: S-1}",
        GateRule("closed", Need("approval", ALWAYS, S, closing=True)),
    ),
    (
        rules.read_gate,
        "{step: closed, what: approval, approvals: [plan, cost], source: S-1}",
        GateRule("closed", Need("approval", ALWAYS, S, approvals=("plan", "cost"))),
    ),
    (
        rules.read_mode,
        "{name: litigation, label: 诉讼, source: S-1, signs: [judgment],"
        " needs: [{what: documents, met: formalities_done, source: S-2}]}",
        ClosingMode(
            "litigation",
            "诉讼",
            (Need("documents", ALWAYS, ("S-2",), (Pattern("formalities_done"),)),),
            S,
            (Pattern("judgment"),),
        ),
    ),
    (
        rules.read_penalty,
        "{id: late, subject: [handler, leaders], leaders: 经理, decided_by: 客服部, text: 逾期,"
        " stage: close, sanction: 通报, amount: 200, when: {safety_risk: true}, source: S-1, bands:"
        " [{first: 1, last: 7, per_day: 100, source: S-2, subjects: handler},"
        " {first: 8, range: [500, 1500.5], source: S-1}]}",
        PenaltyRule(
            id="late",
            subjects=("handler", "leaders"),
            source=("S-1", "S-2"),
            text="逾期",
            when=SAFE,
            stage="close",
            amount=Decimal("200.00"),
            sanction="通报",
            bands=(
                Band(1, 7, ("S-2",), Decimal("100.00"), None, ("handler",)),
                Band(8, None, S, None, (Decimal("500.00"), Decimal("1500.50"))),
            ),
            decided_by="客服部",
            leaders="经理",
        ),
    ),
    (
        rules.read_penalty,
        "{id: a, subject: handler, text: 推诿, range: [100, 100], source: S-1}",
        PenaltyRule("a", ("handler",), S, "推诿", range=(Decimal("100.00"), Decimal("100.00"))),
    ),
    (
        rules.read_reward,
        "{amount: 200, source: S-1, at_least: 90, more_than: 1, less_than: 95, at_most: 94.5}",
        Reward(Decimal("200.00"), S, Decimal(90), Decimal(1), Decimal(95), Decimal("94.5")),
    ),
    (
        rules.read_flag,
        "{name: hot, text: 热点, when: {safety_risk: true}, source: S-1}",
        FlagRule("hot", SAFE, S, "热点"),
    ),
    (
        rules.read_pattern,
        "{event: confirmed, by: [customer, property], since: graded, in_round: true, has: [form]}",
        Pattern(
            "confirmed", {"by": frozenset({"customer", "property"})}, "graded", True, ("form",)
        ),
    ),
]


@pytest.mark.parametrize(("reader", "text", "expected"), WHOLE)
def test_a_rule_is_read_whole(reader, text, expected):
    made, wrong = read(reader, text)
    assert wrong == []
    assert made == expected


# -- what must be there

NEEDED = [
    (rules.read_clock, {"id", "stage", "starts", "who", "rows"}),
    (rules.read_pause, {"reason", "source"}),
    (rules.read_extension, {"by", "source"}),
    (rules.read_report, {"to", "on", "source"}),
    (rules.read_task, {"id", "to", "text", "on", "source"}),
    (rules.read_approval, {"what", "by", "source"}),
    (rules.read_gate, {"step", "what", "source"}),
    (rules.read_mode, {"name", "label", "source"}),
    (rules.read_penalty, {"id", "subject", "text", "source"}),
    (rules.read_reward, {"amount", "source"}),
    (rules.read_flag, {"name", "text", "source"}),
    (rules.read_pattern, {"event"}),
]


@pytest.mark.parametrize(("reader", "names"), NEEDED)
def test_what_is_missing_is_named(reader, names):
    _made, wrong = read(reader, "{in_round: false}" if reader is rules.read_pattern else "{}")
    missing = {key: expected for key, message, expected in wrong if message == "missing"}
    assert missing == {name: f"a value for {name}" for name in names}


@pytest.mark.parametrize(("reader", "names"), [row for row in NEEDED if "event" not in row[1]])
def test_a_key_that_no_rule_has_is_noted(reader, names):
    _made, wrong = read(reader, "{zzz: 1}")
    assert [message for key, message, _expected in wrong if key == "zzz"] == ["unknown key"]


def test_a_late_report_needs_no_event_and_a_band_its_first_day():
    assert read(rules.read_report, "{to: 经理, late: close, source: S-1}")[1] == []
    text = "{id: a, subject: handler, text: t, source: S-1, bands: [{per_day: 1, source: S-1}]}"
    assert ("bands[0].first", "missing", "a value for first") in read(rules.read_penalty, text)[1]


# -- what is refused, word by word

CLOCK = "id: a, stage: close, who: owner, starts: received"
REFUSED = [
    (rules.read_clock, f"{{{CLOCK}, rows: [{{days: 1, source: S-1}}]}}", "", "nothing stops this clock", "stops, until_closing: true or window: true"),
    (rules.read_clock, f"{{{CLOCK}, window: true, rows: [{{days: 1, source: S-9}}]}}", "rows[0].source", "unknown fact 'S-9'", "an id of the list of facts"),
    (rules.read_clock, f"{{{CLOCK}, window: true, rows: [{{days: 1, counted_from: amount, source: S-1}}]}}", "rows[0]", "'amount' is no moment", "one of occurred_at"),
    (rules.read_clock, "{id: a, stage: zzz, who: owner, starts: received, window: true, rows: []}", "stage", "unknown word 'zzz'", one_of(STAGES)),
    (rules.read_clock, "{id: a, stage: close, who: me, starts: received, window: true, rows: []}", "who", "unknown word 'me'", "one of receiving, responsible, owner"),
    (rules.read_clock, "{id: a, stage: close, who: owner, starts: zzz, window: true, rows: []}", "starts", "unknown event 'zzz'", one_of(sorted(KINDS))),
    (rules.read_report, "{to: 主任, on: graded, source: S-1}", "to", "unknown post or department '主任'", "one of 客服部, 物业部, 经理"),
    (rules.read_report, "{to: 经理, late: zzz, source: S-1}", "late", "unknown word 'zzz'", one_of(STAGES)),
    (rules.read_report, "{to: 经理, late: close, days: 0, source: S-1}", "days", "not a number of late days: 0", "a whole number from 1 on"),
    (rules.read_report, "{to: 经理, late: close, days: 1.5, source: S-1}", "days", "not a number of late days: 1.5", "a whole number from 1 on"),
    (rules.read_approval, "{what: zzz, by: 经理, source: S-1}", "what", "unknown word 'zzz'", one_of(APPROVALS)),
    (rules.read_gate, "{step: closed, what: zzz, met: closed, source: S-1}", "what", "unknown word 'zzz'", one_of(MISSING)),
    (rules.read_gate, "{step: closed, what: plan, source: S-1}", "", "no single way to meet it", "one of met, approvals, closing"),
    (rules.read_gate, "{step: closed, what: plan, met: closed, approvals: plan, source: S-1}", "", "no single way to meet it", "one of met, approvals, closing"),
    (rules.read_gate, "{step: closed, what: plan, approvals: zzz, source: S-1}", "approvals", "unknown approval 'zzz'", one_of(sorted(APPROVALS))),
    (rules.read_mode, "{name: zzz, label: x, source: S-1}", "name", "unknown word 'zzz'", one_of(CLOSING_MODES)),
    (rules.read_penalty, "{id: a, subject: zzz, text: t, amount: 1, source: S-1}", "subject", "unknown subject 'zzz'", one_of(SUBJECTS)),
    (rules.read_penalty, "{id: a, subject: handler, text: t, source: S-1}", "", "no price", "amount, range, sanction or bands"),
    (rules.read_penalty, "{id: a, subject: leaders, text: t, amount: 1, source: S-1}", "", "no post for the leaders", "leaders: a post of the pack"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, range: [2, 1], source: S-1}", "", "not a range", "two amounts, the smaller first"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, range: [1], source: S-1}", "", "not a range", "two amounts, the smaller first"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, range: [1, zwei], source: S-1}", "range[1]", "not a number", "a number such as 200 or 0.25"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, source: S-1, bands: [{first: 1, source: S-1}]}", "bands[0]", "no single price", "either per_day or range"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, source: S-1, bands: [{first: 1, last: 2, per_day: 1, source: S-1}, {first: 4, per_day: 1, source: S-1}]}", "", "band 2 starts at 4", "first: 3"),
    (rules.read_penalty, "{id: a, subject: handler, text: t, source: S-1, bands: [{first: 1, per_day: 1, source: S-1}, {first: 2, per_day: 1, source: S-1}]}", "", "band 1 has no end", "a last day"),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "text", "key", "message", "expected"), REFUSED)
def test_a_mistake_says_what_would_be_right(reader, text, key, message, expected):
    assert (key, message, expected) in read(reader, text)[1]


# -- periods

OPEN = one_of(UNITS) + ", no_limit"
PERIODS = [
    ("{hours: 2}", Period("hours", 2)),
    ("{minutes: 0}", Period("minutes", 0)),
    ("{hours: 2, defer: holidays}", Period("hours", 2, deferred=True)),
    ("{minutes: 30, within: 白天}", Period("minutes", 30, within=DAY)),
    ("{working_hours: 8}", Period("working_hours", 8, within=DAY)),
    ("{days: {target: 7, limit: 15}}", Period("days", 15, 7)),
    ("{days: {reading: limit}}", Period("days", 500)),
    ("{days: {reading: open}}", None),
    ("{days: 5000}", Period("days", 5000)),
    ("{no_limit: true}", None),
    ("{same_day: true}", Period("same_day", 0)),
    ("{next_month: true}", Period("next_month", 0)),
]


@pytest.mark.parametrize(("text", "expected"), PERIODS)
def test_a_period_is_read_whole(text, expected):
    made, wrong = read(lambda tree, known: known.period(tree), text)
    assert (made, wrong) == (expected, [])


@pytest.mark.parametrize(
    ("text", "key", "message", "expected"),
    [
        ("{}", "", "no single period", OPEN),
        ("{days: 1, hours: 2}", "", "no single period", OPEN),
        ("{same_day: false}", "", "same_day is not true", "same_day: true"),
        ("{no_limit: false}", "", "no_limit is not true", "no_limit: true"),
        ("{days: {limit: 3}}", "days.target", "missing", "a value for target"),
        ("{days: {target: 3}}", "days.limit", "missing", "a value for limit"),
        ("{days: {target: 3, limit: 3}}", "days", "target is not before limit", "a target below the limit"),
        ("{days: {target: 1, limit: 2, most: 3}}", "days.most", "unknown key", "limit, reading, target"),
        ("{days: 1.5}", "", "not a whole number of days", "a whole number such as 3"),
        ("{days: -1}", "", "not a whole number of days", "a whole number such as 3"),
        ("{days: 5001}", "", "number too large", "at most 5000"),
        ("{days: 1, defer: holidays}", "", "only minutes and hours can be deferred", "no defer here"),
        ("{hours: 1, defer: weekends}", "defer", "unknown word 'weekends'", "one of holidays"),
        ("{hours: 1, within: 夜里}", "within", "unknown opening '夜里'", "one of 白天"),
        ("{days: {reading: zzz}}", "days.reading", "unknown reading 'zzz'", "one of limit, open, wrong"),
        ("{days: {reading: wrong}}", "days", "the reading's 'viel' is not a number", "a number such as 200 or 0.25"),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_is_refused(text, key, message, expected):
    _made, wrong = read(lambda tree, known: known.period(tree), text)
    assert (key, message, expected) in wrong


# -- conditions

CONDITIONS = [
    ("{safety_risk: true}", SAFE),
    ("{safety_risk: [true, false]}", Among("safety_risk", frozenset({True, False}))),
    ("{grade: {is_not: 重大, or_unknown: true}}", Among("grade", frozenset({"重大"}), True, True)),
    ("{grade: {is: 重大}}", Among("grade", frozenset({"重大"}), False, False)),
    ("{amount: {at_least: 5}}", Compared("amount", "at_least", Decimal(5))),
    ("{amount: {less_than: {reading: limit}, or_unknown: true}}", Compared("amount", "less_than", Decimal(500), True)),
    ("{amount: {more_than: {reading: open}}}", Compared("amount", "more_than", None)),
    ("{amount: {at_least: 1, at_most: 2}}", All((Compared("amount", "at_least", Decimal(1)), Compared("amount", "at_most", Decimal(2))))),
    ("{amount: {known: false}}", Known("amount", False)),
    ("{amount: {known: true}, safety_risk: true}", All((Known("amount", True), SAFE))),
    ("{all: [{safety_risk: true}]}", All((SAFE,))),
    ("{any: [{safety_risk: true}, {grade: 重大}]}", AnyOf((SAFE, Among("grade", frozenset({"重大"}))))),
    ("{none: [{safety_risk: true}]}", NoneOf((SAFE,))),
    ("{tagged: [S-1, S-2]}", Tagged(frozenset({"S-1", "S-2"}))),
    ("{reading: {limit: 500}}", Constant(True, (("limit", 500),))),
    ("{reading: {limit: 501}}", Constant(False, (("limit", 501),))),
    ("{department: 客服部}", Among("department", frozenset({"客服部"}))),
    ("{recurs_from: 重大}", Among("recurs_from", frozenset({"重大"}))),
    ("{media: actual}", Among("media", frozenset({"actual"}))),
    ("{closing_mode: agreed}", Among("closing_mode", frozenset({"agreed"}))),
    ("{customer_kind: 业主}", Among("customer_kind", frozenset({"业主"}))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_a_condition_is_read_whole(text, expected):
    made, wrong = read(lambda tree, known: known.read_condition(tree), text)
    assert (made, wrong) == (expected, [])


@pytest.mark.parametrize(
    ("text", "key", "message", "expected"),
    [
        ("{zzz: 1}", "zzz", "unknown fact 'zzz'", one_of(sorted(CONDITION_FACTS))),
        ("{amount: {over: 1}}", "amount.over", "unknown operator 'over'", one_of(OPERATORS)),
        ("{amount: {}}", "amount", "no operator", one_of(OPERATORS)),
        ("{grade: {at_least: 1}}", "grade.at_least", "grade is not a number", "is or is_not"),
        ("{safety_risk: 有}", "safety_risk", "not true or false", "true or false"),
        ("{amount: 多}", "amount", "not a number", "a number"),
        ("{amount: true}", "amount", "not a number", "a number"),
        ("{grade: null}", "grade", "not a value", "a word, number, true or false"),
        ("{grade: 小}", "grade", "unknown grade '小'", "one of 重大"),
        ("{recurs_from: 小}", "recurs_from", "unknown grade '小'", "one of 重大"),
        ("{department: 部}", "department", "unknown department '部'", "one of 客服部, 物业部"),
        ("{media: loud}", "media", "unknown media 'loud'", "one of actual, none, possible"),
        ("{closing_mode: happy}", "closing_mode", "unknown closing mode 'happy'", one_of(sorted(CLOSING_MODES))),
        ("{tagged: [S-3]}", "tagged[0]", "unknown fact 'S-3'", "one of S-1, S-2"),
        ("{reading: {zzz: 1}}", "reading.zzz", "unknown reading 'zzz'", "one of limit, open, wrong"),
        ("{amount: {at_least: 5000000000000}}", "amount.at_least", "number too large", "less than 1000000000000"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(text, key, message, expected):
    _made, wrong = read(lambda tree, known: known.read_condition(tree), text)
    assert (key, message, expected) in wrong


# -- facts and their values


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("complainants", 0, 0),
        ("complainants", 3, 3),
        ("amount", "0", Decimal(0)),
        ("amount", 5, Decimal(5)),
        ("safety_risk", False, False),
        ("tags", ["S-1"], ("S-1",)),
        ("media", "possible", "possible"),
        ("category", "服务", "服务"),
        ("amount", None, None),
        ("occurred_at", "2026-03-01T02:00:00+00:00", datetime(2026, 3, 1, 10, tzinfo=SHANGHAI)),
    ],
)
def test_a_fact_has_its_own_type(key, given, expected):
    found = normal(key, given)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("key", "given", "why"),
    [
        ("complainants", -1, "expected a whole number of 0 or more"),
        ("complainants", True, "expected a whole number of 0 or more"),
        ("complainants", "3", "expected a whole number of 0 or more"),
        ("amount", "-0.01", "expected an amount of 0 or more"),
        ("amount", "NaN", "expected an amount of 0 or more"),
        ("amount", 1.5, "expected a decimal number as text"),
        ("amount", True, "expected a decimal number as text"),
        ("amount", "viel", "expected a decimal number as text"),
        ("safety_risk", 1, "expected true or false"),
        ("tags", "S-1", "expected a list of fact ids"),
        ("tags", [1], "expected a list of fact ids"),
        ("category", 5, "expected a text"),
        ("media", "loud", "expected one of none, possible, actual"),
    ],
)
def test_a_fact_that_does_not_fit_says_what_would(key, given, why):
    with pytest.raises(ValueError, match=f"^{why}$"):
        normal(key, given)


def test_an_unknown_fact_is_no_fact():
    with pytest.raises(KeyError, match="weather"):
        normal("weather", 1)


# -- bounds, facts and lifts


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("at_least", False, True, True),
        ("more_than", False, False, True),
        ("at_most", True, True, False),
        ("less_than", True, False, False),
    ],
)
def test_whether_a_bound_is_included_is_its_operators_word(operator, below, at, above):
    condition = Compared("amount", operator, Decimal(5))
    found = [condition.holds({"amount": Decimal(n)}) for n in ("4.99", "5", "5.01")]
    assert found == [below, at, above]
    assert not condition.holds({"amount": None})
    assert Compared("amount", operator, Decimal(5), or_unknown=True).holds({"amount": None})
    assert not Compared("amount", operator, None).holds({"amount": Decimal(5)})


def test_a_fact_keeps_its_clause_kind_and_line():
    assert read_pack(SMALL).facts["S-03"] == Fact("S-03", "3", "clock", "两小时响应")


@pytest.mark.parametrize("name", ["of", "to"])
def test_a_lift_says_from_where_to_where(name):
    whole = "{of: 普通, to: 重大, when: {safety_risk: true}, source: [S-02]}"
    known = read_pack(SMALL.replace("manual_grade:", f"lifts: [{whole}]\nmanual_grade:"))
    assert [(one.of, one.to, one.source) for one in known.lifts] == [("普通", "重大", ("S-02",))]
    value = "普通" if name == "of" else "重大"
    text = SMALL.replace(
        "manual_grade:", f"lifts: [{whole.replace(f'{name}: {value}, ', '')}]\nmanual_grade:"
    )
    with pytest.raises(PackErrors) as refused:
        read_pack(text)
    told = [(one.key, one.message, one.expected) for one in refused.value.errors]
    assert (f"lifts[0].{name}", "missing", f"a value for {name}") in told
