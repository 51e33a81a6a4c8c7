"""Copies for measuring are cases like others: their chains hold, their clocks and ledgers too."""

import pytest

from audits.verification import differences
from complaints.models import CaseEvent, Complaint, Particulars
from demo.filling import fill
from penalties.models import Entry
from sla.models import Clock
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import late


@pytest.fixture
def molds(db, clock):
    loop = Loop.new()
    return [late(loop, 3), loop.to("archived")]


def test_copies_have_chains_of_their_own_that_hold(molds):
    fined, archived = molds
    fill(molds, 5, lambda done: None)
    copies = list(Complaint.objects.exclude(pk__in=[fined.pk, archived.pk]).order_by("pk"))
    assert [one.state for one in copies] == [
        mold.state for mold in (fined, archived, fined, archived, fined)
    ]
    assert list(differences()) == []
    of_fined = [pk for pk, one in zip(copies, "fafaf", strict=True) if one == "f"]
    for model in (CaseEvent, Clock, Entry):
        expected = model.objects.filter(case=fined).count()
        assert expected > 0
        assert {model.objects.filter(case=one).count() for one in of_fined} == {expected}
    assert len({one.head_hash for one in copies}) == 5
    people = Particulars.objects.filter(case__in=copies).values_list("name", "phone")
    assert len(set(people)) == 5


def test_a_copy_goes_on_living(molds, clock):
    """It is swept like any other, and is found by what it holds."""
    from sla import tasks

    fined, _archived = molds
    clock.set(at("03-06 12:00"))
    fill([fined], 1, lambda done: None)
    copy = Complaint.objects.latest("pk")
    before = copy.event_count
    clock.set(at("03-20 12:00"))
    tasks.sweep()
    copy.refresh_from_db()
    fined.refresh_from_db()
    assert copy.event_count == fined.event_count > before
    assert Entry.objects.filter(case=copy).count() == Entry.objects.filter(case=fined).count()
    assert list(differences()) == []
