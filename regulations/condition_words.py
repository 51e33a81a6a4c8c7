"""A pack's conditions in words that can be read aloud.

A bound always says whether it is included, an alternative always stands with its "或", and what a
reading has settled names the reading. Values stand in the pack's own order.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.engine.conditions import (
    All,
    Among,
    AnyOf,
    Compared,
    Condition,
    Constant,
    Known,
    NoneOf,
    Tagged,
    ruled_out,
)
from regulations.engine.pack import Pack, Reading
from regulations.words import CHOICES, FACTS, TRUTHS, UNITS_OF_FACTS

# legal and media say how far it has come; the other codes are values like any other.
HAPPENING = {
    "none": gettext_lazy("没有%(fact)s"),
    "possible": gettext_lazy("可能引发%(fact)s"),
    "actual": gettext_lazy("已经引发%(fact)s"),
}
BOUNDS = {
    "at_least": gettext_lazy("在%(bound)s以上（含%(bound)s）"),
    "at_most": gettext_lazy("在%(bound)s以下（含%(bound)s）"),
    "more_than": gettext_lazy("超过%(bound)s（不含%(bound)s）"),
    "less_than": gettext_lazy("不足%(bound)s（不含%(bound)s）"),
}


def condition_words(condition: Condition, pack: Pack) -> str:
    """Return a condition as a sentence; one that always holds is 任何情况."""
    return _say(condition, pack) or _("任何情况")


def narrowing(condition: Condition, pack: Pack) -> str:
    """Return a condition as a sentence, and nothing for one that always holds."""
    return _say(condition, pack)


def reading_words(reading: Reading, value: Any) -> str:
    """Return a value of a reading in words."""
    if value is None:
        return _("未设定")
    known = dict(reading.words)
    code = str(value).lower() if isinstance(value, bool) else str(value)
    if code in known:
        return known[code]
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return code


def any_of(words: Iterable[str]) -> str:
    """Return alternatives side by side."""
    *most, last = words
    return _("或").join(filter(None, ["、".join(most), last]))


def _say(condition: Condition, pack: Pack) -> str:
    match condition:
        case All(parts=parts):
            return _all(parts, pack)
        case AnyOf(parts=()):
            return _("从不")
        case AnyOf(parts=parts):
            used = [part for part in parts if not ruled_out(part)] or list(parts)
            used = [part for part in used if isinstance(part, Constant)] or used
            return _("，或").join(_parts(used, pack))
        case NoneOf(parts=parts) if parts:
            said = [_("“%(words)s”") % {"words": words} for words in _parts(parts, pack)]
            return _("不属于%(parts)s的情形") % {"parts": any_of(said)}
        case Among():
            return _among(condition, pack)
        case Compared():
            return _compared(condition)
        case Known(fact=fact, wanted=wanted):
            words = _("%(fact)s已知") if wanted else _("%(fact)s未知")
            return words % {"fact": FACTS.get(fact, fact)}
        case Constant():
            return _settled(condition, pack)
        case Tagged(ids=ids):
            lines = (pack.facts[one].line for one in pack.facts if one in ids)
            return _("经人认定：%(lines)s") % {"lines": _("；").join(lines)}
    return ""


def _all(parts: Iterable[Condition], pack: Pack) -> str:
    """Return what must hold together; the readings that it rests on stand behind it."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, All) else (part,))]
    settled = [_say(one, pack) for one in flat if isinstance(one, Constant)]
    spoken = _spoken([one for one in flat if not isinstance(one, Constant)], pack)
    said = []
    for place, (one, words) in enumerate(spoken):
        again = place > 0 and _same_fact(spoken[place - 1][0], one)
        said.append(_bound(one) if again and isinstance(one, Compared) else words)
    return _("，且").join(said) + "".join(settled)


def _same_fact(before: Condition, one: Condition) -> bool:
    match before, one:
        case Compared(fact=first), Compared(fact=second, bound=bound):
            return first == second and bound is not None
    return False


