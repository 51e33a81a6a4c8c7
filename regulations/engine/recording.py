"""Records: what a regulation wants put down beside the loop, and when one is refused."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from regulations.engine.acts import Act
from regulations.engine.conditions import View
from regulations.engine.pack import Pack
from regulations.engine.reasons import Reason
from regulations.engine.terms import Record


def refused_record(
    pack: Pack, data: Mapping[str, Any], acts: Sequence[Act], view: View
) -> Reason | None:
    """Return why a record has no effect, None if it counts."""
    rule = pack.record(data.get("record"))
    if rule is None:
        labels = "、".join(one.label for one in pack.records)
        return Reason("no_such_record", (), labels or None)
    for field in rule.fields:
        absent = data.get(field.key) in (None, "", [])
        if field.required and absent and field.when.holds(view):
            return Reason("missing_data", field.source or rule.source, field.label)
    if rule.once and _of(rule.key, acts):
        return Reason("recorded_already", rule.source)
    return None if rule.follows is None else _undecided(pack, rule, data, acts)


def _undecided(
    pack: Pack, rule: Record, data: Mapping[str, Any], acts: Sequence[Act]
) -> Reason | None:
    """There is something to decide on, and no more is granted than was asked for."""
    asked, decided = _of(rule.follows, acts), _of(rule.key, acts)
    if len(decided) >= len(asked):
        wanted = pack.record(rule.follows)
        return Reason("nothing_to_decide", rule.source, wanted.label if wanted else None)
    limit, given = _amount(asked[len(decided)].data), _amount(data)
    if limit is not None and given is not None and given > limit:
        return Reason("above_asked", rule.source, str(limit))
    return None


def _of(key: str | None, acts: Sequence[Act]) -> list[Act]:
    return [act for act in acts if act.kind == "recorded" and act.data.get("record") == key]


def _amount(data: Mapping[str, Any]) -> Decimal | None:
    try:
        return Decimal(str(data["amount"]))
    except (KeyError, InvalidOperation):
        return None
