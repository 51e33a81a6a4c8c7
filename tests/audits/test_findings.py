"""Findings: objection, rectification, effect check, hand-over, closing (F221)."""

from datetime import date

import pytest

from audits import findings
from audits.models import Finding, FindingState
from complaints.lifecycle import Kind
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, Refused
from penalties.models import Entry
from tests.audits.house import finding
from tests.loop import Loop
from tests.penalties.house import stand

pytestmark = pytest.mark.django_db
AUDITOR, OTHER, HEAD = "konglingyi", "qinmo", "duanhongwei"
DUE = date(2026, 4, 15)


def code(caught) -> str:
    return caught.value.reasons[0].code


def state() -> str:
    return Finding.objects.get().state


@pytest.mark.feature("F221")
def test_a_finding_is_followed_up_to_its_end(clock):
    loop = Loop.new()
    row = finding(loop)
    assert (row.case.number, row.topic) == (row.paper.case.number, "truth")
    findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=DUE, text="补做回访")
    assert (state(), Finding.objects.get().due_on) == ("rectifying", DUE)
    findings.report(row.pk, actor=loop.actor(HEAD), text="已补做")
    assert state() == "rectified"
    stand("04-20 09:00")
    again = date(2026, 5, 6)
    findings.check(
        row.pk, actor=loop.actor(AUDITOR), effective=False, text="仍未回访", due_on=again
    )
    assert (state(), Finding.objects.get().due_on) == ("rectifying", again)
    findings.report(row.pk, actor=loop.actor(HEAD), text="已回访")
    findings.check(row.pk, actor=loop.actor(AUDITOR), effective=True, text="客户确认")
    assert state() == "closed"
    told = list(row.entries.values_list("kind", flat=True))
    assert told == ["raised", "ordered", "rectified", "not_effective", "rectified", "effective"]


def test_the_department_objects_and_another_auditor_decides(clock):
    loop = Loop.new()
    row = finding(loop)
    for name in ("zhaogang", "sujianing", "linxiaoyun", AUDITOR, "taoran"):
        with pytest.raises(NotPermitted):
            findings.object_to(row.pk, actor=loop.actor(name), reason="不属实")
    findings.object_to(row.pk, actor=loop.actor(HEAD), reason="客户当日已签收")
    with pytest.raises(NotPermitted):
        findings.decide(row.pk, actor=loop.actor(AUDITOR), uphold=True, reason="维持")
    findings.decide(row.pk, actor=loop.actor(OTHER), uphold=True, reason="签收单日期不符")
    assert state() == FindingState.RAISED
    with pytest.raises(Refused) as caught:
        findings.object_to(row.pk, actor=loop.actor(HEAD), reason="再异议")
    assert code(caught) == "objected_before"


def test_an_upheld_objection_ends_the_finding(clock):
    loop = Loop.new()
    row = finding(loop)
    findings.object_to(row.pk, actor=loop.actor(HEAD), reason="客户当日已签收")
    findings.decide(row.pk, actor=loop.actor(OTHER), uphold=False, reason="属实")
    assert state() == FindingState.DISMISSED
    with pytest.raises(Refused) as caught:
        findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=DUE, text="整改")
    assert code(caught) == "wrong_state"


def test_an_objection_during_the_rectification_does_not_lose_its_day(clock):
    loop = Loop.new()
    row = finding(loop)
    findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=DUE, text="补做回访")
    findings.object_to(row.pk, actor=loop.actor(HEAD), reason="已回访")
    findings.decide(row.pk, actor=loop.actor(OTHER), uphold=True, reason="无录音")
    assert (state(), Finding.objects.get().due_on) == ("rectifying", DUE)


@pytest.mark.parametrize(("moment", "open_"), [("04-08 09:00", True), ("04-08 09:01", False)])
def test_an_objection_is_open_for_the_houses_seven_days(moment, open_, clock):
    loop = Loop.new()
    row = finding(loop)
    stand(moment)
    if open_:
        findings.object_to(row.pk, actor=loop.actor(HEAD), reason="不属实")
        assert state() == FindingState.OBJECTED
        return
    with pytest.raises(Refused) as caught:
        findings.object_to(row.pk, actor=loop.actor(HEAD), reason="不属实")
    assert code(caught) == "too_late"


def test_a_rectification_is_not_due_before_today(clock):
    loop = Loop.new()
    row = finding(loop)
    with pytest.raises(Refused) as caught:
        findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=date(2026, 3, 31), text="整改")
    assert code(caught) == "due_in_the_past"
    findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=date(2026, 4, 1), text="整改")
    assert list(Finding.objects.late(date(2026, 4, 1))) == []
    assert list(Finding.objects.late(date(2026, 4, 2))) == [row]


def test_an_offence_goes_to_the_ledger_through_the_case(clock):
    """大理文旅 10: 弄虚作假 costs the head of the department 500; the ledger prices it itself."""
    loop = Loop.new()
    row = finding(loop)
    data = {"source": "DALI-136", "department_id": loop.department("物业公司").pk}
    act = Act(Kind.OFFENCE, data, {"evidence": "录音与登记不符"})
    with pytest.raises(NotPermitted):
        findings.hand_over(row.pk, actor=loop.actor(HEAD), act=act)
    assert not Entry.objects.filter(case=row.case, rule="dereliction").exists()
    findings.hand_over(row.pk, actor=loop.actor(AUDITOR), act=act)
    event = row.case.events.get(kind=Kind.OFFENCE)
    assert row.entries.last().data == {"event": event.seq}
    charged = Entry.objects.get(case=row.case, rule="dereliction")
    assert (charged.event, charged.amount, charged.person) == (event.seq, 500, loop.user(HEAD))
    # Who has handed it over is no handler of the case because of that.
    findings.order(row.pk, actor=loop.actor(AUDITOR), due_on=DUE, text="补做回访")
    assert state() == FindingState.RECTIFYING


def test_the_trail_is_append_only(clock):
    from django.db import connection, transaction
    from django.db.utils import DatabaseError

    finding(Loop.new())
    for statement in (
        "UPDATE audits_auditentry SET kind = 'closed'",
        "DELETE FROM audits_auditentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
