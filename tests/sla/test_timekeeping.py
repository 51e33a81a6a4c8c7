"""A clock that jumps fires nothing early and nothing twice (INV-13), and silence is written down."""

from datetime import timedelta

import pytest

from records import clock as records_clock
from sla import tasks, timekeeping
from sla.models import ClockAlarm, Outage, Watch
from tests.engine.cases import at
from tests.loop import Loop
from tests.sla.silent import OVERDUE, RECEIVED, WARNED, followed

HOUR = timedelta(hours=1)


@pytest.fixture
def loop(db, clock) -> Loop:
    clock.set(RECEIVED)
    return Loop.new()


@pytest.fixture
def host(monkeypatch):
    """The host's elapsed time, in the test's hand."""

    class Host:
        seconds, name = 1000.0, "a"

        def passes(self, time: timedelta) -> None:
            self.seconds += time.total_seconds()

    one = Host()
    monkeypatch.setattr(
        records_clock, "elapsed", lambda: records_clock.Elapsed(one.name, one.seconds)
    )
    return one


@pytest.mark.parametrize(
    ("database", "elapsed", "off_by"),
    [
        pytest.param(HOUR, timedelta(seconds=10), 3590, id="an-hour-ahead"),
        pytest.param(timedelta(days=3), timedelta(seconds=10), 259_190, id="three-days-ahead"),
        pytest.param(-HOUR, timedelta(seconds=10), -3600, id="an-hour-back"),
        pytest.param(timedelta(0), timedelta(seconds=61), -61, id="the-database-stands-still"),
        pytest.param(timedelta(seconds=71), timedelta(seconds=10), 61, id="61-seconds-ahead"),
    ],
)
def test_inv_13_a_jump_stops_the_sweep_until_a_person_confirms(
    database, elapsed, off_by, loop, clock, host
):
    case = loop.register()
    tasks.sweep()
    host.passes(elapsed)
    clock.set(RECEIVED + database)
    assert tasks.sweep() == 0
    alarm = ClockAlarm.objects.get()
    assert alarm.off_by == off_by
    clock.set(at("03-02 11:20"))
    host.seconds = 1000 + 140 * 60
    assert tasks.sweep() == 0
    assert followed(case) == []
    timekeeping.confirm(alarm, loop.user("zhoumin"))
    assert tasks.sweep() == 1
    assert followed(case) == [WARNED, OVERDUE]
    assert tasks.sweep() == 0
    assert ClockAlarm.objects.get().confirmed_by == loop.user("zhoumin")


@pytest.mark.parametrize(
    ("database", "elapsed"),
    [
        pytest.param(timedelta(seconds=70), timedelta(seconds=10), id="60-seconds-are-allowed"),
        pytest.param(timedelta(days=3), timedelta(days=3), id="both-went-on"),
    ],
)
def test_inv_13_clocks_that_agree_raise_nothing(database, elapsed, loop, clock, host):
    tasks.sweep()
    host.passes(elapsed)
    clock.advance(database)
    tasks.sweep()
    assert not ClockAlarm.objects.exists()
    assert Watch.objects.get().swept_at == RECEIVED + database


def test_inv_13_another_hosts_elapsed_time_is_not_compared(loop, clock, host):
    tasks.sweep()
    host.name, host.seconds = "b", 5.0
    clock.advance(HOUR)
    tasks.sweep()
    assert not ClockAlarm.objects.exists()


def test_inv_13_two_workers_raise_one_alarm(loop, clock, host):
    tasks.sweep()
    clock.set(RECEIVED - HOUR)
    tasks.sweep()
    tasks.sweep()
    assert ClockAlarm.objects.count() == 1


def test_a_silence_is_written_down(loop, clock):
    tasks.sweep()
    clock.advance(timedelta(minutes=5))
    tasks.sweep()
    assert not Outage.objects.exists()
    clock.advance(timedelta(days=3))
    tasks.sweep()
    row = Outage.objects.get()
    assert (row.since, row.until) == (
        RECEIVED + timedelta(minutes=5),
        RECEIVED + timedelta(days=3, minutes=5),
    )
