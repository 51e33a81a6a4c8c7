"""Every table of the record: a row changed, deleted, slipped in, or exchanged with another is named.

The attacks are raw SQL with triggers, keys and checks off, on a record with rows in every table.
"""

import pytest
from django.db import connection, transaction

from audits.verification import differences
from tests.audits.full_house import stored

# Tables that say nothing of what was done: work in progress, queues, caches, Django's own.
NO_RECORD = {
    "accounts_dailyuse": "how much somebody took out or brought in today",
    "accounts_factoruse": "when a second factor was used last",
    "accounts_guesses": "attempts of the last hour at signing in",
    "accounts_session": "who is signed in",
    "auth_group": "roles come from posts",
    "auth_group_permissions": "roles come from posts",
    "auth_permission": "Django's list of what could be permitted; the policy file permits",
    "complaints_caseview": "how somebody, or a role, likes to see a list",
    "complaints_actdraft": "what was typed and not sent",
    "complaints_draft": "what was typed and not sent",
    "complaints_listcolumns": "which columns somebody likes",
    "complaints_handedin": "what waits to be registered; its case then holds it",
    "complaints_incomingmail": "which messages have become cases, which hold what they said",
    "complaints_numberseries": "the next number; the numbers given are in the chains",
    "complaints_search": "what was looked for",
    "complaints_submission": "the keys of forms, so that a second press does nothing",
    "django_admin_log": "Django's own list; the chain of changes is the record",
    "django_content_type": "Django's list of tables",
    "django_migrations": "which migrations have run",
    "django_session": "not in use",
    "jobs_job": "work in the background",
    "notices_attempt": "how a notice was sent, whose cause the chain holds",
    "notices_muted": "what somebody does not want to be told",
    "notices_notice": "what the verdicts ask to be told",
    "notices_outlet": "where the house sends notices",
    "portal_source": "how often which address has sent something in the last hour",
    "portal_trackingcode": "by which code a customer follows a case; what it shows is in the chains",
    "reports_formtemplate": "how a unit wants its printed forms to look",
    "reports_casefigure": "counted from the cases, their events and clocks; `recount` counts it again",
    "reports_casetally": "sums of the figures",
    "reports_duereport": "reports that wait for a signature, made again from the figures",
    "reports_rectificationfile": "where a report's file lies; the report holds key and checksum",
    "reports_ledgerimport": "ledgers on their way in",
    "reports_ledgermap": "how the columns of a ledger were read",
    "reports_ledgertemplate": "how a unit wants its ledger to look",
    "reports_stagetally": "sums of the figures",
    "reports_watermark": "how far the figures have looked",
    "sla_clockalarm": "alarms of the running system",
    "sla_outage": "alarms of the running system",
    "sla_setaside": "cases that the sweep tries again",
    "sla_watch": "alarms of the running system",
    "test_clock": "the clock of the tests",
}
# Columns that are no part of what the record says.
NO_MATTER = {
    "accounts_user.last_login": "when somebody signed in last",
    "audits_anchorleaf.place": "its order alone counts, which the root holds",
    "complaints_attachment.scan": "what the scanner said, which comes after the file",
    "complaints_attachment.scanned_at": "when the scanner said it",
    "complaints_complaint.settled_at": "the verdict of whichever moment stands there is compared",
    "complaints_link.spread": "whether what follows has been seen to, which the events tell",
    "complaints_particulars.search_text": "what the search looks through, made from the row",
}
# Tables whose rows are known by their case, chain or anchor and the place in it: their key is nothing.
KNOWN_BY_PLACE = {
    "accounts_accessentry",
    "accounts_changeentry",
    "audits_anchorleaf",
    "audits_flaggedcase",
    "complaints_awaitedsignature",
    "complaints_caseevent",
    "complaints_link",
    "complaints_particulars",
    "complaints_plan",
    "penalties_entry",
    "penalties_ledgerhead",
    "sla_clock",
}
OTHER_VALUE = {
    "bigint": "coalesce({0}, 0) + 900000",
    "integer": "coalesce({0}, 0) + 900000",
    "smallint": "coalesce({0}, 0) + 900",
    "numeric": "coalesce({0}, 0) + 1",
    "boolean": "not coalesce({0}, false)",
    "date": "coalesce({0}, '2026-01-01') + 1",
    "timestamp with time zone": "coalesce({0}, '2026-01-01 00:00Z') + interval '1 second'",
    "jsonb": """'{{"slipped": "in"}}'::jsonb""",
    "ARRAY": "array_append({0}, {1})",
    "text": "coalesce({0}, '') || 'x'",
    "character varying": "left('x' || coalesce({0}, ''), {2})",
}
# What is slipped into an array.
MEMBER = {"_int8": "1", "_date": "'2026-01-01'"} | dict.fromkeys(("_varchar", "_text"), "'x'")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, worker_id, tmp_path_factory):
    with django_db_blocker.unblock(), stored(tmp_path_factory.mktemp("house"), worker_id) as loop:
        yield loop


