"""Readers for the rules of a pack: clocks, approvals, gates, closing, penalties and the rest."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from regulations.engine.conditions import NEVER
from regulations.engine.facts import MOMENTS
from regulations.engine.history import KINDS
from regulations.engine.pack import (
    RESPONSIBLE,
    SUPPORTING,
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
from regulations.engine.reading_words import CLOSING_MODES, Words
from regulations.engine.verdict import APPROVALS, MISSING, STAGES, SUBJECTS
from regulations.engine.yaml_tree import Tree

WHO = ("receiving", RESPONSIBLE, "owner")


def read_clock(tree: Tree, words: Words) -> ClockRule:
    """Return one clock with its rows."""
    until_closing, window = tree.truth("until_closing"), tree.truth("window")
    shared = tuple(read_pattern(item, words) for item in tree.each("stops"))
    rows = tuple(_clock_row(item, words, shared) for item in tree.each("rows", required=True))
    if not (until_closing or window) and any(not row.stops for row in rows):
        tree.wrong("nothing stops this clock", "stops, until_closing: true or window: true")
    rule = ClockRule(
        id=tree.text("id"),
        stage=tree.choice("stage", STAGES),
        starts=_starts(tree, words),
        rows=rows,
        who=tree.choice("who", WHO),
        each=tree.truth("each"),
        again=tree.truth("again"),
        until_closing=until_closing,
        once_true=tree.truth("once_true"),
        window=window,
        pausable=tree.truth("pausable"),
        assumed=NEVER if tree.get("assumed") is None else words.condition(tree, "assumed"),
    )
    tree.done()
    return rule


def _starts(tree: Tree, words: Words) -> tuple[Pattern, ...]:
    starts = tree.get("starts", required=True)
    if starts is None:
        return ()
    listed = [starts] if starts.is_mapping else starts.items()
    return tuple(read_pattern(item, words) for item in listed)


def _clock_row(tree: Tree, words: Words, shared: tuple[Pattern, ...]) -> ClockRow:
    own = tuple(read_pattern(item, words) for item in tree.each("stops"))
    promised, counted_from = tree.optional_text("promised"), tree.optional_text("counted_from")
    if counted_from is not None and counted_from not in MOMENTS:
        tree.wrong(f"{counted_from!r} is no moment", "one of " + ", ".join(sorted(MOMENTS)))
    row = ClockRow(
        when=words.condition(tree),
        period=None if promised else words.period(tree),
        source=words.source(tree),
        stops=own or shared,
        promised=promised,
        at_work=tree.truth("at_work"),
        counted_from=counted_from,
    )
    tree.done()
    return row


def read_pause(tree: Tree, words: Words) -> PauseRule:
    """Return a reason for which clocks may stand."""
    longest, by = tree.get("longest"), tree.get("by")
    rule = PauseRule(
        reason=tree.text("reason"),
        source=words.source(tree),
        longest=None if longest is None else words.period(longest),
        by=None if by is None else words.signer(by),
    )
    tree.done()
    return rule


def read_pattern(tree: Tree, words: Words) -> Pattern:
    """Return a pattern of events: a kind, or a mapping with `event` and the data it must carry."""
    if not tree.is_mapping:
        return Pattern(read_kind(tree))
    event = tree.get("event", required=True)
    since = tree.get("since")
    in_round, has = tree.truth("in_round"), tree.words("has")
    data = {
        name: frozenset(item.value for item in child.items())
        for name, child in tree.entries().items()
        if name not in ("event", "since", "in_round", "has")
    }
    for item in (tree.entries().get("to"),):
        for word in item.items() if item is not None else ():
            words.signer(word)
    return Pattern(
        "" if event is None else read_kind(event),
        MappingProxyType(data),
        None if since is None else read_kind(since),
        in_round,
        has,
    )


def read_kind(tree: Tree) -> str:
    """Return a kind of event; an unknown one is noted."""
    word = tree.as_text()
    if word and word not in KINDS:
        tree.wrong(f"unknown event {word!r}", "one of " + ", ".join(sorted(KINDS)))
    return word


def read_extension(tree: Tree, words: Words) -> ExtensionRule:
    """Return who signs an extension."""
    by = tree.get("by", required=True)
    rule = ExtensionRule(
        by="" if by is None else words.signer(by),
        when=words.condition(tree),
        source=words.source(tree),
        also=words.signers(tree, "also"),
    )
    tree.done()
    return rule


def read_report(tree: Tree, words: Words) -> ReportRule:
    """Return who must be told, and from which event on."""
    late = tree.get("late") is not None
    to, on = tree.get("to", required=True), tree.get("on", required=not late)
    rule = ReportRule(
        to="" if to is None else words.signer(to),
        on=Pattern("") if on is None else read_pattern(on, words),
        when=words.condition(tree),
        source=words.source(tree),
        invalid=tree.truth("invalid"),
        late=tree.choice("late", STAGES) if late else None,
        days=_late_days(tree, words),
    )
    tree.done()
    return rule


def _late_days(tree: Tree, words: Words) -> int | None:
    """Return from which late day on somebody is told: the first one if nothing is said."""
    found = tree.get("days")
    if found is None:
        return 1
    days = words.bound(found)
    if days is not None and (days < 1 or days != int(days)):
        found.wrong(f"not a number of late days: {days}", "a whole number from 1 on")
    return None if days is None else int(days)


def read_task(tree: Tree, words: Words) -> TaskRule:
    """Return something that must be done beside the loop."""
    to, on = tree.get("to", required=True), tree.get("on", required=True)
    rule = TaskRule(
        id=tree.text("id"),
        to="" if to is None else words.signer(to),
        text=tree.text("text"),
        on=Pattern("") if on is None else read_pattern(on, words),
        when=words.condition(tree),
        source=words.source(tree),
    )
    tree.done()
    return rule


def read_approval(tree: Tree, words: Words, what: str | None = None) -> ApprovalRule:
    """Return a signature that is needed; `what` is given where the place says it."""
    by, on = tree.get("by", required=True), tree.get("on")
    signer = ""
    if by is not None:
        signer = SUPPORTING if by.value == SUPPORTING else words.signer(by)
    rule = ApprovalRule(
        what=what or tree.choice("what", APPROVALS),
        by=signer,
        when=words.condition(tree),
        source=words.source(tree),
        also=words.signers(tree, "also"),
        on=None if on is None else read_kind(on),
        setting=tree.truth("setting"),
    )
    tree.done()
    return rule


def read_gate(tree: Tree, words: Words) -> GateRule:
    """Return what a step of the lifecycle needs."""
    step = tree.get("step", required=True)
    return GateRule("" if step is None else read_kind(step), read_need(tree, words))


def read_need(tree: Tree, words: Words) -> Need:
    """Return something that a step or a closing waits for."""
    closing = tree.truth("closing")
    approvals = tuple(
        words.known(item, frozenset(APPROVALS), "approval") for item in tree.each("approvals")
    )
    met = tuple(read_pattern(item, words) for item in tree.each("met"))
    by = tree.get("by")
    if sum(map(bool, (closing, approvals, met))) != 1:
        tree.wrong("no single way to meet it", "one of met, approvals, closing")
    need = Need(
        what="approval" if closing else tree.choice("what", MISSING),
        when=words.condition(tree),
        source=words.source(tree),
        met=met,
        approvals=approvals,
        closing=closing,
        by=None if by is None else words.signer(by),
        strict=tree.truth("strict"),
    )
    tree.done()
    return need


def read_mode(tree: Tree, words: Words) -> ClosingMode:
    """Return one way of closing and what it needs."""
    mode = ClosingMode(
        name=tree.choice("name", CLOSING_MODES),
        label=tree.text("label"),
        needs=tuple(read_need(item, words) for item in tree.each("needs")),
        source=words.source(tree),
        signs=tuple(read_pattern(item, words) for item in tree.each("signs")),
    )
    tree.done()
    return mode


def read_penalty(tree: Tree, words: Words) -> PenaltyRule:
    """Return an offence and its price."""
    amount, decided_by = tree.decimal("amount"), tree.get("decided_by")
    leaders = tree.get("leaders")
    bands = tuple(_band(item, words) for item in tree.each("bands"))
    own = words.source(tree)
    rule = PenaltyRule(
        id=tree.text("id"),
        subjects=_subjects(tree, "subject", required=True),
        source=tuple(dict.fromkeys((*own, *(fact for band in bands for fact in band.source)))),
        text=tree.text("text"),
        when=words.condition(tree),
        stage=tree.choice("stage", STAGES) if tree.get("stage") is not None else None,
        amount=None if amount is None else money(amount),
        range=_range(tree),
        sanction=tree.optional_text("sanction"),
        bands=bands,
        decided_by=None if decided_by is None else words.signer(decided_by),
        leaders=None if leaders is None else words.signer(leaders),
    )
    if not (rule.amount or rule.range or rule.sanction or rule.bands):
        tree.wrong("no price", "amount, range, sanction or bands")
    _check_bands(tree, bands)
    payers = [rule.subjects, *(band.subjects for band in bands)]
    if rule.leaders is None and any(LEADERS in some for some in payers):
        tree.wrong("no post for the leaders", "leaders: a post of the pack")
    tree.done()
    return rule


LEADERS = "leaders"


def _subjects(tree: Tree, name: str, required: bool = False) -> tuple[str, ...]:
    subjects = tuple(item.as_text() for item in tree.each(name, required))
    for word, item in zip(subjects, tree.each(name), strict=True):
        if word and word not in SUBJECTS:
            item.wrong(f"unknown subject {word!r}", "one of " + ", ".join(SUBJECTS))
    return subjects or (SUBJECTS[:1] if required else ())


def _range(tree: Tree) -> tuple[Decimal, Decimal] | None:
    edges = [item.as_decimal() for item in tree.each("range")]
    if not edges:
        return None
    if len(edges) != 2 or None in edges or money(edges[0]) > money(edges[1]):
        tree.wrong("not a range", "two amounts, the smaller first")
        return None
    return money(edges[0]), money(edges[1])


def _band(tree: Tree, words: Words) -> Band:
    per_day = tree.decimal("per_day")
    band = Band(
        first=tree.integer("first", required=True),
        last=tree.optional_integer("last"),
        source=words.source(tree),
        per_day=None if per_day is None else money(per_day),
        range=_range(tree),
        subjects=_subjects(tree, "subjects"),
    )
    if (band.per_day is None) is (band.range is None):
        tree.wrong("no single price", "either per_day or range")
    tree.done()
    return band


def _check_bands(tree: Tree, bands: tuple[Band, ...]) -> None:
    """Note bands that leave a gap, overlap, or go on after an open end."""
    expected = 1
    for number, band in enumerate(bands):
        if band.first != expected:
            tree.wrong(f"band {number + 1} starts at {band.first}", f"first: {expected}")
        if band.last is None:
            if number + 1 < len(bands):
                tree.wrong(f"band {number + 1} has no end", "a last day")
            return
        expected = band.last + 1


def read_reward(tree: Tree, words: Words) -> Reward:
    """Return a reward for a score between two bounds."""
    amount = tree.decimal("amount", required=True)
    reward = Reward(
        amount=money(amount),
        source=words.source(tree),
        at_least=tree.decimal("at_least"),
        more_than=tree.decimal("more_than"),
        less_than=tree.decimal("less_than"),
        at_most=tree.decimal("at_most"),
    )
    tree.done()
    return reward


def read_flag(tree: Tree, words: Words) -> FlagRule:
    """Return a mark that people should see while its condition holds."""
    flag = FlagRule(tree.text("name"), words.condition(tree), words.source(tree), tree.text("text"))
    tree.done()
    return flag


def money(amount: Decimal | None) -> Decimal:
    """Return an amount with two places."""
    return (amount or Decimal(0)).quantize(Decimal("0.01"))


def as_options(tree: Tree, lists: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Return (value, label) pairs: a list of the pack by name, a list of words, or a mapping."""
    if tree.is_mapping:
        return tuple((key, child.as_text()) for key, child in tree.entries().items())
    value: Any = tree.value
    if isinstance(value, str):
        if value not in lists:
            tree.wrong(f"unknown list {value!r}", "one of " + ", ".join(lists))
        return tuple((word, word) for word in lists.get(value, ()))
    words = [item.as_text() for item in tree.items()]
    return tuple((word, word) for word in words)
