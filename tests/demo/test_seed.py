"""What the demo opens with."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import AccessEntry, Post, Role, User
from audits.verification import differences
from complaints.lifecycle import State
from complaints.models import CaseEvent, Complaint
from demo import people, seed
from demo.stories import playing
from notices.models import Notice
from records import clock
from tests import databases

UNREACHED = {State.ANSWERED, State.MERGED}  # no act leads there yet


def app_now_source():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'app_now'")
        return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker, worker_id):
    """Seed a database once for this module; the tests only read it, or seed it again."""
    own = databases.clone(f"{worker_id}_seeded")
    with (
        django_db_blocker.unblock(),
        databases.used(own),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DATABASE_OWNER_URL", own.owner_url)
        patch.setattr(playing.log, "warning", pytest.fail)  # a story that got stuck
        source = app_now_source()
        yield {"logins": seed.seed(), "app_now": source}
    databases.drop(own)


def test_cases_of_both_regulations_in_every_state(seeded):
    codes = Counter(Complaint.objects.values_list("version__regulation__code", flat=True))
    assert codes == {"dali-tourism": 49, "tobacco-2026": 21}
    states = set(Complaint.objects.values_list("state", flat=True))
    assert states == set(State) - UNREACHED
    assert Complaint.objects.filter(cycle=2).count() == 2


def test_grades_lapses_and_long_texts_are_there(seeded):
    grades = set(Complaint.objects.values_list("grade", flat=True))
    assert {"一般投诉", "重要投诉", "重大投诉", "危机投诉", "常规投诉"} <= grades
    kinds = set(CaseEvent.objects.values_list("kind", flat=True))
    assert {"derived.warned", "derived.overdue", "derived.upgraded", "returned"} <= kinds
    assert {"plan_rejected", "extension_asked", "extended", "reopened", "withdrawn"} <= kinds


def test_deadlines_are_lively(seeded):
    now = clock.now()
    due = Complaint.objects.open()
    assert due.late(now).count() >= 8
    assert due.filter(next_due__range=(now, now + timedelta(hours=6))).count() >= 3
    assert due.filter(next_due__gt=now + timedelta(days=3)).exists()


def test_events_were_recorded_when_they_happened(seeded):
    derived = CaseEvent.objects.filter(kind__startswith="derived.")
    assert all(event.recorded_at - event.at < timedelta(minutes=5) for event in derived)
    late = [e for e in CaseEvent.objects.all() if e.recorded_at - e.at > timedelta(minutes=15)]
    assert {event.kind for event in late} == {"received", "visited"}
    assert not CaseEvent.objects.filter(recorded_at__gt=clock.now()).exists()


def test_the_record_verifies(seeded):
    assert list(differences()) == []


def test_the_clock_is_the_real_one_again(seeded):
    assert app_now_source() == seeded["app_now"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT abs(extract(epoch FROM app_now() - clock_timestamp()))")
        assert cursor.fetchone()[0] < 1


def test_nothing_is_due_and_nothing_waits_to_be_sent(seeded):
    assert not Complaint.objects.filter(next_moment__lt=clock.now() - timedelta(minutes=5)).exists()
    assert Notice.objects.filter(delivered_at=None).count() < 10


def test_seeding_again_changes_nothing(seeded):
    tables = (Complaint, CaseEvent, Notice, User, Post, AccessEntry)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert seed.seed() == seeded["logins"]
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_every_role_of_both_units_can_sign_in(seeded):
    roles = {(login["unit"], login["role"]) for login in seeded["logins"]}
    assert roles == {(unit, str(role.label)) for unit in people.DEPARTMENTS for role in Role}
    first = seeded["logins"][0]
    assert authenticate(username=first["username"], password=first["password"]).name == "周敏"
    assert {login["password"] for login in seeded["logins"]} == {people.PASSWORD}


def test_the_password_passes_the_validators_for_everybody(seeded):
    for user in User.objects.all():
        validate_password(people.PASSWORD, user)


def test_a_database_with_other_people_is_left_alone(fresh_db):
    User.objects.create_user("wangfang", "王芳", "Another-2026-secret")
    with pytest.raises(CommandError):
        seed.seed()
    assert User.objects.count() == 1


def test_an_error_leaves_nothing_behind(fresh_db, monkeypatch):
    source = app_now_source()

    def stumble(player, moment):
        if Complaint.objects.count() == 3:
            raise RuntimeError("power cut")

    monkeypatch.setattr(playing.Player, "sweep_until", stumble)
    with pytest.raises(RuntimeError, match="power cut"):
        seed.seed()
    assert not Complaint.objects.exists()
    assert app_now_source() == source


@pytest.mark.long
def test_it_opens_as_well_after_a_long_holiday(fresh_db, clock, caplog):
    clock.set(datetime(2026, 10, 8, 1, 30, tzinfo=UTC))
    seed.seed()
    assert [record.getMessage() for record in caplog.records if "story" in record.msg] == []
    assert Complaint.objects.filter(state=State.ARCHIVED).count() >= 15
