"""What an event of a trial says beside its time: fields with the pack's own terms."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from regulations.engine.pack import Pack
from regulations.forms.fields import Moment
from regulations.words import DATA_VALUES, EVENT_DATA, STAGES, SUBJECTS, WHATS

UNSAID = [("", "—")]
Choices = Iterable[tuple[str, Any]]


def data_fields(kind: str, pack: Pack) -> dict[str, forms.Field]:
    """Return the fields of an event's data: what its kind says, and what the pack demands."""
    fields: dict[str, forms.Field] = {
        name: _choice(name, choices(pack)) for name, choices in SAID.get(kind, {}).items()
    }
    if kind in ("extended", "extension_asked"):
        fields["until"] = Moment(label=EVENT_DATA["until"], required=False)
        fields["reason"] = forms.BooleanField(label=gettext_lazy("有书面原因"), required=False)
    for demand in pack.demands:
        if demand.event == kind and demand.field not in fields and not demand.written:
            fields[demand.field] = forms.BooleanField(label=demand.label, required=False)
    return fields


def _choice(name: str, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=EVENT_DATA[name], choices=[*UNSAID, *choices], required=False)


def _same(words: Iterable[str]) -> Choices:
    return [(word, word) for word in dict.fromkeys(words)]


def _coded(name: str, values: dict[str, Any]) -> Callable[[Pack], Choices]:
    """Return choices that every pack has alike: what is sent, and the value it stands for."""
    return lambda _pack: [(sent, DATA_VALUES[name, value]) for sent, value in values.items()]


def _places(pack: Pack) -> Choices:
    return _same([*(post.name for post in pack.posts), *(d.name for d in pack.departments)])


def _signers(pack: Pack) -> Choices:
    return _same(one for rule in pack.extensions for one in (rule.by, *rule.also))


def _stages(pack: Pack) -> Choices:
    return [(stage, STAGES[stage]) for stage in dict.fromkeys(rule.stage for rule in pack.clocks)]


def _offences(pack: Pack) -> Choices:
    return [(rule.source[0], rule.text) for rule in pack.penalties if not rule.bands]


# Kind of event -> the data that it carries -> the choices that a pack offers for it.
SAID: dict[str, dict[str, Callable[[Pack], Choices]]] = {
    "transferred": {"to": _places},
    "judged": {
        "valid": _coded("valid", {"yes": True, "no": False}),
        "reason": lambda pack: [(one.fact, one.text) for one in pack.validity],
    },
    "graded": {"grade": lambda pack: _same(level.name for level in pack.grades)},
    "assigned": {"department": lambda pack: _same(d.name for d in pack.departments)},
    "verified": {"passed": _coded("passed", {"yes": True, "no": False})},
    "investigated": {"conclusion": lambda pack: _same(pack.conclusions)},
    "plan_approved": {"by": _places},
    "approved": {
        "what": lambda pack: [
            (what, WHATS[what]) for what in dict.fromkeys(r.what for r in pack.approvals)
        ],
        "by": _places,
    },
    "customer_talked": {"opinion": lambda _pack: _same(("接受", "部分接受", "拒绝"))},
    "extended": {"stage": _stages, "signed_by": _signers},
    "extension_asked": {"stage": _stages},
    "confirmed": {"form": _coded("form", {"written": "written", "recorded_call": "recorded_call"})},
    "followed_up": {"satisfaction": lambda _pack: _same(("满意", "基本满意", "不满意"))},
    "reviewed": {"passed": _coded("passed", {"yes": True, "no": False})},
    "closed": {"mode": lambda pack: [(mode.name, mode.label) for mode in pack.closing]},
    "paused": {"reason": lambda pack: _same(rule.reason for rule in pack.pauses)},
    "offence": {"source": _offences, "subject": lambda _pack: list(SUBJECTS.items())},
}
