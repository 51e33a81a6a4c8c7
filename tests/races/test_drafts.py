"""INV-8 for drafts: of two people who sign one place at once, one signs and the other reads who."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from regulations import drafts
from regulations.models import DraftSignature, RegulationDraft, RegulationVersion
from tests.loop import Loop
from tests.races.crowd import Meeting, sort_out, together
from tests.regulations.drafting import sign, signed, uploaded

pytestmark = pytest.mark.race


@pytest.fixture
def draft(fresh_db):
    loop = Loop.new()
    return loop, signed(loop, uploaded(loop), "reviewed")


def approve(loop, draft, by):
    return sign(loop, draft, "approved", by)


def test_inv_8_two_who_approve_at_once_give_one_version(draft):
    loop, row = draft
    outcomes = together(*(partial(approve, loop, row, by) for by in ("gaoyuan", "chenglixin")))
    (won,), (lost,) = sort_out(outcomes, ValidationError)
    signer = DraftSignature.objects.get(draft=row, step="approved").person
    assert lost.messages in (["草案已发布，不能再改。"], [f"“批准”已由{signer.name}签署。"])
    assert RegulationVersion.objects.filter(regulation__code="dali-tourism").count() == 2
    assert won.version.approved_by == signer


def test_control_without_the_lock_both_pass_and_only_the_table_stops_the_second(draft, monkeypatch):
    loop, row = draft
    meeting = Meeting(2, seconds=10)
    real = drafts._check_turn

    def checked(*arguments):
        real(*arguments)
        meeting.wait()

    def unlocked(draft_id):
        return RegulationDraft.objects.select_related("unit").get(pk=draft_id)

    monkeypatch.setattr(drafts, "_locked", unlocked)
    monkeypatch.setattr(drafts, "_check_turn", checked)
    outcomes = together(*(partial(approve, loop, row, by) for by in ("gaoyuan", "chenglixin")))
    won, lost = sort_out(outcomes, IntegrityError)
    assert meeting.met == 2
    assert (len(won), len(lost)) == (1, 1)
