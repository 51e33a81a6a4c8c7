"""INV-20: every change of the configuration leaves an entry in its chain, whichever way it is written."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AccessEntry, ChangeEntry, Department, Deputy, Post, Role, User
from records import clock as now
from regulations import calendars
from tests import databases
from tests.audits.test_verify import verify
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop


@pytest.fixture
def loop(fresh_db, clock, settings, tmp_path):
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    clock.set(at("03-02 09:00"))
    return Loop.new()


def entries(since: int) -> list[tuple]:
    rows = ChangeEntry.objects.filter(seq__gt=since).order_by("seq")
    return [(row.action, row.table, row.row) for row in rows]


def newest() -> ChangeEntry:
    return ChangeEntry.objects.first()


def test_the_demo_s_people_posts_and_rules_are_all_told(loop):
    for table, count in (
        ("accounts_user", User.objects.count()),
        ("accounts_post", Post.objects.count()),
        ("accounts_department", Department.objects.count()),
        ("accounts_deputy", Deputy.objects.count()),
        ("regulations_regulationversion", len(loop.versions)),
    ):
        assert ChangeEntry.objects.filter(table=table, action="added").count() == count


def test_a_person_s_rights_given_in_the_admin_are_told_with_who_gave_them(loop):
    person, office = loop.user("zhoumin"), loop.department("客户服务部")
    admin, before = signed_in(loop.user("fangzhou")), newest().seq
    answer = admin.post(
        reverse("admin:accounts_post_add"),
        {
            "person": person.pk,
            "department": office.pk,
            "title": "客服班长",
            "role": Role.DEPARTMENT_HEAD,
            "since": "2026-03-02T08:00",
        },
        REMOTE_ADDR="10.1.2.3",
    )
    assert answer.status_code == 302
    post = Post.objects.latest("pk")
    assert entries(before) == [("added", "accounts_post", post.pk)]
    told = newest()
    assert (told.actor, told.name, told.role) == (loop.user("fangzhou").pk, "方舟", "administrator")
    assert (told.address, told.recorded_at) == ("10.1.2.3", at("03-02 09:00"))
    assert told.before == ""
    assert len(told.after) == 64


# How a post is written → what is told of it.
WAYS = {
    "save": lambda post: (setattr(post, "title", "甲"), post.save()),
    "update": lambda post: Post.objects.filter(pk=post.pk).update(title="甲"),
    "bulk_update": lambda post: (
        setattr(post, "title", "甲"),
        Post.objects.bulk_update([post], ["title"]),
    ),
    "raw": lambda post: connection.cursor().execute(
        "UPDATE accounts_post SET title = '甲' WHERE id = %s", [post.pk]
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_change_a_row_is_told(way, loop):
    post, before = Post.objects.first(), newest().seq
    WAYS[way](post)
    assert entries(before) == [("changed", "accounts_post", post.pk)]
    assert newest().changed == ["title"]


def test_adding_many_and_deleting_are_told_one_by_one(loop):
    before = newest().seq
    Department.objects.bulk_create(Department(name=name) for name in ("甲", "乙"))
    one, other = Department.objects.order_by("pk").reverse()[:2]
    Department.objects.filter(pk__in=[one.pk, other.pk]).delete()
    told = entries(before)
    assert [action for action, _table, _row in told] == ["added", "added", "deleted", "deleted"]
    assert {row for _action, _table, row in told} == {one.pk, other.pk}


def test_a_calendar_and_a_dismissal_are_told(loop):
    before = newest().seq
    unit = loop.organisation.tourism
    closed = calendars.Exceptional(date(2026, 3, 9), False, "停电")
    calendar = calendars.publish(unit, [closed], by=loop.user("luqing"))
    User.objects.filter(pk=loop.user("zhaogang").pk).update(is_active=False)
    assert entries(before) == [
        ("added", "regulations_calendarversion", calendar.pk),
        ("changed", "accounts_user", loop.user("zhaogang").pk),
    ]


def test_signing_in_is_no_change_of_the_configuration(loop):
    before = newest().seq
    User.objects.filter(username="zhoumin").update(last_login=now.now())
    assert entries(before) == []


def test_what_is_taken_back_is_not_told(loop):
    before = newest().seq
    with transaction.atomic():
        Department.objects.create(name="甲")
        transaction.set_rollback(True)
    assert entries(before) == []


def test_where_the_entry_cannot_be_written_the_change_is_not_made(loop, fresh_db):
    with databases.used(fresh_db, owner=True), connection.cursor() as cursor:
        cursor.execute('ALTER TABLE accounts_changeentry ADD CHECK ("row" < 0) NOT VALID')
    with pytest.raises(DatabaseError):
        Department.objects.create(name="甲")
    with pytest.raises(DatabaseError):
        calendars.publish(
            loop.organisation.tourism,
            [calendars.Exceptional(date(2026, 3, 9), False, "停电")],
            by=None,
        )
    assert not Department.objects.filter(name="甲").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts_changeentry SELECT * FROM accounts_changeentry",
        "UPDATE accounts_changeentry SET name = ''",
        "DELETE FROM accounts_changeentry",
        "UPDATE accounts_changehead SET seq = 0",
        "SELECT accounts_note_change('added', 'accounts_post', 1, NULL, '{}')",
        "ALTER TABLE accounts_post DISABLE TRIGGER accounts_chain_change",
    ],
)
def test_the_application_cannot_write_the_chain_itself(statement, loop):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_nobody_is_named_for_what_comes_after_a_request(loop):
    signed_in(loop.user("fangzhou")).post(
        reverse("admin:accounts_department_add"), {"name": "甲", "aliases": "[]"}
    )
    assert newest().name == "方舟"
    Department.objects.create(name="乙")
    assert (newest().actor, newest().name) == (None, "")


def test_a_refused_attempt_is_in_the_access_log_though_the_page_is_refused(loop):
    answer = signed_in(loop.user("zhoumin")).post(reverse("admin:accounts_post_add"), {})
    assert answer.status_code in (302, 403)
    assert AccessEntry.objects.filter(kind="refused", actor=loop.user("zhoumin")).count() == 1


# By raw SQL with the guards off → what is named.
TAMPERED = {
    "UPDATE accounts_post SET role = 'administrator' WHERE id = {post}": (
        "accounts_post id {post}: was changed past the chain of changes"
    ),
    "DELETE FROM accounts_deputy WHERE id = {deputy}": "accounts_deputy id {deputy}: missing",
    "INSERT INTO accounts_post (id, person_id, department_id, title, role, since)"
    " SELECT 9999, person_id, department_id, 'x', 'administrator', since FROM accounts_post"
    " WHERE id = {post}": "accounts_post id 9999: was added past the chain of changes",
    "UPDATE regulations_regulationversion SET text = text || '#' WHERE id = {version}": (
        "regulations_regulationversion id {version}: was changed past the chain of changes"
    ),
    "UPDATE regulations_calendarversion SET created_at = created_at - interval '1 day'": (
        "regulations_calendarversion id {calendar}: was changed past the chain of changes"
    ),
    "DELETE FROM regulations_binding WHERE id = {binding}": (
        "regulations_binding id {binding}: missing"
    ),
    "UPDATE accounts_user SET username = username || 'x' WHERE id = {user}": (
        "accounts_user id {user}: was changed past the chain of changes"
    ),
    "UPDATE accounts_changeentry SET name = '王五' WHERE seq = 3": (
        "accounts_changeentry 3: does not fit its chain"
    ),
    "UPDATE accounts_changeentry SET recorded_at = recorded_at - interval '1 day' WHERE seq = 3": (
        "accounts_changeentry 3: does not fit its chain"
    ),
    "DELETE FROM accounts_changeentry WHERE seq = 3": (
        "accounts_changeentry 4: does not fit its chain"
    ),
    "UPDATE accounts_changeentry SET seq = 100000 - seq": (
        "accounts_changehead 1: does not end where its chain ends"
    ),
    "DELETE FROM accounts_changeentry": "accounts_changehead 1: does not end where its chain ends",
}


def test_a_row_bent_past_the_chain_is_named(loop, fresh_db, capsys):
    assert verify(capsys) == (0, [])
    ids = {
        "post": Post.objects.first().pk,
        "deputy": Deputy.objects.first().pk,
        "version": loop.versions["dali-tourism"].pk,
        "calendar": calendars.newest(loop.organisation.tourism.pk).pk,
        "binding": loop.versions["dali-tourism"].bindings.first().pk,
        "user": loop.user("zhoumin").pk,
    }
    for statement, wanted in TAMPERED.items():
        with databases.used(fresh_db, owner=True), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(statement.format(**ids))
                assert cursor.rowcount
            code, named = verify(capsys)
            transaction.set_rollback(True)
        assert code == 1
        assert wanted.format(**ids) in named, statement
