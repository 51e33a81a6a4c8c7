"""A year of 100,000 cases verified at once: every entry recomputed, with the same totals to the cent.

`-m long -s` prints the figures, with the ratio to reading and hashing the same rows.
"""

import json
import resource
import time
from decimal import Decimal

import pytest
from django.db.models import Model

from complaints.models import CaseEvent, Complaint
from demo.filling import fill
from penalties.models import Entry
from records import chain
from tests.loop import Loop
from tests.penalties.house import items
from tests.penalties.year import proposed, verified, year


@pytest.mark.long
def test_a_year_of_100_000_cases_is_recomputed_with_the_same_totals(fresh_db, clock, capsys):
    loop = Loop.new()
    molds = year(loop)
    of_mold = [sum((i.root.amount or 0 for i in items(case)), Decimal(0)) for case in molds]
    count = 100_000 - len(molds)
    fill(molds, count, lambda done: None)
    whole, part = divmod(count, len(molds))
    expected = sum(of_mold) * (whole + 1) + sum(of_mold[:part])
    assert Complaint.objects.count() == 100_000
    assert proposed() == expected
    begun = time.monotonic()
    out, err = verified(capsys)
    took = time.monotonic() - begun
    assert out == ["核验完成：0 处不一致。"]
    judged = [line for line in err[:-1] if not line.startswith("哈希链：")]
    assert judged == [f"已核验 {done} 件……" for done in range(1000, 100_001, 1000)]
    assert err[-1] == f"考核金额：台账 {expected} 元，按制度重算 {expected} 元。"
    begun = time.monotonic()
    rows = hashed(CaseEvent) + hashed(Entry)
    floor = time.monotonic() - begun
    with capsys.disabled():
        figures = {
            "cases": 100_000,
            "events": CaseEvent.objects.count(),
            "entries": Entry.objects.count(),
            "total": str(expected),
            "verify_s": round(took, 1),
            "floor_s": round(floor, 1),
            "ratio": round(took / floor, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print("\n" + json.dumps(figures))
    assert rows == figures["events"] + figures["entries"]


def hashed(model: type[Model]) -> int:
    """Read all rows of a chained table and hash them anew; return how many there are.

    The floor: whoever verifies a chain cannot do less.
    """
    count = 0
    for row in model.objects.order_by("case", "seq").iterator(chunk_size=2000):
        assert row.hash == chain.link(row.previous_hash, row.content())
        count += 1
    return count
