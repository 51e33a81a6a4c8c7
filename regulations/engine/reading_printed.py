"""Reader for a pack's printed forms; a blank that nothing could fill in is a mistake of the pack."""

from collections.abc import Mapping
from typing import Any

from regulations.engine.history import KINDS
from regulations.engine.printed import CASE, PLAN, Blank, Form
from regulations.engine.reading_terms import read_list
from regulations.engine.reading_words import Words
from regulations.engine.verdict import APPROVALS, STAGES
from regulations.engine.yaml_tree import Tree

SIDES = ("customer", "property")


def read_forms(tree: Tree, words: Words, parts: Mapping[str, Any]) -> tuple[Form, ...]:
    """Return the forms under `forms`; `parts` are those read before: intake, survey, flags."""
    return read_list(tree, "forms", lambda item: _form(item, words, parts))


def _form(tree: Tree, words: Words, parts: Mapping[str, Any]) -> Form:
    found = tree.get("blocks")
    blocks = {} if found is None else found.entries()
    form = Form(
        key=tree.text("key"),
        title=tree.text("title"),
        source=words.source(tree),
        blocks=tuple(
            (name, tuple(_blank(item, words, parts) for item in child.items()))
            for name, child in blocks.items()
        ),
        copies=tree.words("copies"),
    )
    names = [blank.name for blank in form.blanks]
    for again in sorted({name for name in names if names.count(name) > 1}):
        tree.wrong(f"blank {again!r} stands twice", "each name once in a form")
    tree.done()
    return form


def _blank(tree: Tree, words: Words, parts: Mapping[str, Any]) -> Blank:
    """Return a blank: its name alone, or a mapping of name, from, boxes, signed, by and room."""
    if not tree.is_mapping:
        return Blank(tree.as_text())
    found = tree.get("from")
    filled = None if found is None else _filled(found, parts)
    blank = Blank(
        name=tree.text("name"),
        filled=filled,
        boxes=_boxes(tree, filled, parts),
        signed=tuple(_signed(item) for item in tree.each("signed")),
        by=words.signers(tree, "by"),
        room=tree.truth("room"),
    )
    if blank.filled and blank.signed:
        tree.wrong("filled in and signed", "either from or signed")
    tree.done()
    return blank


def _filled(tree: Tree, parts: Mapping[str, Any]) -> str:
    word = tree.as_text()
    group, _, name = word.partition(".")
    known: dict[str, tuple[str, ...]] = {
        "": CASE,
        "intake": tuple(field.key for field in parts["intake"]),
        "survey": tuple(question.key for question in parts["survey"]),
        "plan": PLAN,
        "clock": STAGES,
        "flag": tuple(rule.name for rule in parts["flags"]),
    }
    if not name:
        group, name = "", word
    if group in known:
        if name not in known[group]:
            tree.wrong(f"nothing is called {word!r}", "one of " + ", ".join(known[group]))
    elif group not in KINDS:
        tree.wrong(f"unknown event {group!r}", "one of " + ", ".join(sorted(KINDS)))
    return word


def _boxes(tree: Tree, filled: str | None, parts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the boxes to tick: a list of words, or `true` for all that the value can be."""
    found = tree.get("boxes")
    if found is None:
        return ()
    if found.value is not True:
        return tuple(item.as_text() for item in found.items())
    labels = {
        f"intake.{field.key}": tuple(label for _value, label in field.options)
        for field in parts["intake"]
    }
    boxes = labels.get(filled or "", ())
    if filled == "plan.option" or (filled or "").endswith((".option", ".actions")):
        boxes = parts["plan_options"]
    elif filled == "investigated.conclusion":
        boxes = parts["conclusions"]
    if not boxes:
        found.wrong("nothing to choose from", "a list of words")
    return boxes


def _signed(tree: Tree) -> str:
    word = tree.as_text()
    kind, _, what = word.partition(".")
    known = {"approved": APPROVALS, "confirmed": SIDES}.get(kind, ())
    if kind not in KINDS or (what and what not in known):
        tree.wrong(
            f"no act {word!r}", "an event such as closed, approved.sheet, confirmed.customer"
        )
    return word
