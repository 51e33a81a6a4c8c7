"""Ways that a case may have gone, to fill a trial's table with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Preset:
    """A way that a case may have gone: kinds with the time since it was received, and as of when."""

    label: Any
    steps: tuple[tuple[str, timedelta], ...]
    as_of: timedelta


HOUR = timedelta(hours=1)
BEGUN = (("received", 0.0), ("registered", 0.2), ("judged", 0.4))
TASKED = (*BEGUN, ("assigned", 1.0))
DONE = (
    *TASKED,
    ("accepted", 1.2),
    ("department_responded", 1.5),
    ("investigated", 2.0),
    ("plan_submitted", 3.0),
    ("plan_approved", 3.2),
    ("customer_talked", 3.5),
    ("executed", 26.0),
    ("result_returned", 26.5),
    ("customer_informed", 27.0),
    ("confirmed", 27.5),
    ("followed_up", 28.0),
    ("reviewed", 29.0),
    ("closed", 30.0),
)


def _preset(label: Any, steps: Iterable[tuple[str, float]], as_of: float) -> Preset:
    return Preset(label, tuple((kind, hours * HOUR) for kind, hours in steps), as_of * HOUR)


PRESETS = {
    "new": _preset(gettext_lazy("刚刚登记"), BEGUN, 0.5),
    "assigned": _preset(gettext_lazy("已经分派"), TASKED, 2.0),
    "late": _preset(gettext_lazy("分派后二十天未办"), TASKED, 20 * 24.0),
    "done": _preset(gettext_lazy("顺利办结"), DONE, 72.0),
}


def preset_initial(name: str, received: datetime) -> tuple[dict[str, dict[str, Any]], datetime]:
    """Return what a preset fills in, by kind of event, and as of when it asks."""
    preset = PRESETS[name]
    told = {kind: {"at": received + after, **GIVEN.get(kind, {})} for kind, after in preset.steps}
    return told, received + preset.as_of


# What a preset says of an event beside its time.
GIVEN: dict[str, dict[str, Any]] = {
    "judged": {"valid": "yes"},
    "investigated": {"conclusion": "属实"},
    "customer_talked": {"opinion": "接受"},
    "confirmed": {"form": "written"},
    "followed_up": {"satisfaction": "满意"},
    "reviewed": {"passed": "yes"},
    "closed": {"mode": "agreed"},
}
