"""INV-21: ten attacks with the guards off, as the owner, on an anchored record; each is named.

Where a chain can be made anew the attacker does so: then only the anchor tells.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from accounts import access_log
from audits import anchoring, outside
from audits.models import Anchor, AnchorLeaf
from complaints.models import CaseEvent, Complaint
from penalties.models import Entry
from sla import tasks
from tests import databases
from tests.audits.test_verify import verify
from tests.clock import Clock
from tests.engine.cases import at
from tests.loop import Loop

EVENT, CASE = "complaints_caseevent", "complaints_complaint"


@dataclass
class House:
    loop: Loop
    closed: Complaint
    late: Complaint
    log: Path


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, worker_id, tmp_path_factory):
    """A record with two cases, a ledger and an access log; anchored twice, before and after the late case's breach."""
    own = databases.clone(f"{worker_id}_attacks")
    log = tmp_path_factory.mktemp("anchors")
    with (
        django_db_blocker.unblock(),
        databases.used(own),
        override_settings(ANCHOR_FOLDER=log),
    ):
        Clock().set(at("03-02 09:00"))
        loop = Loop.new()
        closed, late = loop.to("archived"), loop.register()
        for name in ("yangfan", "sujianing", "xujing"):
            access_log.refused(actor=loop.user(name), case=late.pk)
        anchoring.anchor()
        Clock().set(at("03-04 11:20"))
        tasks.sweep()
        late.refresh_from_db()
        closed.refresh_from_db()
        assert Entry.objects.filter(case=late).count() >= 2
        anchoring.anchor()
        with databases.used(own, owner=True):
            yield House(loop, closed, late, log)
    databases.drop(own)


@pytest.fixture
def attack(house):
    """Offer a function that runs SQL with every trigger and key off; what it did is rolled back."""
    kept = {path.name: path.read_bytes() for path in house.log.iterdir()}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield run
        transaction.set_rollback(True)
    for name, content in kept.items():
        (house.log / name).write_bytes(content)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount != 0, "the attack has hit nothing"


def make_anew(case: Complaint, table=CaseEvent) -> None:
    """Compute a case's chain of events anew and let the case end with it, as if nothing had been."""
    head, count = "0" * 64, 0
    for count, event in enumerate(CaseEvent.objects.filter(case=case).order_by("seq"), 1):
        event.seq = count
        event.seal(head)
        event.save()
        head = event.hash
    Complaint.objects.filter(pk=case.pk).update(head_hash=head, event_count=count)


def test_a_clean_anchored_record_exits_0(house, capsys):
    assert verify(capsys) == (0, [])
    assert verify(capsys, chains=True) == (0, [])
    assert verify(capsys, case=house.closed.number) == (0, [])


def test_1_an_edited_field_is_named(house, attack, capsys):
    attack(
        f"UPDATE {EVENT} SET post = post || '长' WHERE case_id = %s AND seq = 5", house.closed.pk
    )
    pk = CaseEvent.objects.get(case=house.closed, seq=5).pk
    name = f"{EVENT} {house.closed.number}/5 (id {pk})"
    assert verify(capsys) == (1, [f"{name}: content does not match its hash"])


def test_2_an_edited_time_in_a_chain_made_anew_is_named(house, attack, capsys):
    attack(
        f"UPDATE {EVENT} SET recorded_at = recorded_at + interval '1 second'"
        " WHERE case_id = %s AND seq = 5",
        house.closed.pk,
    )
    make_anew(house.closed)
    count = house.closed.event_count
    assert verify(capsys, chains=True) == (
        1,
        [f"{EVENT} {house.closed.number}/1–{count}: not what was anchored (anchor 1)"],
    )


def test_3_a_deleted_middle_is_named_with_its_range(house, attack, capsys):
    attack(f"DELETE FROM {EVENT} WHERE case_id = %s AND seq IN (5, 6, 7)", house.closed.pk)
    code, named = verify(capsys, chains=True)
    assert code == 1
    assert named == [f"{EVENT} {house.closed.number}/5–7: missing from the chain"]


def test_4_a_deleted_tail_whose_case_ends_before_it_is_named(house, attack, capsys):
    count = house.closed.event_count
    attack(f"DELETE FROM {EVENT} WHERE case_id = %s AND seq > 10", house.closed.pk)
    make_anew(house.closed)
    code, named = verify(capsys, chains=True)
    assert code == 1
    assert f"{EVENT} {house.closed.number}/11–{count}: missing (anchor 2)" in named


def test_5_a_whole_case_taken_away_is_named(house, attack, capsys):
    count = house.late.event_count
    for table in databases_of_a_case():
        column = "id" if table == CASE else "case_id"
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [house.late.pk])
    code, named = verify(capsys)
    assert code == 1
    row = f"{CASE} id {house.late.pk}: missing, with events 1–{count} (anchor 1)"
    assert row in named
    assert any(line.startswith("penalties_entry #") and "missing" in line for line in named)


