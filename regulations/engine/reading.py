"""Read a regulation pack from YAML; all mistakes are found at once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from regulations.engine import reading_rules as rules
from regulations.engine.conditions import ALWAYS
from regulations.engine.pack import (
    Check,
    Control,
    Demand,
    Fact,
    Numbering,
    Pack,
    Periodic,
    Question,
    Reading,
    Retention,
    Scoring,
    ValidityReason,
    Verification,
    YesNo,
)
from regulations.engine.reading_beside import read_beside
from regulations.engine.reading_fields import read_field
from regulations.engine.reading_printed import read_forms
from regulations.engine.reading_terms import (
    MAX_NAME,
    read_grading,
    read_list,
    read_numbering,
    read_terms,
)
from regulations.engine.reading_words import Words
from regulations.engine.yaml_tree import PackError, PackErrors, Tree, parse

__all__ = ["MUST_BE_CITED", "PackError", "PackErrors", "read_pack"]

# A fact of these kinds is either cited by a rule or listed under `unused` with the reason.
MUST_BE_CITED = frozenset(
    [
        "category",
        "grade",
        "clock",
        "escalation",
        "approval",
        "intake",
        "validity",
        "closing",
        "survey",
        "followup",
        "penalty",
        "reward",
        "audit",
        "report",
        "numbering",
        "retention",
        "form",
    ]
)
FACT_KINDS = tuple(sorted(MUST_BE_CITED | {"department", "role", "principle"}))
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FACT_ID = re.compile(r"(?=.{1,16}$)[A-Z][A-Z0-9]*-[0-9]+")
MAX_TITLE = 200
EVERY = ("day", "week", "month", "quarter", "year")
# Reports over many cases that a periodic duty may name.
REPORTS = (
    "ranking",
    "closing_rate",
    "management",
    "departments",
    "follow_ups",
    "indicators",
    "early_warning",
    "sources",
    "meeting",
    "appraisal",
)


def read_pack(
    source: str | Path, file: str | None = None, chosen: Mapping[str, Any] | None = None
) -> Pack:
    """Return the pack of a YAML file, which a Path names, or of a YAML text: a str is never a name.

    `file` is the name that errors carry for a text. `chosen` gives readings another value than
    the text's own: one of the alternatives, or any value of a setting. Raises PackErrors, which
    lists every mistake with file, line, key, what is wrong and what would be right; OSError if
    the file cannot be read.
    """
    if isinstance(source, Path):
        file = file or source.name
        source = source.read_text(encoding="utf-8")
    tree = parse(source, file or "pack")
    pack = _pack(tree, chosen or {})
    if tree.findings.errors:
        raise PackErrors(tree.findings.errors)
    return pack


def _pack(tree: Tree, chosen: Mapping[str, Any]) -> Pack:
    facts = _facts(tree)
    words = Words(fact_ids=frozenset(facts))
    readings = read_list(tree, "readings", lambda item: _reading(item, words, chosen))
    for key in sorted(set(chosen) - {reading.key for reading in readings}):
        tree.findings.add(1, f"readings.{key}", f"unknown reading {key!r}", "a key of readings")
    words.readings = {reading.key: reading.value for reading in readings}
    parts: dict[str, Any] = {"facts": MappingProxyType(facts), "readings": readings}
    parts |= _head(tree, words)
    parts |= read_terms(tree, words)
    parts |= read_grading(tree, words)
    parts |= _intake(tree, words, parts)
    parts |= _rules(tree, words)
    parts["forms"] = read_forms(tree, words, parts)
    parts["unused"] = _unused(tree, words, facts)
    parts["asked"], parts["cited"] = frozenset(words.asked), frozenset(words.cited)
    tree.done()
    return Pack(**parts)


def _facts(tree: Tree) -> dict[str, Fact]:
    found = tree.get("facts", required=True)
    facts = {}
    for name, child in found.entries().items() if found is not None else ():
        if not FACT_ID.fullmatch(name):
            child.wrong(f"not a fact id: {name!r}", "an id such as DALI-112, at most 16 characters")
        cells = child.items()
        if len(cells) != 3:
            child.wrong("not a fact", "[clause, kind, line]")
            continue
        clause, kind, line = (cell.as_text() for cell in cells)
        if kind and kind not in FACT_KINDS:
            cells[1].wrong(f"unknown kind {kind!r}", "one of " + ", ".join(FACT_KINDS))
        facts[name] = Fact(name, clause, kind, line)
    return facts


def _unused(tree: Tree, words: Words, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return why facts are not cited; each that must be cited is, or is listed here."""
    found = tree.get("unused")
    entries = {} if found is None else found.entries()
    for name, child in entries.items():
        if name not in facts:
            child.wrong(f"unknown fact {name!r}", "an id of the list of facts")
        elif name in words.cited:
            child.wrong(f"{name} is cited by a rule", "only facts that no rule cites")
    listed = tree.entries().get("facts")
    for name, child in listed.entries().items() if listed is not None else ():
        known = facts.get(name)
        if known and known.kind in MUST_BE_CITED and name not in words.cited | set(entries):
            child.wrong("no rule cites this fact", "a rule with it as source, or a line in unused")
    return MappingProxyType({name: child.as_text() for name, child in entries.items()})


