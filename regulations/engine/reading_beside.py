"""Readers for what a pack wants beside the loop: fields of acts, records, sub-tasks, replies."""

from typing import Any

from regulations.engine.reading_fields import FIELD_TYPES, Lists, read_field
from regulations.engine.reading_rules import read_kind
from regulations.engine.reading_terms import read_list
from regulations.engine.reading_words import Words
from regulations.engine.terms import (
    Added,
    Mark,
    Record,
    Reply,
    Single,
    SubtaskSort,
    Tally,
    TouchPoint,
)
from regulations.engine.yaml_tree import Tree

# A field of an act may also name people of the house.
OF_ACTS = (*FIELD_TYPES, "people")
# What an event of a record, or of any act, holds already.
TAKEN = frozenset({"record", "at", "seen", "key", "late_reason", "files"})
MAX_KEY = 24  # of what is stored as the purpose of a text


def read_beside(tree: Tree, words: Words, lists: Lists) -> dict[str, Any]:
    """Return what the regulation wants put down, done by others, said and shown beside the loop."""
    parts: dict[str, tuple[Any, ...]] = {
        "added": read_list(tree, "added", lambda item: _added(item, words, lists)),
        "records": read_list(tree, "records", lambda item: _record(item, words, lists)),
        "subtasks": read_list(tree, "subtasks", lambda item: _subtask(item, words)),
        "single": read_list(tree, "single", lambda item: _single(item, words)),
        "touch_points": read_list(tree, "touch_points", lambda item: _touch_point(item, words)),
        "replies": read_list(tree, "replies", lambda item: _reply(item, words)),
        "tallies": read_list(tree, "tallies", lambda item: _tally(item, words)),
        "conduct": words.source(tree, "conduct", required=False),
        "screening": words.source(tree, "screening", required=False),
    }
    for name in ("records", "subtasks", "replies"):
        _once(tree, name, [one.key for one in parts[name]])
    known = {one.key for one in parts["records"]}
    for item, one in zip(tree.each("records"), parts["records"], strict=True):
        if one.follows is not None and one.follows not in known:
            item.wrong(f"unknown record {one.follows!r}", "one of " + ", ".join(sorted(known)))
    return parts


def _once(tree: Tree, name: str, keys: list[str]) -> None:
    for again in sorted({one for one in keys if keys.count(one) > 1}):
        if (found := tree.get(name)) is not None:
            found.wrong(f"key {again!r} stands twice", "each key once")


def _added(tree: Tree, words: Words, lists: Lists) -> Added:
    event = tree.get("event", required=True)
    kind = "" if event is None else read_kind(event)
    return Added(kind, _field(tree, words, lists))


def _field(tree: Tree, words: Words, lists: Lists) -> Any:
    field = read_field(tree, words, lists, OF_ACTS)
    if field.key in TAKEN or len(field.key) > MAX_KEY:
        tree.wrong(f"not a key: {field.key!r}", f"another word of at most {MAX_KEY} characters")
    return field


def _record(tree: Tree, words: Words, lists: Lists) -> Record:
    mark = tree.get("mark")
    record = Record(
        key=tree.text("key", longest=MAX_KEY),
        label=tree.text("label"),
        fields=read_list(tree, "fields", lambda item: _field(item, words, lists), required=True),
        source=words.source(tree),
        once=tree.truth("once"),
        follows=tree.optional_text("follows"),
        mark=None if mark is None else _mark(mark),
    )
    _once(tree, "fields", [field.key for field in record.fields])
    if record.mark is not None and record.mark.field not in {one.key for one in record.fields}:
        tree.wrong(f"unknown field {record.mark.field!r}", "a field of the record")
    tree.done()
    return record


def _mark(tree: Tree) -> Mark:
    mark = Mark(tree.text("field"), tree.text("value"), tree.text("text"))
    tree.done()
    return mark


def _subtask(tree: Tree, words: Words) -> SubtaskSort:
    sort = SubtaskSort(
        key=tree.text("key", longest=MAX_KEY),
        label=tree.text("label"),
        steps=tuple(read_kind(item) for item in tree.each("steps")),
        source=words.source(tree),
        party=tree.truth("party"),
        checked=tree.truth("checked"),
    )
    tree.done()
    return sort


def _single(tree: Tree, words: Words) -> Single:
    event = tree.get("event", required=True)
    single = Single("" if event is None else read_kind(event), words.source(tree))
    tree.done()
    return single


def _touch_point(tree: Tree, words: Words) -> TouchPoint:
    point = TouchPoint(
        words.department(tree, "department", required=True) or "",
        words.condition(tree),
        words.source(tree),
    )
    tree.done()
    return point


def _tally(tree: Tree, words: Words) -> Tally:
    tally = Tally(
        key=tree.text("key"),
        label=tree.text("label"),
        of=tree.text("of"),
        source=words.source(tree),
        by=tree.optional_text("by"),
    )
    tree.done()
    return tally


def _reply(tree: Tree, words: Words) -> Reply:
    reply = Reply(
        tree.text("key", longest=MAX_KEY),
        tree.text("title"),
        tree.text("text"),
        words.source(tree),
    )
    tree.done()
    return reply
