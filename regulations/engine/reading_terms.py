"""Readers for what a pack names: departments, posts, categories, and the grades."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any, TypeVar

from regulations.engine.calendar import ROUND_THE_CLOCK, Hours
from regulations.engine.conditions import ruled_out
from regulations.engine.facts import KNOWN
from regulations.engine.reading_words import Words
from regulations.engine.rules import Criterion, Level, Lift
from regulations.engine.terms import (
    DOORS,
    RESPONSIBLE,
    Category,
    Channel,
    Numbering,
    Opening,
    Post,
    Route,
    Term,
    Urgency,
)
from regulations.engine.yaml_tree import Tree

T = TypeVar("T")
FIRST = date(2026, 1, 1)  # any day: to try a numbering pattern on
# A pattern is filled in for every case: no more than a figure's name and a width of one digit.
PATTERN = re.compile(r"(?:[^{}]|\{[a-z]+(?::0?[0-9])?\})*")
MAX_NAME = 64  # of what is stored beside the pack: departments, posts, categories, grades


def read_list(
    tree: Tree, name: str, read: Callable[[Tree], T], required: bool = False
) -> tuple[T, ...]:
    """Return what `read` makes of each value of the list under a key."""
    return tuple(read(item) for item in tree.each(name, required))


def read_terms(tree: Tree, words: Words) -> dict[str, Any]:
    """Return who and what the regulation names; the words are known from here on."""
    return {
        **_who(tree, words),
        **_ways(tree, words),
        **_matters(tree, words),
        "owner_department": words.department(tree, "owner_department", required=True) or "",
        "projects": tree.words("projects"),
        "conclusions": tree.words("conclusions"),
        "plan_options": tree.words("plan_options"),
        "assignment": words.source(tree, "assignment"),
        "other_departments": words.source(tree, "other_departments", required=False),
    }


def _who(tree: Tree, words: Words) -> dict[str, Any]:
    """Return departments and posts."""
    departments = read_list(
        tree, "departments", lambda item: _department(item, words), required=True
    )
    words.departments = frozenset(term.name for term in departments)
    for item in tree.each("departments"):
        if (above := item.get("above")) is not None:
            words.known(above, words.departments, "department")
    posts = read_list(tree, "posts", lambda item: _post(item, words))
    words.posts = frozenset(post.name for post in posts)
    _check_once(tree, "departments", [*departments, *posts])
    return {"departments": departments, "posts": posts}


def _ways(tree: Tree, words: Words) -> dict[str, Any]:
    """Return the hours, the channels and the kinds of customers."""
    openings = read_list(tree, "openings", lambda item: _opening(item, words))
    words.openings = {one.name: one.hours for one in openings}
    office = tree.get("working_time")
    words.office = None if office is None else _hours(office, words)
    if office is not None:
        office.done()
    channels = read_list(tree, "channels", lambda item: _channel(item, words))
    words.terms["channel"] = frozenset(term.name for term in channels)
    customer_kinds = read_list(tree, "customer_kinds", lambda item: _term(item, words))
    words.terms["customer_kind"] = frozenset(term.name for term in customer_kinds)
    return {
        "openings": openings,
        "office": words.office,
        "channels": channels,
        "customer_kinds": customer_kinds,
    }


def _matters(tree: Tree, words: Words) -> dict[str, Any]:
    """Return kinds of matters, categories and urgencies; the grades' names are known to them."""
    words.terms["grade"] = frozenset(item.text("name") for item in tree.each("grades"))
    clock_categories = read_list(tree, "clock_categories", lambda item: _term(item, words))
    words.terms["clock_category"] = frozenset(term.name for term in clock_categories)
    urgencies = _urgencies(tree, words)
    categories = read_list(tree, "categories", lambda item: _category(item, words))
    words.terms["category"] = frozenset(category.name for category in categories)
    _check_once(tree, "categories", categories)
    return {
        "clock_categories": clock_categories,
        "urgencies": urgencies,
        "categories": categories,
        "kinds": tree.words("kinds", required=True),
    }


def _check_once(tree: Tree, name: str, terms: Any) -> None:
    """Note a spelling that means two things."""
    seen: dict[str, str] = {}
    for term in terms:
        for word in (term.name, *term.aliases):
            if word in seen and (found := tree.get(name)) is not None:
                found.wrong(f"{word!r} stands twice", "each spelling once")
            seen[word] = term.name


def _department(tree: Tree, words: Words) -> Term:
    above = tree.optional_text("above")
    return replace(_term(tree, words), above=above)


def _term(tree: Tree, words: Words) -> Term:
    term = Term(tree.text("name", longest=MAX_NAME), tree.words("aliases"), words.source(tree))
    tree.done()
    return term


def _channel(tree: Tree, words: Words) -> Channel:
    opening = tree.get("opening")
    channel = Channel(
        name=tree.text("name"),
        aliases=tree.words("aliases"),
        opening=None
        if opening is None
        else words.known(opening, frozenset(words.openings), "opening"),
        source=words.source(tree),
        door=None if tree.get("door") is None else tree.choice("door", DOORS),
        receipt=words.source(tree, "receipt", required=False),
    )
    tree.done()
    return channel


def _opening(tree: Tree, words: Words) -> Opening:
    opening = Opening(tree.text("name"), _hours(tree, words), words.source(tree))
    tree.done()
    return opening


