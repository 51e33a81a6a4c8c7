"""Readers for what a pack names: departments, posts, categories, and the grades."""

from collections.abc import Callable
from typing import Any, TypeVar

from regulations.engine.facts import KNOWN
from regulations.engine.reading_rules import read_period
from regulations.engine.reading_words import Words
from regulations.engine.rules import Criterion, Level, Lift
from regulations.engine.terms import RESPONSIBLE, Category, Post, Term
from regulations.engine.yaml_tree import Tree

T = TypeVar("T")


def read_list(
    tree: Tree, name: str, read: Callable[[Tree], T], required: bool = False
) -> tuple[T, ...]:
    """Return what `read` makes of each value of the list under a key."""
    return tuple(read(item) for item in tree.each(name, required))


def read_terms(tree: Tree, words: Words) -> dict[str, Any]:
    """Return who and what the regulation names; the words are known from here on."""
    departments = read_list(tree, "departments", lambda item: _term(item, words), required=True)
    words.departments = frozenset(term.name for term in departments)
    posts = read_list(tree, "posts", lambda item: _post(item, words))
    words.posts = frozenset(post.name for post in posts)
    clock_categories = read_list(tree, "clock_categories", lambda item: _term(item, words))
    words.terms["clock_category"] = frozenset(term.name for term in clock_categories)
    categories = read_list(tree, "categories", lambda item: _category(item, words))
    words.terms["category"] = frozenset(category.name for category in categories)
    channels = read_list(tree, "channels", lambda item: _term(item, words))
    words.terms["channel"] = frozenset(term.name for term in channels)
    customer_kinds = read_list(tree, "customer_kinds", lambda item: _term(item, words))
    words.terms["customer_kind"] = frozenset(term.name for term in customer_kinds)
    _check_once(tree, "departments", [*departments, *posts])
    _check_once(tree, "categories", categories)
    return {
        "departments": departments,
        "posts": posts,
        "clock_categories": clock_categories,
        "categories": categories,
        "channels": channels,
        "customer_kinds": customer_kinds,
        "owner_department": words.department(tree, "owner_department", required=True) or "",
        "kinds": tree.words("kinds", required=True),
        "urgencies": tree.words("urgencies"),
        "projects": tree.words("projects"),
        "conclusions": tree.words("conclusions"),
        "plan_options": tree.words("plan_options"),
        "assignment": words.source(tree, "assignment"),
    }


def _check_once(tree: Tree, name: str, terms: Any) -> None:
    """Note a spelling that means two things."""
    seen: dict[str, str] = {}
    for term in terms:
        for word in (term.name, *term.aliases):
            if word in seen and (found := tree.get(name)) is not None:
                found.wrong(f"{word!r} stands twice", "each spelling once")
            seen[word] = term.name


def _term(tree: Tree, words: Words) -> Term:
    term = Term(tree.text("name"), tree.words("aliases"), words.source(tree))
    tree.done()
    return term


def _post(tree: Tree, words: Words) -> Post:
    of = tree.get("of")
    department = None
    if of is not None:
        department = RESPONSIBLE if of.value == RESPONSIBLE else words.department(tree, "of")
    post = Post(tree.text("name"), department, tree.words("aliases"), words.source(tree))
    tree.done()
    return post


def _category(tree: Tree, words: Words) -> Category:
    clock = tree.get("clock_category")
    known = words.terms["clock_category"]
    category = Category(
        name=tree.text("name"),
        aliases=tree.words("aliases"),
        first=words.department(tree, "first"),
        first_from=tree.optional_text("first_from"),
        supporting=tuple(
            words.known(item, words.departments, "department") for item in tree.each("supporting")
        ),
        clock_category=None if clock is None else words.known(clock, known, "clock category"),
        source=words.source(tree),
    )
    if category.first_from and category.first_from not in KNOWN:
        tree.wrong(f"unknown fact {category.first_from!r}", "receiving_department")
    tree.done()
    return category


def read_grading(tree: Tree, words: Words) -> dict[str, Any]:
    """Return the grades with their criteria, and the lifts between them."""
    names = [item.text("name") for item in tree.each("grades")]
    words.terms["grade"] = frozenset(names)
    return {
        "grades": read_list(tree, "grades", lambda item: _level(item, words)),
        "lifts": read_list(tree, "lifts", lambda item: _lift(item, words)),
        "manual_grade": words.source(tree, "manual_grade", required=bool(names)),
    }


def _level(tree: Tree, words: Words) -> Level:
    level = Level(
        name=tree.text("name"),
        criteria=read_list(tree, "criteria", lambda item: _criterion(item, words)),
        otherwise=(words.source(tree, "otherwise") if tree.get("otherwise") is not None else None),
        source=words.source(tree),
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
        after=None if after is None else read_period(after, words),
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
