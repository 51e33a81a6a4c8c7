"""The database itself refuses to change the record: the application by right, the owner by trigger."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg import errors

from accounts import access_log
from complaints.models import CaseEvent
from tests.loop import Loop

# Tables that only grow, with a column to change.
GROWING = {
    "complaints_caseevent": "kind",
    "accounts_accessentry": "address",
    "regulations_regulationversion": "text",
    "regulations_binding": "term",
    "regulations_calendarversion": "digest",
}
# The same for tables whose rows come only with work of their own.
ELSEWHERE = [
    "accounts_changeentry",
    "accounts_factorreset",
    "accounts_policyedition",
    "accounts_signinchange",
    "audits_anchor",
    "audits_anchorleaf",
    "audits_auditentry",
    "audits_draw",
    "audits_inspection",
    "audits_member",
    "audits_sample",
    "audits_specialaudit",
    "audits_tip",
    "audits_tipstep",
    "notices_attempt",
    "penalties_award",
    "penalties_entry",
    "regulations_standardedition",
    "penalties_month",
    "penalties_platformscore",
    "penalties_wagebasechange",
    "regulations_draftsignature",
    "reports_appraisal",
    "reports_hotspot",
    "reports_meetingitem",
    "reports_publication",
    "reports_rectification",
    "reports_report",
]
DEEDS = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
)


@pytest.fixture
def a_case(fresh_db):
    """A database with something in every table that only grows."""
    loop = Loop.new()
    case = loop.register()
    access_log.refused(actor=loop.user("zhoumin"))
    return case


@contextmanager
def owner(fresh_db):
    with psycopg.connect(fresh_db.owner_url) as session:
        yield session
        session.rollback()


def test_these_are_the_tables_that_only_grow(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'records_append_only%'"
        )
        assert sorted(name for (name,) in cursor.fetchall()) == sorted(2 * [*GROWING, *ELSEWHERE])


@pytest.mark.parametrize("table", ELSEWHERE)
def test_the_application_has_no_right_to_change_a_row(table, db):
    for deed in ("DELETE FROM {table}", "TRUNCATE {table} CASCADE"):
        with (
            pytest.raises(ProgrammingError, match="permission denied for table"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(deed.format(table=table))


@pytest.mark.parametrize("deed", DEEDS)
def test_neither_the_application_nor_the_owner_changes_a_row(deed, a_case, fresh_db):
    for table, column in GROWING.items():
        statement = deed.format(table=table, column=column)
        with (
            pytest.raises(ProgrammingError, match="permission denied for table"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        with (
            owner(fresh_db) as session,
            pytest.raises(errors.InsufficientPrivilege, match="append-only"),
        ):
            session.execute(statement)
    assert CaseEvent.objects.filter(case=a_case).count() == 2


def test_the_owner_cannot_empty_the_cases_with_their_events(a_case, fresh_db):
    with (
        owner(fresh_db) as session,
        pytest.raises(errors.InsufficientPrivilege, match="TRUNCATE on"),
    ):
        session.execute("TRUNCATE complaints_complaint CASCADE")
    with owner(fresh_db) as session, pytest.raises(errors.ForeignKeyViolation):
        session.execute("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM complaints_complaint")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "deed",
    [
        "ALTER TABLE complaints_caseevent DISABLE TRIGGER ALL",
        "DROP TRIGGER records_append_only ON complaints_caseevent",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql"
        " AS $$ SELECT timestamptz '2020-01-01' $$",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "GRANT UPDATE ON complaints_caseevent TO bihuan_app",
        "SET ROLE postgres",
        "UPDATE complaints_move SET target = 'archived'",
        "DELETE FROM complaints_move",
        "INSERT INTO complaints_move VALUES ('noted', 'received', 'archived')",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    ],
)
def test_the_application_cannot_take_the_guards_away(deed):
    """What the statement asks for is refused, or (GRANT) passed over with a warning."""
    refused = None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)
    except ProgrammingError as problem:
        refused = problem
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('complaints_caseevent', 'UPDATE')")
        assert cursor.fetchone() == (False,)
    assert (
        deed.startswith("GRANT")
        or "permission denied" in str(refused)
        or ("must be owner" in str(refused))
    ), refused
