"""`manage.py verify`: exit 0 clean, 1 with each row named that was bent, 2 could not run.

One record is made for the module: a case round the whole loop, one with a breach, and three entries
in the access log. Each attack is made with the guards off, as the owner, and taken back.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts import access_log
from complaints.models import CaseEvent, Complaint
from sla import tasks
from tests import databases
from tests.clock import Clock
from tests.engine.cases import at
from tests.loop import Loop
from tests.tampering import KEPT, let_go

GUARDED = ("complaints_caseevent", "accounts_accessentry", "complaints_complaint")


@dataclass
class House:
    """The record that is attacked: its two cases, and the database it is in."""

    loop: Loop
    closed: Complaint
    late: Complaint
    database: databases.Database

    def event(self, seq: int) -> CaseEvent:
        return CaseEvent.objects.get(case=self.closed, seq=seq)

    @property
    def warning(self) -> CaseEvent:
        return CaseEvent.objects.get(case=self.late, kind="derived.warned", data__stage="transfer")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, worker_id):
    own = databases.clone(f"{worker_id}_verify")
    with django_db_blocker.unblock(), databases.used(own):
        Clock().set(at("03-02 09:00"))
        loop = Loop.new()
        closed, late = loop.to("archived"), loop.register()
        Clock().set(at("03-02 11:20"))
        tasks.sweep()
        for name in ("yangfan", "sujianing", "xujing"):
            access_log.refused(actor=loop.user(name), case=late.pk)
        late.refresh_from_db()
        with databases.used(own, owner=True):
            yield House(loop, closed, late, own)
    databases.drop(own)


@pytest.fixture
def attack(house):
    """Offer a function that runs SQL with the guards off; what it did is rolled back."""
    with transaction.atomic():
        yield run_without_guards
        transaction.set_rollback(True)


def run_without_guards(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        # Of these the guards alone: that a row was erased goes on being told.
        for table in KEPT:
            let_go(table)
        cursor.execute(statement, values)
        assert cursor.rowcount != 0, "the attack has hit nothing"


def verify(capsys, **options) -> tuple[int, list[str]]:
    """Run the command; return its exit code and what it names."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", **options)
    *named, last = capsys.readouterr().out.splitlines()
    assert last == f"核验完成：{len(named)} 处不一致。"
    return ended.value.code, named


def test_a_clean_record_exits_0(house, capsys):
    assert verify(capsys) == (0, [])
    assert verify(capsys, case=house.closed.number) == (0, [])


# Column → what it is set to, in one event in the middle of a case that is closed and archived.
CHANGES = {
    "kind": "'visited'",
    "at": "at - interval '1 microsecond'",
    "recorded_at": "recorded_at + interval '1 second'",
    "actor_id": "(SELECT id FROM accounts_user WHERE username = 'xujing')",
    "post": "post || '长'",
    "state": "'review'",
    "data": """replace(data::text, '"conclusion": "属实"', '"conclusion": "不实"')::jsonb""",
    "once": "'x'",
    "hash": "reverse(hash)",
    "previous_hash": "repeat('0', 64)",
}


@pytest.mark.parametrize("column", CHANGES)
def test_one_changed_value_of_an_event_is_named(column, house, attack, capsys):
    event = CaseEvent.objects.get(case=house.closed, kind="investigated")
    attack(f"UPDATE complaints_caseevent SET {column} = {CHANGES[column]} WHERE id = %s", event.pk)
    code, named = verify(capsys)
    row = f"complaints_caseevent {house.closed.number}/{event.seq} (id {event.pk})"
    assert code == 1
    assert f"{row}: content does not match its hash" in named
    assert {re.split(r"[/ ]", line)[1] for line in named} == {house.closed.number}


def test_a_changed_value_is_named_where_one_case_is_asked_for(house, attack, capsys):
    attack("UPDATE complaints_caseevent SET post = '' WHERE id = %s", house.event(5).pk)
    assert verify(capsys, case=house.closed.number)[0] == 1
    assert verify(capsys, case=house.late.number) == (0, [])


def test_a_missing_event_is_named(house, attack, capsys):
    attack("DELETE FROM complaints_caseevent WHERE id = %s", house.event(5).pk)
    assert verify(capsys) == (
        1,
        [f"complaints_caseevent {house.closed.number}/5: missing from the chain"],
    )


