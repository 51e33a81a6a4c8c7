"""INV-5: numbers are unique and gapless for each regulation and month, taken last."""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from time import perf_counter

import pytest
from django.db import connection, transaction

from complaints.models import Complaint, NumberSeries
from complaints.models.numbering import issue_number
from tests.loop import LATE_DELIVERY, Loop
from tests.races.crowd import Meeting, sort_out, together

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 3, 4, 9, tzinfo=CHINA)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=CHINA)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.race


class TakenBack(Exception):
    """The registration did not come to its end."""


def register(loop, code="dali-tourism", *, by="zhoumin", facts=None, take_back=False):
    with transaction.atomic():
        case = loop.register(facts, code=code, by=by)
        if take_back:
            raise TakenBack
    return case.number


def numbers(prefix, count):
    return {f"{prefix}{serial:04}" for serial in range(1, count + 1)}


def stored():
    return set(Complaint.objects.values_list("number", flat=True))


@pytest.mark.feature("F046")
def test_inv_5_parallel_registrations_leave_no_gap_and_no_double(fresh_db, clock):
    """30 of 大理文旅 and 20 of 烟草 at once; every tenth is rolled back after it had a number."""
    clock.set(MORNING)
    loop = Loop.new()
    tobacco = {"code": "tobacco-2026", "by": "xujing", "facts": LATE_DELIVERY}
    jobs = [partial(register, loop, take_back=place % 10 == 9) for place in range(30)]
    jobs += [partial(register, loop, **tobacco, take_back=place % 10 == 9) for place in range(20)]
    given, taken_back = sort_out(together(*jobs), TakenBack)
    assert len(taken_back) == 5
    assert len(given) == 45
    assert set(given) == stored() == numbers("DL202603", 27) | numbers("202603", 18)


@pytest.mark.parametrize("locked", [False, True], ids=["lock-off", "lock-on"])
def test_inv_5_the_lock_on_the_series_is_what_keeps_numbers_apart(
    locked, fresh_db, clock, monkeypatch
):
    """Two in the same moment of the same work: without the lock both take the same number."""
    clock.set(MORNING)
    loop = Loop.new()
    loop.register()
    version = loop.versions["dali-tourism"]
    meeting, save = Meeting(2), NumberSeries.save

    def met(series, **options):
        meeting.wait()
        save(series, **options)

    monkeypatch.setattr(NumberSeries, "save", met)
    if not locked:
        unguarded = type(NumberSeries.objects.all())
        monkeypatch.setattr(unguarded, "select_for_update", lambda rows, **options: rows)

    def issue():
        with transaction.atomic():
            return issue_number(version.regulation, version.pack.numbering, MORNING.date())

    given, _none = sort_out(together(issue, issue))
    assert meeting.met == (0 if locked else 2)
    second, third = "DL2026030002", "DL2026030003"
    assert sorted(given) == ([second, third] if locked else [second, second])


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        pytest.param(
            datetime(2026, 3, 31, 23, 59, 59, tzinfo=CHINA),
            datetime(2026, 4, 1, tzinfo=CHINA),
            ("DL2026030001", "2026030001", "DL2026040001", "2026040001"),
            id="month",
        ),
        pytest.param(
            NEW_YEAR - SECOND,
            NEW_YEAR,
            ("DL2026120001", "2026120001", "DL2027010001", "2027010001"),
            id="year",
        ),
        pytest.param(
            datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
            datetime(2027, 1, 31, 15, 59, 59, tzinfo=UTC),
            ("DL2027010001", "2027010001", "DL2027010002", "2027010002"),
            id="the-year-of-UTC-does-not-count",
        ),
    ],
)
@pytest.mark.feature("F046")
@pytest.mark.django_db
def test_inv_5_the_count_begins_again_at_midnight_in_china(last, first, expected, clock):
    clock.set(MORNING)
    loop = Loop.new()
    given = []
    for moment in (last, first):
        clock.set(moment)
        given.append(loop.register().number)
        given.append(loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing").number)
    assert tuple(given) == expected


def test_inv_5_registrations_while_the_year_changes(fresh_db, clock):
    """Each year's numbers are gapless whichever side of midnight a registration falls on."""
    clock.set(NEW_YEAR - SECOND)
    loop = Loop.new()
    registrations = [partial(register, loop, take_back=place % 8 == 7) for place in range(24)]

    def midnight():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE test_clock SET at = %s", [NEW_YEAR])

    sort_out(together(*registrations[:12], midnight, *registrations[12:]), TakenBack)
    old = {number for number in stored() if number.startswith("DL202612")}
    new = stored() - old
    assert len(stored()) == 21
    assert old == numbers("DL202612", len(old))
    assert new == numbers("DL202701", len(new))


def test_inv_5_a_number_is_issued_inside_a_transaction_only(fresh_db):
    version = Loop.new().versions["dali-tourism"]
    with pytest.raises(RuntimeError, match="inside the transaction"):
        issue_number(version.regulation, version.pack.numbering, MORNING.date())


@pytest.mark.long
def test_inv_5_ten_thousand_numbers(fresh_db, clock):
    """At least 100 numbers a second: ten threads, every tenth transaction rolled back."""
    clock.set(MORNING)
    version = Loop.new().versions["dali-tourism"]
    wanted, threads = 10_000, 10

    def issue(place):
        try:
            with transaction.atomic():
                number = issue_number(version.regulation, version.pack.numbering, MORNING.date())
                if place % 10 == 9:
                    raise TakenBack
        except TakenBack:
            return None
        return number

    def take():
        places = range(wanted // threads * 10 // 9 + 1)
        return [number for place in places if (number := issue(place))]

    began = perf_counter()
    given, _none = sort_out(together(*[take] * threads))
    seconds = perf_counter() - began
    flat = [number for share in given for number in share]
    print(f"\nINV-5: {len(flat)} numbers, {len(flat) / seconds:.0f} a second")  # noqa: T201
    assert len(flat) >= wanted
    assert set(flat) == numbers("DL202603", len(flat))
    assert len(flat) / seconds >= 100