@pytest.fixture
def unguarded(house):
    """Take back what was done inside the test, which no trigger and no key refused."""
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        yield
        transaction.set_rollback(True)


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def tables() -> list[str]:
    rows = run(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in rows if name not in NO_RECORD]


def columns(table: str) -> list[tuple[str, str]]:
    """Return a table's columns, each with an SQL expression for another value than it has."""
    rows = run(
        "SELECT column_name, data_type, udt_name, coalesce(character_maximum_length, 9999)"
        f" FROM information_schema.columns WHERE table_name = '{table}'"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    return [
        (name, OTHER_VALUE[kind].format(f'"{name}"', MEMBER.get(udt), most))
        for name, kind, udt, most in rows
        if f"{table}.{name}" not in NO_MATTER
    ]


def named() -> list[str]:
    return [f"{one.table} {one.row}: {one.fault}" for one in differences()]


def unseen(attacks: list[tuple[str, str]]) -> list[str]:
    """Return those of some attacks, each with what it is, after which nothing is named."""
    found = []
    for what, statement in attacks:
        with transaction.atomic():
            run(statement)
            try:
                if not named():
                    found.append(what)
            except Exception as e:
                found.append(f"{what} CRASH {e!r}"[:200])
            transaction.set_rollback(True)
    return found


def test_every_table_is_of_the_record_or_left_out_for_a_reason(house):
    every = {
        name
        for (name,) in run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    }
    assert NO_RECORD.keys() <= every
    empty = [name for name in tables() if not run(f'SELECT 1 FROM "{name}" LIMIT 1')]
    assert empty == []
    assert named() == []


@pytest.mark.parametrize(
    "every",
    [pytest.param(5, id="short"), pytest.param(1, id="long", marks=pytest.mark.long)],
)
def test_each_changed_value_is_named(every, unguarded):
    """Each column of each table; the short form takes each fifth."""
    attacks = [
        (
            f"{table}.{name}",
            f'UPDATE "{table}" SET "{name}" = {value} WHERE ctid = (SELECT max(ctid) FROM "{table}")',
        )
        for table in tables()
        for name, value in columns(table)
        if name != "id" or table not in KNOWN_BY_PLACE
    ]
    assert len(attacks) > 280
    assert unseen(attacks[::every]) == []


def test_each_deleted_row_is_named(unguarded):
    attacks = [
        (f"{table} {ctid}", f"""DELETE FROM "{table}" WHERE ctid = '{ctid}'""")
        for table in tables()
        for (ctid,) in run(f'SELECT ctid FROM "{table}" ORDER BY ctid LIMIT 3')
    ]
    assert unseen(attacks) == []


def test_each_row_slipped_in_is_named(unguarded):
    """A copy of a row under another key; where a value must be unique it is another one."""
    attacks = []
    for table in tables():
        unique = _unique(table)
        values = {name: value for name, value in columns(table)} | {
            name.partition(".")[2]: name.partition(".")[2]
            for name in NO_MATTER
            if name.startswith(f"{table}.") and not name.endswith(".id")
        }
        names = ", ".join(f'"{name}"' for name in values)
        parts = ", ".join(v if n in unique else f'"{n}"' for n, v in values.items())
        attacks.append(
            (table, f'INSERT INTO "{table}" ({names}) SELECT {parts} FROM "{table}" LIMIT 1')
        )
    assert unseen(attacks) == []


def test_two_rows_that_changed_places_are_named(unguarded):
    """Each of the two has the other's values under its own key: its id, or its place in a chain."""
    attacks = []
    for table in tables():
        kept = _unique(table) | {"id"}
        move = ", ".join(f'"{n}" = o."{n}"' for n, _v in columns(table) if n not in kept)
        told = " ".join(f"- '{name}'" for name in sorted(kept))
        pair = run(
            f'SELECT a.ctid, b.ctid FROM "{table}" AS a, "{table}" AS b WHERE a.ctid < b.ctid'
            f" AND to_jsonb(a) {told} <> to_jsonb(b) {told} LIMIT 1"
        )
        for one, other in pair if move else ():
            swap = (
                f'UPDATE "{table}" AS t SET {move} FROM "{table}" AS o WHERE (t.ctid, o.ctid)'
                f" IN (('{one}'::tid, '{other}'::tid), ('{other}'::tid, '{one}'::tid))"
            )
            attacks.append((table, swap))
    assert len(attacks) > 25
    assert unseen(attacks) == []


def _unique(table: str) -> set[str]:
    """Return the columns that stand in a unique index of a table."""
    rows = run(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        f" AND a.attnum = ANY(i.indkey) WHERE i.indrelid = '{table}'::regclass AND i.indisunique"
    )
    return {name for (name,) in rows}