def _head(tree: Tree, words: Words) -> dict[str, Any]:
    control = tree.get("control", required=True)
    warn_before = words.figure(tree, words.readings.get("warn_before")) or Decimal(0)
    if not 0 <= warn_before < 1:
        tree.wrong("warn_before is no share", "a reading warn_before from 0 up to below 1")
    return {
        "code": _code(tree),
        "version": tree.integer("version", required=True, default=1),
        "title": tree.text("title", longest=MAX_TITLE),
        "short_title": tree.text("short_title", longest=MAX_NAME),
        "issuer": tree.text("issuer"),
        "control": Control() if control is None else _control(control, words),
        "in_force_from": tree.day("in_force_from"),
        "beneath": tree.optional_text("beneath"),
        "warn_before": warn_before,
    }


def _code(tree: Tree) -> str:
    """Return the code under which the regulation is known, also in addresses."""
    code = tree.text("code", longest=MAX_NAME)
    found = tree.get("code")
    if found is not None and code and not CODE.fullmatch(code):
        found.wrong(
            f"not a code: {code!r}", "small letters, digits and hyphens such as dali-tourism"
        )
    return code


def _control(tree: Tree, words: Words) -> Control:
    days = {name: tree.day(name) for name in ("drafted", "checked", "reviewed", "approved")}
    control = Control(**days, source=words.source(tree))
    tree.done()
    return control


def _reading(tree: Tree, words: Words, chosen: Mapping[str, Any]) -> Reading:
    value = tree.get("value", required=True)
    reading = Reading(
        key=tree.text("key"),
        label=tree.text("label"),
        value=None if value is None else value.value,
        alternatives=tuple(item.value for item in tree.each("alternatives")),
        source=words.source(tree),
        setting=tree.truth("setting"),
        words=_value_words(tree),
    )
    tree.done()
    if reading.key not in chosen:
        return reading
    wanted = chosen[reading.key]
    if not reading.setting and wanted not in (reading.value, *reading.alternatives):
        known = ", ".join(map(str, (reading.value, *reading.alternatives)))
        tree.wrong(f"unknown value {wanted!r}", f"one of {known}")
        return reading
    others = tuple(one for one in (reading.value, *reading.alternatives) if one != wanted)
    return replace(reading, value=wanted, alternatives=others)


def _value_words(tree: Tree) -> tuple[tuple[str, str], ...]:
    """Return (value, words) for the values of a reading that are codes."""
    found = tree.get("words")
    entries = {} if found is None else found.entries()
    return tuple((value, child.as_text()) for value, child in entries.items())


def _intake(tree: Tree, words: Words, parts: Mapping[str, Any]) -> dict[str, Any]:
    lists = {
        name: tuple(term.name for term in parts[name])
        for name in (
            "departments",
            "channels",
            "customer_kinds",
            "categories",
            "clock_categories",
            "urgencies",
        )
    }
    lists |= {name: parts[name] for name in ("projects", "kinds")}
    numbering = tree.get("numbering", required=True)
    return {
        "intake": read_list(tree, "intake", lambda item: read_field(item, words, lists)),
        "numbering": (
            Numbering("{serial}", "none") if numbering is None else read_numbering(numbering, words)
        ),
        "validity": read_list(tree, "validity", lambda item: _validity(item, words)),
        "validity_questions": read_list(
            tree, "validity_questions", lambda item: _yes_no(item, words)
        ),
        "verifications": read_list(tree, "verifications", lambda item: _verification(item, words)),
        "demands": read_list(tree, "demands", lambda item: _demand(item, words)),
        "survey": read_list(tree, "survey", lambda item: _question(item, words)),
        **read_beside(tree, words, lists),
    }


def _validity(tree: Tree, words: Words) -> ValidityReason:
    fact = tree.get("fact", required=True)
    name = "" if fact is None else words.known(fact, words.fact_ids, "fact")
    reason = ValidityReason(name, tree.text("text"), words.source(tree), tree.truth("explained"))
    tree.done()
    return reason


def _yes_no(tree: Tree, words: Words) -> YesNo:
    question = YesNo(tree.text("key"), tree.text("label"), words.source(tree))
    tree.done()
    return question


