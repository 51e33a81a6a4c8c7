"""Every chain and anchor recomputed in a stream: time, memory, and the ratio to reading and hashing the same bytes.

Short form in CI; `-m long -s` takes 1,000,000 events (INV-21: at most 60 s on the reference machine).
"""

import hashlib
import resource
import time

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audits import anchoring
from complaints.models import CaseEvent, Complaint
from demo.filling import fill
from tests.benchmarks.report import measured
from tests.engine.cases import at
from tests.loop import Loop

# What a case's chain is made of, as bytes: whoever verifies it must read and hash these.
BYTES = """
SELECT concat_ws('|', case_id, seq, kind, at, recorded_at, actor_id, post, state, data, once,
                 previous_hash), hash
FROM complaints_caseevent ORDER BY case_id, seq
"""


def floor() -> int:
    """Read all events through a server's cursor and hash their bytes; return how many there are."""
    count = 0
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor("floor") as cursor:
            cursor.itersize = 5000
            cursor.execute(BYTES)
            for text, _own in cursor:
                hashlib.sha256(text.encode()).hexdigest()
                count += 1
    return count


def verified(capsys) -> list[str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", chains=True)
    assert ended.value.code == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("events", "rounds"),
    [
        pytest.param(20_000, 3, id="short"),
        pytest.param(1_000_000, 1, id="million", marks=pytest.mark.long),
    ],
)
def test_all_chains_are_verified_in_three_times_the_reading_and_hashing(
    events, rounds, fresh_db, clock, settings, tmp_path, capsys
):
    settings.ANCHOR_FOLDER = tmp_path
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.to("archived")
    fill([case], -(-events // case.event_count) - 1, lambda done: None)
    begun = time.monotonic()
    anchoring.anchor()
    anchored = time.monotonic() - begun
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_caseevent, complaints_complaint, audits_anchorleaf")
    count = CaseEvent.objects.count()
    assert count >= events
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = floor_took = float("inf")
    for _round in range(rounds):
        begun = time.monotonic()
        assert floor() == count
        floor_took = min(floor_took, time.monotonic() - begun)
        begun = time.monotonic()
        assert verified(capsys) == ["核验完成：0 处不一致。"]
        took = min(took, time.monotonic() - begun)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    measured(
        capsys,
        f"verify --chains: {count} events of {Complaint.objects.count()} cases in {took:.1f} s,"
        f" {took / floor_took:.2f} x reading and hashing ({floor_took:.1f} s); first anchor"
        f" {anchored:.1f} s; memory +{grown} MB",
    )
    assert took <= 5 * floor_took
    assert grown <= 150
