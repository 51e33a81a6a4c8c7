"""How far the packs reach: which facts of a regulation their rules rest on, and why not on others."""

from collections.abc import Iterable, Iterator

from regulations.engine.pack import Fact, Pack

HEAD = """# Coverage of the regulations

Printed by `manage.py regulation coverage`; a test compares this page with the packs, and the packs'
facts with the numbered facts of the regulations. A fact is **used** where a rule, term, field, form
or reading of the pack names it as its source. One that is **not used** carries the reason. What is
**only listed** are principles, duties and departments from which nothing is computed.

| regulation | facts | used | not used | only listed |
|---|---|---|---|---|
"""


def coverage(packs: Iterable[Pack]) -> str:
    """Return the page for these packs, in their order."""
    listed = list(packs)
    rows = "".join(f"{_row(pack)}\n" for pack in listed)
    return HEAD + rows + "".join(f"\n{_section(pack)}\n" for pack in listed)


def _only_listed(pack: Pack) -> list[Fact]:
    return [fact for name, fact in pack.facts.items() if name not in pack.cited | set(pack.unused)]


def _row(pack: Pack) -> str:
    counts = (len(pack.facts), len(pack.cited), len(pack.unused), len(_only_listed(pack)))
    return f"| {pack.title} (`{pack.reference}`) | {' | '.join(map(str, counts))} |"


def _section(pack: Pack) -> str:
    lines = [f"## {pack.title}", "", f"Used: {', '.join(_runs(pack))}.", ""]
    if pack.unused:
        lines.append("Not used:\n")
        lines += [_line(pack.facts[name], reason) for name, reason in pack.unused.items()]
        lines.append("")
    if others := _only_listed(pack):
        lines.append("Only listed:\n")
        lines += [_line(fact, fact.kind) for fact in others]
    return "\n".join(lines).rstrip()


def _line(fact: Fact, reason: str) -> str:
    return f"- `{fact.id}` {fact.clause} {fact.line} — {reason}"


def _runs(pack: Pack) -> Iterator[str]:
    """Yield the used facts, those that follow one another as `first…last`."""
    run: list[str] = []
    for name in [*pack.facts, ""]:
        if name in pack.cited:
            run.append(name)
        elif run:
            yield run[0] if len(run) == 1 else f"{run[0]}…{run[-1].rpartition('-')[2]}"
            run = []
