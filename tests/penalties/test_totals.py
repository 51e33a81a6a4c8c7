"""`manage.py verify` adds up what the ledgers and the rules propose, a batch of cases at a time."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.verification import differences
from demo.filling import fill
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import prepared
from tests.penalties.year import month, proposed, verified


def test_verify_tells_both_totals_to_the_cent(db, clock, capsys):
    loop = Loop.new()
    for case in month(loop, at("03-02 09:00")):
        assert case.number
    # 3 days 300, 10 days 1300, 16 days 2300 and a range, in time nothing
    assert proposed() == Decimal("3900.00")
    out, err = verified(capsys)
    assert out == ["核验完成：0 处不一致。"]
    assert err == ["考核金额：台账 3900.00 元，按制度重算 3900.00 元。"]


def test_the_number_of_queries_does_not_grow_with_the_cases(db, clock):
    loop = Loop.new()
    one = prepared(loop)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert list(differences()) == []
        return len(queries)

    few = asked()
    fill([one], 20, lambda done: None)
    assert asked() == few
