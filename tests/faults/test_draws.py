"""A draw that is killed on its way leaves nothing, and can be made again (INV-19)."""

import pytest

from audits.models import Draw, Item, Member, Paper, Plan, Sample
from tests.audits.house import numbers, quarter
from tests.faults.dying import sample
from tests.faults.test_failpoints import TIMES, die
from tests.loop import Loop

TABLES = (Plan, Draw, Member, Sample, Paper, Item)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    "point",
    [
        pytest.param("audits.sampling:freeze:before:1", id="planned"),
        pytest.param("audits.sampling:freeze:after:1", id="frozen"),
        pytest.param("audits.sampling:open_papers:before:1", id="drawn"),
        pytest.param("audits.sampling:checklist:after:2", id="papers-half-written"),
        pytest.param("audits.sampling:_store_samples:after:1", id="before-commit"),
    ],
)
def test_inv_19_a_draw_killed_in_its_middle_leaves_nothing(point, times, fresh_db, clock):
    loop = Loop.new()
    quarter(loop, 7)
    for _time in range(times):
        die(point, "sample")
        assert [model.objects.count() for model in TABLES] == [0] * len(TABLES)
    sample()
    assert len(numbers(Draw.objects.get())) == 3  # 30 % of 7, rounded up
