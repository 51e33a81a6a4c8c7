"""INV-19: of two draws at once one draws; cases that close meanwhile stay out or are in, never half."""

from functools import partial

import pytest
from django.db import IntegrityError

from audits import sampling
from audits.models import Draw, Plan, Sample
from audits.population import handled
from complaints.refusals import Refused
from tests.audits.house import handle, numbers, plan, quarter
from tests.loop import Loop
from tests.penalties.house import stand
from tests.races.crowd import Meeting, sort_out, together

pytestmark = pytest.mark.race


def draw(loop, row):
    return sampling.draw_plan(row.pk, actor=loop.actor("konglingyi"))


def test_of_four_draws_at_once_one_draws(fresh_db, clock):
    loop = Loop.new()
    quarter(loop, 7)
    row = plan(loop)
    results, refused = sort_out(together(*[partial(draw, loop, row)] * 4), Refused)
    assert len(results) == 1
    assert [one.reasons[0].code for one in refused] == ["already_drawn"] * 3
    assert Sample.objects.count() == 3


def test_the_control_without_the_lock_all_four_would_draw(fresh_db, clock, monkeypatch):
    """Only the table itself is left then, which refuses what would have been drawn twice."""
    meeting = Meeting(4)

    def unlocked(pk):
        return Plan.objects.select_related("regulation__unit", "version").get(pk=pk)

    def met(plan_, by, now, real=sampling.freeze):
        meeting.wait()
        return real(plan_, by, now)

    monkeypatch.setattr(sampling, "_locked", unlocked)
    monkeypatch.setattr(sampling, "freeze", met)
    loop = Loop.new()
    quarter(loop, 7)
    row = plan(loop)
    results, refused = sort_out(together(*[partial(draw, loop, row)] * 4), IntegrityError)
    assert meeting.met == 4
    assert (len(results), len(refused)) == (1, 3)


def test_inv_19_a_case_that_closes_during_the_draw_is_not_half_in_it(fresh_db, clock, monkeypatch):
    """It commits after the population was read: neither frozen nor drawn, and the draw repeats."""
    loop = Loop.new()
    quarter(loop, 7)
    late = []

    def meanwhile(*given, real=handled):
        found = list(real(*given))
        stand("03-31 23:59")
        late.extend(together(partial(handle, loop)))
        stand("04-01 09:00")
        return found

    monkeypatch.setattr(sampling, "handled", meanwhile)
    drawn = draw(loop, plan(loop))
    (case,) = late
    assert case.number not in {row.number for row in drawn.population()}
    assert len(numbers(Draw.objects.get())) == 3