def _verification(tree: Tree, words: Words) -> Verification:
    verification = Verification(
        when=words.condition(tree),
        checks=read_list(tree, "checks", lambda item: _check(item, words), required=True),
        steps=tuple(rules.read_kind(item) for item in tree.each("steps")),
        source=words.source(tree),
    )
    tree.done()
    return verification


def _check(tree: Tree, words: Words) -> Check:
    fact = tree.get("fact", required=True)
    name = "" if fact is None else words.known(fact, words.fact_ids, "fact")
    check = Check(name, tree.text("text"), words.source(tree))
    tree.done()
    return check


def _demand(tree: Tree, words: Words) -> Demand:
    event = tree.get("event", required=True)
    demand = Demand(
        event="" if event is None else rules.read_kind(event),
        field=tree.text("field"),
        label=tree.text("label"),
        source=words.source(tree),
        written=tree.truth("written"),
    )
    tree.done()
    return demand


def _question(tree: Tree, words: Words) -> Question:
    question = Question(
        key=tree.text("key"),
        label=tree.text("label"),
        type=tree.choice("type", ("yes_no", "score")),
        source=words.source(tree),
        low=tree.optional_integer("low"),
        high=tree.optional_integer("high"),
        reason_below=tree.optional_integer("reason_below"),
        reason_source=words.source(tree, "reason_source", required=False),
    )
    tree.done()
    return question


def _rules(tree: Tree, words: Words) -> dict[str, Any]:
    rate, signer = tree.get("rate", required=True), tree.get("closing_signer")
    parts = {
        "clocks": read_list(tree, "clocks", lambda item: rules.read_clock(item, words)),
        "extensions": read_list(tree, "extensions", lambda item: rules.read_extension(item, words)),
        "extension_reason": words.source(tree, "extension_reason", required=False),
        "pauses": read_list(tree, "pauses", lambda item: rules.read_pause(item, words)),
        "reports": read_list(tree, "reports", lambda item: rules.read_report(item, words)),
        "tasks": read_list(tree, "tasks", lambda item: rules.read_task(item, words)),
        "approvals": read_list(tree, "approvals", lambda item: rules.read_approval(item, words)),
        "gates": read_list(tree, "gates", lambda item: rules.read_gate(item, words)),
        "closing": read_list(
            tree, "closing_modes", lambda item: rules.read_mode(item, words), True
        ),
        "closing_signer": (
            None if signer is None else rules.read_approval(signer, words, what="close")
        ),
        "penalties": read_list(tree, "penalties", lambda item: rules.read_penalty(item, words)),
        "rewards": read_list(tree, "rewards", lambda item: rules.read_reward(item, words)),
        "scoring": _scoring(tree, words),
        "flags": read_list(tree, "flags", lambda item: rules.read_flag(item, words)),
        "counted_kinds": () if rate is None else rate.words("kinds", required=True),
        "counted_when": ALWAYS if rate is None else words.condition(rate),
        "rate_source": () if rate is None else words.source(rate),
        "periodic": read_list(tree, "periodic", lambda item: _periodic(item, words)),
        "retention": read_list(tree, "retention", lambda item: _retention(item, words)),
    }
    _check_ids(tree, parts)
    return parts


def _scoring(tree: Tree, words: Words) -> Scoring | None:
    found = tree.get("scoring")
    if found is None:
        return None
    weights = found.get("weights", required=True)
    shares = {} if weights is None else weights.entries()
    scoring = Scoring(
        weights=tuple((name, child.as_decimal() or Decimal(0)) for name, child in shares.items()),
        excluded=tuple(
            words.known(item, words.departments, "department") for item in found.each("excluded")
        ),
        source=words.source(found),
    )
    if sum(share for _, share in scoring.weights) != 1:
        found.wrong("weights do not add up to 1", "shares such as 0.7 and 0.3")
    found.done()
    return scoring


def _retention(tree: Tree, words: Words) -> Retention:
    retention = Retention(tree.text("what"), words.period(tree), words.source(tree))
    tree.done()
    return retention


def _check_ids(tree: Tree, parts: Mapping[str, Any]) -> None:
    for name in ("clocks", "penalties", "tasks"):
        ids = [rule.id for rule in parts[name]]
        for again in sorted({one for one in ids if ids.count(one) > 1}):
            if (found := tree.get(name)) is not None:
                found.wrong(f"id {again!r} stands twice", "each id once")


def _periodic(tree: Tree, words: Words) -> Periodic:
    every = tree.choice("every", EVERY) if tree.get("every") is not None else None
    share = tree.decimal("share")
    report = tree.choice("report", REPORTS) if tree.get("report") is not None else None
    by = words.department(tree, "by")
    periodic = Periodic(
        tree.text("key"), tree.text("text"), words.source(tree), every, share, report, by
    )
    tree.done()
    return periodic