def test_a_cut_off_tail_is_named(house, attack, capsys):
    attack("DELETE FROM complaints_caseevent WHERE case_id = %s AND seq > 10", house.closed.pk)
    assert verify(capsys) == (
        1,
        [f"complaints_complaint {house.closed.number}: does not end where its chain ends"],
    )


def test_a_whole_record_taken_away_is_named(house, attack, capsys):
    attack("DELETE FROM complaints_caseevent WHERE case_id = %s", house.closed.pk)
    code, named = verify(capsys)
    assert code == 1
    assert named == [
        f"complaints_complaint {house.closed.number}: does not end where its chain ends"
    ]


def test_two_swapped_events_are_named(house, attack, capsys):
    one, other = house.event(7), house.event(8)
    attack(
        "ALTER TABLE complaints_caseevent DROP CONSTRAINT event_place_once;"
        f"UPDATE complaints_caseevent SET seq = 15 - seq WHERE id IN ({one.pk}, {other.pk})"
    )
    code, named = verify(capsys)
    assert code == 1
    assert any(f"/7 (id {other.pk})" in line for line in named)
    assert any(f"/8 (id {one.pk})" in line for line in named)


def sealed(case, **fields) -> None:
    """Append an event with a right hash, and make the case end with it."""
    event = CaseEvent(
        case=case,
        seq=case.event_count + 1,
        recorded_at=case.settled_at,
        state=case.state,
        **{"at": case.settled_at, "data": {}} | fields,
    )
    event.seal(case.head_hash)
    event.save()
    Complaint.objects.filter(pk=case.pk).update(event_count=event.seq, head_hash=event.hash)


def test_a_forged_breach_in_a_sound_chain_is_named(house, attack, capsys):
    sealed(house.late, kind="derived.overdue", once="overdue:plan:1:1:x", data={"subject": "plan"})
    assert verify(capsys) == (
        1,
        [
            f"complaints_caseevent {house.late.number}/{house.late.event_count + 1}: "
            "no rule makes this derived event"
        ],
    )


def test_a_breach_left_out_of_a_sound_chain_is_named(house, attack, capsys):
    """The last event is taken away, and the case made to end before it."""
    last = CaseEvent.objects.filter(case=house.late).order_by("seq").last()
    assert last.kind == "derived.overdue"
    attack("DELETE FROM complaints_caseevent WHERE id = %s", last.pk)
    Complaint.objects.filter(pk=house.late.pk).update(
        event_count=last.seq - 1, head_hash=last.previous_hash
    )
    assert verify(capsys) == (
        1,
        [f"complaints_caseevent {house.late.number}: {last.once} is not recorded"],
    )


def test_a_derived_event_with_another_moment_is_named(house, attack, capsys):
    """The whole chain is made anew after the change, as one with the database's password could."""
    warning = house.warning
    attack("UPDATE complaints_caseevent SET at = at - interval '1 hour' WHERE id = %s", warning.pk)
    reseal(house.late)
    assert verify(capsys) == (
        1,
        [
            f"complaints_caseevent {house.late.number}/{warning.seq}: "
            "no rule makes this derived event",
            f"complaints_caseevent {house.late.number}: {warning.once} is not recorded",
        ],
    )


def reseal(case):
    head = "0" * 64
    for event in CaseEvent.objects.filter(case=case).order_by("seq"):
        event.seal(head)
        event.save()
        head = event.hash
    Complaint.objects.filter(pk=case.pk).update(head_hash=head)


def test_a_record_that_cannot_be_judged_is_named_and_the_others_are_checked(house, attack, capsys):
    attack("UPDATE sla_clock SET late_days = 9 WHERE case_id = %s", house.closed.pk)
    sealed(house.late, kind="responded", data={"expected_at": "no moment"})
    code, named = verify(capsys)
    assert code == 1
    assert f"complaints_complaint {house.late.number}: cannot be judged (ValueError)" in named
    assert any(line.startswith(f"sla_clock {house.closed.number}") for line in named)


