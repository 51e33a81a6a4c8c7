"""Reader for a field of a form: what is typed, under which condition, from which list."""

from collections.abc import Mapping

from regulations.engine.facts import KNOWN
from regulations.engine.reading_rules import as_options
from regulations.engine.reading_words import Words
from regulations.engine.terms import Field
from regulations.engine.yaml_tree import Tree

Lists = Mapping[str, tuple[str, ...]]
FIELD_TYPES = (
    "text",
    "longtext",
    "phone",
    "choice",
    "multichoice",
    "int",
    "decimal",
    "bool",
    "date",
    "datetime",
)


def read_field(
    tree: Tree, words: Words, lists: Lists, types: tuple[str, ...] = FIELD_TYPES
) -> Field:
    """Return one field of a form."""
    options, fact = tree.get("options"), tree.optional_text("fact")
    if fact and fact not in KNOWN:
        tree.wrong(f"unknown fact {fact!r}", "one of " + ", ".join(sorted(KNOWN)))
    field = Field(
        key=tree.text("key"),
        label=tree.text("label"),
        type=tree.choice("type", types),
        source=words.source(tree),
        required=tree.truth("required"),
        when=words.condition(tree),
        options=() if options is None else as_options(options, lists),
        fact=fact,
        personal=tree.truth("personal"),
        noted_in=tree.optional_text("noted_in"),
        leaves_open=tree.optional_text("leaves_open"),
        public=tree.truth("public"),
    )
    if field.type in ("choice", "multichoice") and not field.options:
        tree.wrong("a choice without options", "options")
    tree.done()
    return field
