"""The archive is read-only: what was filed stays as it was."""

import pytest
from django.db import DatabaseError, transaction

from complaints.forms.acts import FORMS
from complaints.lifecycle import Kind, State, states_of
from complaints.models import CaseEvent
from complaints.refusals import Refused
from tests.complaints.sending import drawn
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db

# What may be recorded about an archived case: it is opened again, or a lapse in it is noted.
STILL = {Kind.REOPENED, Kind.OFFENCE}


@pytest.mark.feature("F180")
def test_an_archived_case_cannot_be_edited(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.to("archived")
    before = (case.event_count, case.head_hash, case.particulars.digest())
    kinds = [kind for kind in FORMS if kind not in STILL]
    assert len(kinds) > 30
    for kind in kinds:
        assert State.ARCHIVED not in states_of(kind)
        for person in ("zhoumin", "linxiaoyun", "duanhongwei"):
            answer = drawn(loop, case, kind, person).send()
            assert answer.status_code in (403, 404, 409, 422), (kind, answer.status_code)
    with pytest.raises(Refused):
        loop.do(case, Kind.FACTS_CHANGED, "zhoumin", {"complainants": 1})
    for change in (
        lambda: CaseEvent.objects.filter(case=case).update(data={}),
        lambda: CaseEvent.objects.filter(case=case).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    case.refresh_from_db()
    assert (case.event_count, case.head_hash, case.particulars.digest()) == before