# What is a cache of the verdict → the row that is named.
CACHES = {
    "UPDATE complaints_complaint SET grade = '一般投诉' WHERE id = {late}": (
        "complaints_complaint {number}: grade is not what the record says"
    ),
    "UPDATE complaints_complaint SET next_moment = NULL WHERE id = {late}": (
        "complaints_complaint {number}: next_moment is not what the record says"
    ),
    "UPDATE complaints_complaint SET counts_in_rate = false WHERE id = {late}": (
        "complaints_complaint {number}: counts_in_rate is not what the record says"
    ),
    "UPDATE complaints_complaint SET state = 'assigned' WHERE id = {late}": (
        "complaints_complaint {number}: state is not that of the last event"
    ),
    "UPDATE sla_clock SET due_at = due_at + interval '1 day' WHERE case_id = {late}"
    " AND key = 'transfer:1:1'": "sla_clock {number} transfer:1:1: is not what the rules say",
    "DELETE FROM sla_clock WHERE case_id = {late} AND key = 'transfer:1:1'": (
        "sla_clock {number} transfer:1:1: missing"
    ),
    "UPDATE sla_clock SET key = 'x' WHERE case_id = {late} AND key = 'close:1:1'": (
        "sla_clock {number} x: no rule makes this clock"
    ),
    "UPDATE complaints_particulars SET description = '没有的事' WHERE case_id = {late}": (
        "complaints_particulars {number}: text was changed"
    ),
    "UPDATE complaints_particulars SET more = '{{}}' WHERE case_id = {late}": (
        "complaints_particulars {number}: text was changed"
    ),
}


@pytest.mark.parametrize("statement", CACHES)
def test_a_bent_row_beside_the_record_is_named(statement, house, attack, capsys):
    attack(statement.format(late=house.late.pk))
    code, named = verify(capsys)
    assert code == 1
    assert CACHES[statement].format(number=house.late.number) in named


def test_a_changed_text_is_named_and_an_erased_one_is_not(house, attack, capsys):
    text, erased = house.closed.texts.filter(plan=None).order_by("pk")[:2]
    attack("UPDATE complaints_casetext SET body = body || '。' WHERE id = %s", text.pk)
    attack("DELETE FROM complaints_casetext WHERE id = %s", erased.pk)
    row = f"complaints_casetext {house.closed.number} (id {text.pk}): text was changed"
    assert verify(capsys) == (1, [row])


def test_a_text_slipped_in_and_two_that_changed_places_are_named(house, attack, capsys):
    one, other = house.closed.texts.filter(plan=None).order_by("pk")[:2]
    attack(
        "INSERT INTO complaints_casetext (id, case_id, purpose, body, salt)"
        " SELECT 9999, case_id, purpose, body, salt FROM complaints_casetext WHERE id = %s",
        one.pk,
    )
    attack(
        "UPDATE complaints_casetext AS t SET body = o.body, salt = o.salt FROM complaints_casetext AS o"
        f" WHERE (t.id, o.id) IN (({one.pk}, {other.pk}), ({other.pk}, {one.pk}))"
    )
    name = f"complaints_casetext {house.closed.number}"
    code, named = verify(capsys)
    assert code == 1
    assert set(named) == {
        f"{name} (id {one.pk}): text was changed",
        f"{name} (id {other.pk}): text was changed",
        f"{name} (id 9999): no event names it",
    }


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        pytest.param(
            "UPDATE accounts_accessentry SET address = '10.0.0.1' WHERE seq = 2",
            "accounts_accessentry 2: does not fit its chain",
            id="changed",
        ),
        pytest.param(
            "DELETE FROM accounts_accessentry WHERE seq = 2",
            "accounts_accessentry 3: does not fit its chain",
            id="taken-out",
        ),
        pytest.param(
            "DELETE FROM accounts_accessentry WHERE seq = 3",
            "accounts_accesshead 1: does not end where its chain ends",
            id="cut-off",
        ),
        pytest.param(
            "DELETE FROM accounts_accessentry",
            "accounts_accesshead 1: does not end where its chain ends",
            id="emptied",
        ),
    ],
)
def test_a_bent_access_log_is_named(statement, row, house, attack, capsys):
    attack(statement)
    assert verify(capsys) == (1, [row])


def test_an_unknown_case_exits_2(house, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify", case="NO-SUCH")
    assert ended.value.code == 2
    assert "没有编号为 NO-SUCH 的投诉" in capsys.readouterr().err


def test_without_a_database_it_exits_2(house):
    nowhere = {"DATABASE_URL": "postgresql:///nowhere?host=/nonexistent"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "verify"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert "/nonexistent" in ended.stderr
    assert "Traceback" not in ended.stderr