def _parts(parts: Iterable[Condition], pack: Pack) -> list[str]:
    return [words for _part, words in _spoken(parts, pack)]


def _spoken(parts: Iterable[Condition], pack: Pack) -> list[tuple[Condition, str]]:
    """Return the parts that say something; one that has parts itself stands in brackets."""
    said = [(part, words) for part in parts if (words := _say(part, pack))]
    if len(said) == 1:
        return said
    return [
        (part, _("（%(words)s）") % {"words": words} if _compound(part) else words)
        for part, words in said
    ]


def _compound(part: Condition) -> bool:
    match part:
        case All(parts=parts) | AnyOf(parts=parts):
            return len(parts) > 1
    return False


def _settled(condition: Constant, pack: Pack) -> str:
    """Return the readings that a condition rests on, with the values that it asks for."""
    readings = {reading.key: reading for reading in pack.readings}
    known = [
        f"{readings[key].label}＝{reading_words(readings[key], value)}"
        for key, value in condition.asked
        if key in readings
    ]
    words = (
        _("［读法：%(readings)s］") if condition.value else _("［读法：%(readings)s，现未采用］")
    )
    return words % {"readings": "；".join(known)}


def _among(condition: Among, pack: Pack) -> str:
    words = _truth(condition) or _happening(condition) or _values(condition, pack)
    return words + _("（未注明的视为符合）") if condition.or_unknown else words


def _truth(condition: Among) -> str:
    """Return a question of yes and no as the sentence that it asks for."""
    if condition.fact not in TRUTHS or len(condition.values) != 1:
        return ""
    (value,) = condition.values
    so, not_so = TRUTHS[condition.fact]
    return str(so if value is not condition.negated else not_so)


def _happening(condition: Among) -> str:
    if condition.fact not in ("legal", "media") or condition.negated:
        return ""
    said = [HAPPENING[code] for code in HAPPENING if code in condition.values]
    return _("或").join(str(words) % {"fact": FACTS[condition.fact]} for words in said)


def _values(condition: Among, pack: Pack) -> str:
    names = [_value(one, condition.fact, pack) for one in _ordered(condition.values, pack)]
    words = _("%(fact)s不是%(values)s") if condition.negated else _("%(fact)s为%(values)s")
    fact = FACTS.get(condition.fact, condition.fact)
    return words % {"fact": fact, "values": any_of(names)}


def _ordered(values: Iterable[Any], pack: Pack) -> list[Any]:
    """Return values in the order in which the pack names them, the others by spelling."""
    named = (pack.grades, pack.categories, pack.clock_categories, pack.urgencies, pack.departments)
    order = {term.name: place for place, term in enumerate(one for row in named for one in row)}
    return sorted(values, key=lambda one: (order.get(one, len(order)), str(one)))


def _value(value: Any, fact: str, pack: Pack) -> str:
    if fact == "closing_mode":
        return next((mode.label for mode in pack.closing if mode.name == value), str(value))
    if fact in UNITS_OF_FACTS:
        return _amount(value, fact)
    return str(CHOICES.get(value, value))


def _compared(condition: Compared) -> str:
    fact = FACTS.get(condition.fact, condition.fact)
    if condition.bound is None:
        words = _("%(fact)s的界限未设定，暂不适用") % {"fact": fact}
    else:
        words = f"{fact}{_bound(condition)}"
    return words + _("（未注明的视为符合）") if condition.or_unknown else words


def _bound(condition: Compared) -> str:
    """Return a bound without its fact; it says whether it is included."""
    bound = _amount(condition.bound or 0, condition.fact)
    return str(BOUNDS[condition.operator]) % {"bound": bound}


def _amount(value: Decimal | int, fact: str) -> str:
    figure = f"{value:f}" if isinstance(value, Decimal) else str(value)
    figure = figure.rstrip("0").rstrip(".") if "." in figure else figure
    return f"{figure}{UNITS_OF_FACTS.get(fact, '')}"
