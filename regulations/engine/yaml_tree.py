"""A YAML text as a tree whose every value knows its line, and the errors found while reading it.

Nothing raises on the first mistake: readers ask for values, get a harmless default where one is
wrong, and all errors are there at the end. Aliases and repeated keys are errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 1_000_000
# No pack comes near these; a file that goes past them is a mistake as a whole, or an attack.
MAX_DEPTH = 40
MAX_ERRORS = 500
MAX_FIGURE = 10**12
MISSING = object()
Figure = TypeVar("Figure", int, Decimal)


@dataclass(frozen=True, slots=True)
class PackError:
    """One mistake in a pack: where it is, what is wrong, and what would be right.

    `message` is a short English code, sometimes with the value found; `expected` says what the
    place takes. `line` counts from 1.
    """

    file: str
    line: int
    key: str
    message: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}; expected {self.expected}"


class PackErrors(ValueError):
    """All mistakes of a pack at once, in order of line."""

    def __init__(self, errors: list[PackError]):
        unique = dict.fromkeys(errors)
        self.errors = tuple(sorted(unique, key=lambda error: (error.line, error.key)))
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass(slots=True)
class Findings:
    """The errors found so far in one file."""

    file: str
    errors: list[PackError] = field(default_factory=list)

    def add(self, line: int, key: str, message: str, expected: str) -> None:
        """Note an error. Raises PackErrors once there are more than anybody would read."""
        self.errors.append(PackError(self.file, line, key, message, expected))
        if len(self.errors) >= MAX_ERRORS:
            raise PackErrors(self.errors)


class Tree:
    """A value of the file: its node, the path of keys that leads to it, and where errors go."""

    __slots__ = ("_asked", "_entries", "findings", "key", "line", "node")

    def __init__(self, node: Any, key: str, findings: Findings, line: int | None = None):
        self.node, self.key, self.findings = node, key, findings
        self.line = line or (node.start_mark.line + 1 if node is not None else 1)
        self._asked: set[str] = set()
        self._entries: dict[str, Tree] | None = None

    def wrong(self, message: str, expected: str) -> None:
        """Note that this value is wrong, and what would be right."""
        self.findings.add(self.line, self.key, message, expected)

    # -- what it is

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def value(self) -> Any:
        """Return a scalar's value: text, int, Decimal, bool, date or None; MISSING if no scalar."""
        if not isinstance(self.node, yaml.ScalarNode):
            return MISSING
        return _scalar(self.node)

    # -- mappings

    def entries(self) -> "dict[str, Tree]":
        """Return a mapping's values by key; noted as wrong and empty if it is none."""
        if self._entries is None:
            self._entries = dict(self._read_entries())
        return self._entries

    def _read_entries(self) -> "Iterator[tuple[str, Tree]]":
        if not self.is_mapping:
            self.wrong("not a mapping", "keys with values")
            return
        seen: set[str] = set()
        for key_node, value_node in self.node.value:
            name = str(key_node.value)
            path, line = f"{self.key}.{name}".lstrip("."), key_node.start_mark.line + 1
            if name in seen:
                self.findings.add(line, path, "key given twice", "each key once")
                continue
            seen.add(name)
            yield name, Tree(value_node, path, self.findings, line)

    def get(self, name: str, required: bool = False) -> "Tree | None":
        """Return the value under a key, None if it is not there (an error where required)."""
        self._asked.add(name)
        found = self.entries().get(name)
        if found is None and required and self.is_mapping:
            path = f"{self.key}.{name}".lstrip(".")
            self.findings.add(self.line, path, "missing", f"a value for {name}")
        return found

    def done(self) -> None:
        """Note every key that nobody has asked for."""
        for name, child in self.entries().items():
            if name not in self._asked:
                near = get_close_matches(name, self._asked, n=1)
                known = near[0] if near else ", ".join(sorted(self._asked))
                child.wrong("unknown key", known)

    # -- lists

    def items(self) -> "list[Tree]":
        """Return a list's values; a single scalar counts as a list of one."""
        if self.is_list:
            return [
                Tree(node, f"{self.key}[{number}]", self.findings)
                for number, node in enumerate(self.node.value)
            ]
        if self.is_mapping or self.node is None:
            self.wrong("not a list", "a list")
            return []
        return [self]

    def each(self, name: str, required: bool = False) -> "list[Tree]":
        """Return the values of the list under a key; none if it is not there."""
        found = self.get(name, required)
        return [] if found is None else found.items()

    # -- scalars under a key

    def text(
        self, name: str, required: bool = True, default: str = "", longest: int | None = None
    ) -> str:
        found = self.get(name, required)
        text = default if found is None else found.as_text(default)
        if found is not None and longest is not None and len(text) > longest:
            found.wrong("text too long", f"at most {longest} characters")
        return text

    def optional_text(self, name: str) -> str | None:
        found = self.get(name)
        return None if found is None else found.as_text() or None

    def words(self, name: str, required: bool = False) -> tuple[str, ...]:
        return tuple(item.as_text() for item in self.each(name, required))

    def integer(self, name: str, required: bool = False, default: int = 0) -> int:
        found = self.get(name, required)
        if found is None:
            return default
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int):
            found.wrong("not a whole number", "a whole number such as 3")
            return default
        return found.within_reason(value) or default

    def optional_integer(self, name: str) -> int | None:
        return self.integer(name) if self.get(name) is not None else None

    def decimal(self, name: str, required: bool = False) -> Decimal | None:
        found = self.get(name, required)
        return None if found is None else found.as_decimal()

    def truth(self, name: str, default: bool = False) -> bool:
        found = self.get(name)
        if found is None:
            return default
        if not isinstance(found.value, bool):
            found.wrong("not true or false", "true or false")
            return default
        return bool(found.value)

    def day(self, name: str) -> date | None:
        found = self.get(name)
        if found is None or found.value is None:
            return None
        if not isinstance(found.value, date):
            found.wrong("not a date", "a date such as 2026-01-31")
            return None
        return found.value

    def choice(self, name: str, known: tuple[str, ...], required: bool = True) -> str:
        """Return a word that must be one of those known."""
        found = self.get(name, required)
        if found is None:
            return known[0]
        word = found.as_text()
        if word and word not in known:
            found.wrong(f"unknown word {word!r}", "one of " + ", ".join(known))
            return known[0]
        return word or known[0]

    # -- this scalar

    def as_text(self, default: str = "") -> str:
        value = self.value
        if value is MISSING or value is None or value == "":
            self.wrong("not a text", "a text")
            return default
        return str(self.node.value)

    def as_decimal(self) -> Decimal | None:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self.wrong("not a number", "a number such as 200 or 0.25")
            return None
        return self.within_reason(Decimal(value))

    def within_reason(self, value: Figure) -> Figure | None:
        """Return a figure, None for one that no regulation has."""
        if abs(value) < MAX_FIGURE:
            return value
        self.wrong("number too large", f"less than {MAX_FIGURE}")
        return None