def databases_of_a_case() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'case_id' AND table_schema = 'public'"
        )
        return [*(name for (name,) in cursor.fetchall()), CASE]


def test_6_two_swapped_events_are_named(house, attack, capsys):
    for before, after in ((7, 1007), (8, 7), (1007, 8)):
        attack(
            f"UPDATE {EVENT} SET seq = %s WHERE case_id = %s AND seq = %s",
            after,
            house.closed.pk,
            before,
        )
    code, named = verify(capsys, chains=True)
    assert code == 1
    for seq in (7, 8):
        assert any(f"{house.closed.number}/{seq} (id" in line for line in named)


def test_6_two_cases_that_change_places_are_named(house, attack, capsys):
    one, other = house.closed.pk, house.late.pk
    attack(f"ALTER TABLE {EVENT} DROP CONSTRAINT derived_event_once")
    attack(
        f"UPDATE {EVENT} SET case_id = %s - case_id, seq = seq + 1000 WHERE case_id IN (%s, %s)",
        one + other,
        one,
        other,
    )
    attack(f"UPDATE {EVENT} SET seq = seq - 1000 WHERE seq > 1000")
    for pk in (one, other):
        make_anew(Complaint.objects.get(pk=pk))
    code, named = verify(capsys, chains=True)
    assert code == 1
    for number in (house.closed.number, house.late.number):
        assert any(line.startswith(f"{EVENT} {number}/") for line in named)


def test_7_a_forged_event_put_between_others_is_named(house, attack, capsys):
    attack(f"UPDATE {EVENT} SET seq = seq + 100 WHERE case_id = %s AND seq > 5", house.closed.pk)
    attack(
        f"INSERT INTO {EVENT} (case_id, seq, kind, at, recorded_at, post, state, data, previous_hash,"
        " hash) SELECT case_id, 6, 'noted', at, recorded_at, '', state, '{}', '', ''"
        f" FROM {EVENT} WHERE case_id = %s AND seq = 5",
        house.closed.pk,
    )
    make_anew(house.closed)
    code, named = verify(capsys, chains=True)
    assert code == 1
    count = house.closed.event_count
    assert named == [f"{EVENT} {house.closed.number}/1–{count}: not what was anchored (anchor 1)"]


def test_7_a_forged_case_with_no_right_chain_is_named(house, attack, capsys):
    attack(
        f"INSERT INTO {EVENT} (case_id, seq, kind, at, recorded_at, post, state, data, previous_hash,"
        " hash) SELECT case_id, seq + 1, 'noted', at, recorded_at, '', state, '{}', hash, hash"
        f" FROM {EVENT} WHERE case_id = %s AND seq = %s",
        house.closed.pk,
        house.closed.event_count,
    )
    code, named = verify(capsys, chains=True)
    assert code == 1
    assert any("content does not match its hash" in line for line in named)


def test_8_a_truncated_table_is_named_case_by_case(house, attack, capsys):
    attack(f"TRUNCATE {EVENT}")
    attack(f"UPDATE {CASE} SET event_count = 0, head_hash = repeat('0', 64)")
    code, named = verify(capsys, chains=True)
    assert code == 1
    for case in (house.closed, house.late):
        name = f"{EVENT} {case.number}/1–{case.event_count}: missing"
        assert any(line.startswith(name) for line in named)


def test_9_a_ledger_computed_anew_is_named(house, attack, capsys):
    attack(
        "UPDATE penalties_entry SET amount = 1 WHERE case_id = %s AND kind = 'proposed'",
        house.late.pk,
    )
    head = "0" * 64
    for entry in Entry.objects.filter(case=house.late).order_by("seq"):
        entry.seal(head)
        entry.save()
        head = entry.hash
    attack("UPDATE penalties_ledgerhead SET hash = %s WHERE case_id = %s", head, house.late.pk)
    code, named = verify(capsys, chains=True)
    assert code == 1
    count = Entry.objects.filter(case=house.late).count()
    assert named == [
        f"penalties_entry {house.late.number}/1–{count}: not what was anchored (anchor 2)"
    ]


def test_7_a_reason_and_a_file_that_nothing_names_are_named(house, attack, capsys):
    attack(
        "INSERT INTO penalties_entrytext (id, case_id, body, salt) VALUES (99, %s, '免', '')",
        house.late.pk,
    )
    attack(
        "INSERT INTO complaints_attachment (id, case_id, purpose, name, key, copied, size, sha256,"
        " content_type, uploaded_at, scan, salt) VALUES (99, %s, 'case', 'x', 'x', false, 1, '', '',"
        " now(), 'clean', '')",
        house.late.pk,
    )
    assert verify(capsys) == (
        1,
        [
            f"complaints_attachment {house.late.number} (id 99): is not what was attached",
            f"penalties_entrytext {house.late.number} (id 99): no entry names it",
        ],
    )


