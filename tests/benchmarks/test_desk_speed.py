"""The pages of every day against a trivial one, among as many cases as a large house has in years.

`-s` prints the ratios; the long form stores a million cases, four in a hundred of them open.
"""

import pytest
from django.db import connection

from demo.filling import fill
from tests.benchmarks import desk
from tests.benchmarks.report import measured
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

# Words that are looked for: one case's own, one of many cases, a person's name.
WORDS = {"13900000007": "a phone number", "门禁": "a common word", "物业公司": "a department"}


def stored(clock, loop: Loop, cases: int) -> None:
    """Store so many cases, the older ones closed, the newest four in a hundred in hand."""
    clock.set(at("02-02 09:00"))
    ended = [loop.to("archived")]
    clock.set(at("03-02 09:00"))
    open_ = [loop.to(state) for state in ("received", "assigned", "investigating", "feedback")]
    fill(ended, cases - cases // 25, lambda done: None)
    fill(open_, cases // 25, lambda done: None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize(
    ("cases", "rounds"),
    [
        pytest.param(300, 4, id="short"),
        pytest.param(1_000_000, 40, id="long", marks=pytest.mark.long),
    ],
)
def test_pages_of_every_day_keep_near_a_trivial_one(cases, rounds, fresh_db, clock, capsys):
    loop = Loop.new()
    stored(clock, loop, cases)
    clients = {}

    def client_of(name):
        return clients.setdefault(name, signed_in(loop.user(name)))

    case = loop.to("resolving")
    with desk.with_floor():
        every = desk.pages(client_of, case, "feedback", WORDS)
        found = desk.costs(client_of, every, rounds)
    for page, (cost, trivial) in found.items():
        measured(capsys, desk.line(page, cost, trivial))
    # The aims stand in docs/measured; a shared machine is allowed more, and a short run more still.
    slack = 1.5 if cases > 1000 else 4
    missed = {
        page.name: round(cost.p50 / trivial.p50, 1)
        for page, (cost, trivial) in found.items()
        if cost.p50 > trivial.p50 * page.aim * slack
    }
    assert missed == {}