def _hours(tree: Tree, words: Words) -> Hours:
    """Return the windows of a mapping such as `{windows: ["09:00-18:00"], days: every}`.

    Windows that the house sets stand in a reading, parted by spaces: `{reading: working_windows}`.
    """
    every_day = tree.choice("days", ("open", "every"), required=False) == "every"
    given = tree.get("windows", required=True)
    if given is not None and given.is_mapping:
        texts = str(words.chosen(given) or "").split()
    else:
        texts = list(tree.words("windows"))
    try:
        windows = [text.split("-") for text in texts]
        return Hours(
            tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in windows), every_day
        )
    except ValueError:
        tree.wrong("not hours", 'windows such as ["09:00-12:00", "13:30-18:00"], in order')
        return ROUND_THE_CLOCK


def _urgencies(tree: Tree, words: Words) -> tuple[Urgency, ...]:
    names = [item.text("name") for item in tree.each("urgencies")]
    if names:
        words.terms["urgency"] = frozenset(names)
    found = read_list(tree, "urgencies", lambda item: _urgency(item, words))
    if found and sum(one.usual for one in found) != 1 and (listed := tree.get("urgencies")):
        listed.wrong("not one usual urgency", "usual: true on one of them")
    return found


def _urgency(tree: Tree, words: Words) -> Urgency:
    urgency = Urgency(
        name=tree.text("name"),
        when=None if tree.get("when") is None else words.condition(tree),
        usual=tree.truth("usual"),
        source=words.source(tree),
    )
    tree.done()
    return urgency


def _post(tree: Tree, words: Words) -> Post:
    of = tree.get("of")
    department = None
    if of is not None:
        department = RESPONSIBLE if of.value == RESPONSIBLE else words.department(tree, "of")
    post = Post(
        tree.text("name", longest=MAX_NAME), department, tree.words("aliases"), words.source(tree)
    )
    tree.done()
    return post


def _category(tree: Tree, words: Words) -> Category:
    clock, first = tree.get("clock_category"), tree.get("first")
    known = words.terms["clock_category"]
    category = Category(
        name=tree.text("name", longest=MAX_NAME),
        aliases=tree.words("aliases"),
        first=None if first is None else words.signer(first),
        first_from=tree.optional_text("first_from"),
        supporting=tuple(
            words.known(item, words.departments, "department") for item in tree.each("supporting")
        ),
        clock_category=None if clock is None else words.known(clock, known, "clock category"),
        source=words.source(tree),
        routes=read_list(tree, "routes", lambda item: _route(item, words)),
        examples=tree.words("examples"),
    )
    if category.first_from and category.first_from not in KNOWN:
        tree.wrong(f"unknown fact {category.first_from!r}", "receiving_department")
    tree.done()
    return category


def _route(tree: Tree, words: Words) -> Route:
    first = tree.get("first", required=True)
    route = Route(
        first="" if first is None else words.signer(first),
        when=words.condition(tree),
        source=words.source(tree),
    )
    tree.done()
    return route


def read_grading(tree: Tree, words: Words) -> dict[str, Any]:
    """Return the grades with their criteria, and the lifts between them."""
    return {
        "grades": read_list(tree, "grades", lambda item: _level(item, words)),
        "lifts": read_list(tree, "lifts", lambda item: _lift(item, words)),
        "manual_grade": words.source(tree, "manual_grade", required=bool(words.terms["grade"])),
    }


def _level(tree: Tree, words: Words) -> Level:
    level = Level(
        name=tree.text("name", longest=MAX_NAME),
        criteria=tuple(
            one
            for one in read_list(tree, "criteria", lambda item: _criterion(item, words))
            if not ruled_out(one.when)
        ),
        otherwise=(words.source(tree, "otherwise") if tree.get("otherwise") is not None else None),
        source=words.source(tree),
        requires=read_list(tree, "requires", lambda item: _criterion(item, words)),
        when=words.condition(tree),
    )
    tree.done()
    return level


def _criterion(tree: Tree, words: Words) -> Criterion:
    after = tree.get("after")
    criterion = Criterion(
        id=tree.text("id"),
        when=words.condition(tree),
        source=words.source(tree),
        text=tree.text("text"),
        after=None if after is None else words.period(after),
    )
    tree.done()
    return criterion


def _lift(tree: Tree, words: Words) -> Lift:
    of, to = tree.get("of", required=True), tree.get("to", required=True)
    known = words.terms["grade"]
    lift = Lift(
        of="" if of is None else words.known(of, known, "grade"),
        to="" if to is None else words.known(to, known, "grade"),
        when=words.condition(tree),
        source=words.source(tree),
    )
    tree.done()
    return lift


def read_numbering(tree: Tree, words: Words) -> Numbering:
    """Return how cases are numbered."""
    numbering = Numbering(
        pattern=tree.text("pattern"),
        reset=tree.choice("reset", ("month", "year", "none")),
        prefix=tree.text("prefix", required=False),
        source=words.source(tree),
        setting=tree.truth("setting"),
    )
    if not _tells_apart(numbering):
        tree.wrong("not a numbering pattern", 'a pattern such as "{year:04}{month:02}{serial:04}"')
    tree.done()
    return numbering


def _tells_apart(numbering: Numbering) -> bool:
    """Say whether a pattern gives two serials two numbers."""
    if not PATTERN.fullmatch(numbering.pattern):
        return False
    try:
        return numbering.number(FIRST, 1) != numbering.number(FIRST, 2)
    except (KeyError, IndexError, ValueError):
        return False
