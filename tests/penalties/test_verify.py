"""`manage.py verify` recomputes the ledger and names a row that raw SQL has changed."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection

from penalties import procedure
from penalties.closing import close
from penalties.models import Award, Entry
from penalties.periods import Span
from penalties.scoring import give_platform_score
from tests import databases
from tests.loop import Loop
from tests.penalties.house import followed, items, late, stand

MARCH = Span.named("2026-03")


@pytest.fixture
def loop(fresh_db):
    with databases.used(fresh_db, owner=True):
        yield Loop.new()


def verified(capsys) -> tuple[int, list[str]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    return ended.value.code, capsys.readouterr().out.splitlines()[:-1]


def bent(statement, *values):
    with connection.cursor() as cursor:
        for table in ("penalties_entry", "penalties_award"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def test_a_changed_amount_is_named_though_the_chain_is_recomputed(loop, capsys):
    case = late(loop, 3)
    assert verified(capsys) == (0, [])
    entry = items(case)[1].root
    name = f"penalties_entry {case.number}/2 (id {entry.pk})"
    bent("UPDATE penalties_entry SET amount = 90 WHERE id = %s", entry.pk)
    code, named = verified(capsys)
    assert code == 1
    assert f"{name}: content does not match its hash" in named
    assert f"{name}: amount is not what the rules say" in named
    forge(case)
    assert verified(capsys) == (1, [f"{name}: amount is not what the rules say"])


def forge(case):
    """Recompute the hashes of a case's whole ledger, as somebody who has the program can."""
    previous = "0" * 64
    for entry in Entry.objects.filter(case=case).order_by("seq"):
        entry.seal(previous)
        previous = entry.hash
        bent(
            "UPDATE penalties_entry SET hash = %s, previous_hash = %s WHERE id = %s",
            entry.hash,
            entry.previous_hash,
            entry.pk,
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE penalties_ledgerhead SET hash = %s WHERE case_id = %s", [previous, case.pk]
        )


def test_a_cut_off_tail_and_a_missing_row_are_named(loop, capsys):
    case = late(loop, 3)
    bent("DELETE FROM penalties_entry WHERE case_id = %s AND seq = 3", case.pk)
    code, named = verified(capsys)
    assert code == 1
    assert f"penalties_ledgerhead {case.number}: does not end where its chain ends" in named
    assert any("is not proposed" in line for line in named)


def test_a_posting_of_another_amount_is_named(loop, capsys):
    case = late(loop, 1)
    procedure.confirm(items(case)[0].root.pk, actor=loop.actor("linxiaoyun"))
    stand("04-01 09:00")
    close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    assert verified(capsys) == (0, [])
    entry = Entry.objects.get(case=case, kind="posted")
    bent("UPDATE penalties_entry SET amount = 10 WHERE id = %s", entry.pk)
    forge(case)
    assert verified(capsys) == (
        1,
        [f"penalties_entry {case.number}/3 (id {entry.pk}): posts another amount than was due"],
    )


def test_a_changed_reward_is_named(loop, capsys):
    followed(loop, 9)
    version, place = loop.versions["dali-tourism"], loop.department("物业公司")
    give_platform_score(version, place, MARCH, Decimal(100), loop.actor("zhoumin"))
    stand("04-01 09:00")
    close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    award = Award.objects.get()
    bent("UPDATE penalties_award SET amount = 500 WHERE id = %s", award.pk)
    name = f"2026-03/{place.pk} (id {award.pk})"
    assert verified(capsys) == (
        1,
        [
            f"penalties_award id {award.pk}: was changed past the chain of changes",
            f"penalties_award {name}: amount is not what the rules say",
        ],
    )
