"""Rewards: a department's score of a month, weighted, and the band that it falls into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from regulations.engine.pack import Pack, Reward
from regulations.engine.verdict import Source

# The parts of a score: what customers answered, and what customer service says of cooperation.
CUSTOMER = "customer"
PLATFORM = "platform"
CENT = Decimal("0.01")
# Answers from 0 to 10 make a score from 0 to 100.
TIMES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation: a part's score, its weight, and their product."""

    part: str
    score: Decimal
    weight: Decimal
    product: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """A department's score, 0 to 100 with two places, and how it came about.

    `missing` are the parts nobody has given yet; then `total` is None.
    """

    total: Decimal | None
    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    source: Source


def answered(pack: Pack, scores: Mapping[str, Any]) -> list[Decimal]:
    """Return the scored answers of one follow-up; yes-or-no questions carry no score."""
    asked = [question.key for question in pack.survey if question.type != "yes_no"]
    return [Decimal(scores[key]) for key in asked if scores.get(key) is not None]


def customer_score(follow_ups: Sequence[Sequence[Decimal]]) -> Decimal | None:
    """Return the customers' part, 0 to 100: the mean of all answers times ten; None without any."""
    answers = [answer for one in follow_ups for answer in one]
    if not answers:
        return None
    return _rounded(sum(answers, Decimal(0)) / len(answers) * TIMES)


def score(pack: Pack, parts: Mapping[str, Decimal | None]) -> Score | None:
    """Return the weighted score of the given parts; None where the pack has no scoring."""
    if pack.scoring is None:
        return None
    steps, missing = [], []
    for part, weight in pack.scoring.weights:
        given = parts.get(part)
        if given is None:
            missing.append(part)
        else:
            steps.append(Step(part, given, weight, given * weight))
    total = None if missing else _rounded(sum((s.product for s in steps), Decimal(0)))
    return Score(total, tuple(steps), tuple(missing), pack.scoring.source)


def reward_of(pack: Pack, department: str, total: Decimal | None) -> Reward | None:
    """Return the band that a department's score earns, None for none or an excluded department."""
    if total is None or pack.scoring is None or department in pack.scoring.excluded:
        return None
    return next((band for band in pack.rewards if _holds(band, total)), None)


def _holds(band: Reward, total: Decimal) -> bool:
    return (
        (band.at_least is None or total >= band.at_least)
        and (band.more_than is None or total > band.more_than)
        and (band.less_than is None or total < band.less_than)
        and (band.at_most is None or total <= band.at_most)
    )


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
