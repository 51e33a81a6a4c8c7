"""Rewards of 奖励表: 70 % customers, 30 % cooperation, and its bands."""

from decimal import Decimal

import pytest

from regulations.engine.scores import CUSTOMER, PLATFORM, answered, customer_score, reward_of, score
from tests.engine.cases import pack


@pytest.mark.feature("F216")
def test_ninety_and_a_hundred_make_ninety_three():
    found = score(pack(), {CUSTOMER: Decimal(90), PLATFORM: Decimal(100)})
    assert found.total == Decimal("93.00")
    assert [(s.part, s.score, s.weight, s.product) for s in found.steps] == [
        ("customer", 90, Decimal("0.7"), 63),
        ("platform", 100, Decimal("0.3"), 30),
    ]


@pytest.mark.feature("F217")
@pytest.mark.parametrize(
    ("total", "amount"),
    [("89.9", 0), ("90", 200), ("94.9", 200), ("95", 300), ("98", 300), ("98.1", 500)],
)
def test_the_bands(total, amount):
    band = reward_of(pack(), "物业公司", Decimal(total))
    assert (band.amount if band else 0) == amount


@pytest.mark.feature("F217")
def test_the_owner_department_earns_nothing():
    assert reward_of(pack(), "客户服务部", Decimal(100)) is None


def test_without_a_part_there_is_no_score_and_no_reward():
    found = score(pack(), {CUSTOMER: Decimal(99), PLATFORM: None})
    assert (found.total, found.missing) == (None, ("platform",))
    assert reward_of(pack(), "物业公司", found.total) is None


def test_customers_score_is_the_mean_of_q3_to_q5_times_ten():
    scores = {"Q1": True, "Q2": False, "Q3": 9, "Q4": 8, "Q5": 10}
    assert customer_score([answered(pack(), scores)]) == Decimal("90.00")
    assert customer_score([]) is None


def test_a_regulation_without_scoring_scores_nobody():
    assert score(pack("tobacco-2026"), {}) is None