def parse(text: str, file: str) -> Tree:
    """Return the tree of a YAML text. Raises PackErrors if it cannot be read at all."""
    findings = Findings(file)
    if len(text.encode()) > MAX_BYTES:
        findings.add(1, "", "file too large", f"at most {MAX_BYTES} bytes")
        raise PackErrors(findings.errors)
    try:
        _look_through(text, findings)
        if not findings.errors:
            node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        what = getattr(problem, "problem", None) or str(problem)
        findings.add(mark.line + 1 if mark else 1, "", f"not YAML: {what}", "a YAML mapping")
    if findings.errors:
        raise PackErrors(findings.errors)
    if not isinstance(node, yaml.MappingNode):
        findings.add(1, "", "not a mapping", "a YAML mapping")
        raise PackErrors(findings.errors)
    return Tree(node, "", findings)


def _look_through(text: str, findings: Findings) -> None:
    """Note aliases, anchors and values nested beyond reason, before anything is built of them."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            findings.add(line, "", "alias or anchor", "values written out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            findings.add(line, "", "nested too deeply", f"at most {MAX_DEPTH} levels")
            return


def _scalar(node: Any) -> Any:
    tag, text = node.tag.rpartition(":")[2], node.value
    try:
        match tag:
            case "null":
                return None
            case "bool":
                return text.lower() in ("true", "yes", "on")
            case "int":
                return int(text.replace("_", ""))
            case "float":
                return Decimal(text.replace("_", ""))
            case "timestamp":
                return date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return text
    return text
