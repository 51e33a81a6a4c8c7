"""Twenty sweeps and three people at once on one case charge once; the lock is what sees to it."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roster import Roster
from audits.verification import differences
from complaints import pipeline
from complaints.histories import history_of, verdict_of
from complaints.models import Complaint
from complaints.pipeline import Passage
from complaints.refusals import Refused
from penalties import procedure
from penalties.closing import close
from penalties.ledger import Ledger
from penalties.models import Entry
from penalties.periods import Span
from penalties.settle import settle
from tests.databases import used
from tests.loop import Loop
from tests.penalties.house import entries, items, late, prepared, stand
from tests.races.crowd import Meeting, sort_out, together

pytestmark = pytest.mark.race


def test_twenty_sweeps_and_three_people_charge_once(fresh_db):
    loop = Loop.new()
    case = prepared(loop)
    stand("03-08 12:00")
    sweeps = [partial(pipeline.sweep, case.pk)] * 20
    acts = [
        partial(loop.do, case, "noted", by, note="催办")
        for by in ("zhoumin", "hejia", "yangruolan")
    ]
    sort_out(together(*sweeps, *acts))
    assert [(e.kind, e.day, e.amount) for e in entries(case)] == [
        ("proposed", day, 100) for day in (1, 2, 3)
    ]
    assert list(differences()) == []


# What the database refuses by itself: a second entry at a place, a second proposal of an offence.
PLACE = (
    "ALTER TABLE penalties_entry DROP CONSTRAINT entry_place_once",
    "ALTER TABLE penalties_ledgerhead DROP CONSTRAINT penalties_ledgerhead_case_id_key",
)
OFFENCE = ("DROP INDEX offence_charged_once",)


@pytest.mark.parametrize(
    ("locked", "dropped", "charged"),
    [
        pytest.param(False, PLACE + OFFENCE, 3, id="no-guard"),
        pytest.param(False, PLACE, 1, id="offence-once"),
        pytest.param(False, OFFENCE, 1, id="place-once"),
        pytest.param(True, PLACE + OFFENCE, 1, id="lock"),
    ],
)
def test_each_guard_alone_charges_once(locked, dropped, charged, fresh_db, monkeypatch):
    """Three settlements of one case; all have read its ledger before any of them writes.

    With no guard all three charge. Each guard of the database lets one through and fails the
    others; with the lock they find nothing left to write.
    """
    loop = Loop.new()
    case = prepared(loop)
    now = stand("03-06 12:00")
    with used(fresh_db, owner=True), connection.cursor() as cursor:
        for statement in dropped:
            cursor.execute(statement)
    meeting, read = Meeting(3), Ledger.__init__

    def met(ledger, *given):
        read(ledger, *given)
        meeting.wait()

    monkeypatch.setattr(Ledger, "__init__", met)

    def passed(case):
        events = list(case.events.order_by("seq"))
        history = history_of(events)
        return Passage(
            case, now, Roster(now), events, history, None, {}, None, verdict_of(case, history, now)
        )

    def settled():
        with transaction.atomic():
            rows = Complaint.objects.select_related("version__regulation")
            rows = rows.select_for_update(of=("self",)) if locked else rows
            settle([passed(rows.get(pk=case.pk))])

    sort_out(together(settled, settled, settled), IntegrityError)
    assert Entry.objects.filter(case=case).count() == charged
    assert meeting.met == (0 if locked else 3)


def test_one_of_two_decisions_and_one_of_two_closings_wins(fresh_db):
    loop = Loop.new()
    case = late(loop, 1)
    pk = items(case)[0].root.pk
    confirm = partial(procedure.confirm, pk, actor=loop.actor("linxiaoyun"))
    won, lost = sort_out(together(confirm, confirm, confirm), Refused)
    assert (len(won), len(lost)) == (1, 2)
    waive = partial(procedure.waive, pk, actor=loop.actor("linxiaoyun"), reason="误计")
    won, lost = sort_out(together(waive, waive), Refused)
    assert (len(won), len(lost)) == (1, 1)
    stand("04-01 09:00")
    unit, hr = loop.organisation.tourism, loop.actor("tangxue")
    closing = partial(close, unit, Span.named("2026-03"), actor=hr)
    won, lost = sort_out(together(closing, closing, closing), Refused)
    assert (len(won), len(lost)) == (1, 2)
    assert list(differences()) == []
