"""What a form says of a fact, as the engine reads it."""

from decimal import Decimal

import pytest

from complaints.forms.facts import fact_value
from regulations.engine.facts import TRUTHS, normal


@pytest.mark.parametrize("name", sorted(TRUTHS))
def test_yes_and_no_are_true_and_false(name):
    assert [normal(name, fact_value(name, said)) for said in ("yes", "no", "")] == [
        True,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("name", "said", "fact"),
    [
        pytest.param("amount", Decimal("5000.01"), Decimal("5000.01"), id="amount"),
        pytest.param("complainants", 3, 3, id="count"),
        pytest.param("urgency", "紧急", "紧急", id="term"),
    ],
)
def test_other_facts_keep_their_value(name, said, fact):
    assert normal(name, fact_value(name, said)) == fact