def test_9_an_access_log_computed_anew_is_named(house, attack, capsys):
    from accounts.models import AccessEntry, AccessHead

    attack("UPDATE accounts_accessentry SET address = '10.0.0.9' WHERE seq = 2")
    head = "0" * 64
    for entry in AccessEntry.objects.order_by("seq"):
        from records import chain

        entry.previous_hash, entry.hash = head, chain.link(head, entry.content())
        entry.save()
        head = entry.hash
    AccessHead.objects.update(hash=head)
    assert verify(capsys, chains=True) == (
        1,
        ["accounts_accessentry 1–3: not what was anchored (anchor 1)"],
    )


def test_10_an_older_dump_is_named(house, attack, capsys):
    """The database of before the second anchor: what came after is missing, and the log outside says so."""
    before = AnchorLeaf.objects.get(chain="case", key=house.late.pk, anchor=1).count
    attack("DELETE FROM audits_anchorleaf WHERE anchor_id = 2")
    attack("DELETE FROM audits_anchor WHERE seq = 2")
    attack(f"DELETE FROM {EVENT} WHERE case_id = %s AND seq > %s", house.late.pk, before)
    make_anew(house.late)
    code, named = verify(capsys, chains=True)
    assert code == 1
    month = "anchors-2026-03.jsonl"
    assert f"audits_anchor 2: missing, but in the log ({month}:2)" in named
    span = f"{before + 1}–{house.late.event_count}"
    assert f"{EVENT} {house.late.number}/{span}: missing or changed since anchor 2" in named


def test_a_bent_database_is_not_anchored_over_the_evidence(house, attack):
    attack("DELETE FROM audits_anchorleaf WHERE anchor_id = 2")
    attack("DELETE FROM audits_anchor WHERE seq = 2")
    with pytest.raises(outside.Contradiction, match="anchor 2 is not in the database"):
        anchoring.anchor()
    assert Anchor.objects.count() == 1


# What is done to the anchors themselves → what is named.
ANCHOR_ATTACKS = {
    "UPDATE audits_anchor SET root = reverse(root) WHERE seq = 1": (
        "audits_anchor 1: content does not match its hash"
    ),
    "UPDATE audits_anchor SET at = at - interval '1 hour' WHERE seq = 2": (
        "audits_anchor 2: is not signed with the key"
    ),
    "UPDATE audits_anchor SET signature = reverse(signature) WHERE seq = 2": (
        "audits_anchor 2: is not signed with the key"
    ),
    "DELETE FROM audits_anchor WHERE seq = 1": "audits_anchor 1: missing",
    "UPDATE audits_anchor SET seq = 3 - seq": "audits_anchor 1: content does not match its hash",
    "DELETE FROM audits_anchorleaf WHERE anchor_id = 1 AND place = 0": (
        "audits_anchorleaf anchor 1: leaves do not make the root that was signed"
    ),
    "UPDATE audits_anchorleaf SET hash = reverse(hash) WHERE anchor_id = 2 AND place = 0": (
        "audits_anchorleaf anchor 2: leaves do not make the root that was signed"
    ),
    "UPDATE audits_anchorleaf SET place = 1000 WHERE anchor_id = 1 AND place = 0": (
        "audits_anchorleaf anchor 1: leaves do not make the root that was signed"
    ),
    "INSERT INTO audits_anchorleaf (anchor_id, place, chain, key, since, count, hash)"
    " SELECT 2, 1000, 'case', 999, 0, 1, hash FROM audits_anchorleaf WHERE id = 1"
    " OR place = 0 LIMIT 1": (
        "audits_anchorleaf anchor 2: leaves do not make the root that was signed"
    ),
}


@pytest.mark.parametrize("statement", ANCHOR_ATTACKS)
def test_a_bent_anchor_is_named(statement, house, attack, capsys):
    if "seq = 3 - seq" in statement:
        attack("UPDATE audits_anchor SET seq = -seq")
        statement = "UPDATE audits_anchor SET seq = 3 + seq"
        attack(statement)
        assert "audits_anchor 1: content does not match its hash" in verify(capsys)[1]
        return
    attack(statement)
    code, named = verify(capsys, chains=True)
    assert code == 1
    assert ANCHOR_ATTACKS[statement] in named


@pytest.mark.parametrize("deed", ["cut", "first", "changed", "gone"])
def test_a_bent_log_outside_is_named(deed, house, attack, capsys):
    """The log's own lines are signed: what is cut off, left out or changed shows beside the table."""
    path = house.log / "anchors-2026-03.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    changed = json.loads(second) | {"at": "2026-03-01T00:00:00+00:00"}
    path.write_bytes(
        {
            "cut": first,
            "first": second,
            "changed": first + json.dumps(changed).encode() + b"\n",
            "gone": b"",
        }[deed]
    )
    wanted = {
        "cut": "anchors.jsonl 2: missing from the log outside",
        "first": f"anchors.jsonl {path.name}:1: anchors 1 missing",
        "changed": f"anchors.jsonl {path.name}:2: anchor 2 was changed",
        "gone": "anchors.jsonl 1–2: missing from the log outside",
    }[deed]
    code, named = verify(capsys, chains=True)
    assert code == 1
    assert named == [wanted]
