"""The two logs of which there is one each: access, and changes of the configuration."""

from collections.abc import Iterator

from django.db import connection, models, transaction
from psycopg import sql

from accounts.editions import is_noted
from accounts.models import AccessEntry, AccessHead, ChangeEntry, ChangeHead, PolicyEdition
from audits.difference import Difference
from complaints.lifecycle import guarded_moves
from records import chain

CHAINED_TABLES = """
SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'accounts_chain_change' ORDER BY 1
"""
# Tables that the chain tells of, or that should tell it: a switched-off trigger does not hide one.
TOLD_TABLES = """SELECT DISTINCT "table" FROM accounts_changeentry WHERE action <> 'erased'"""
# Rows that are not what their newest entry says, that no entry tells of, or that are gone.
UNTOLD = """
SELECT coalesce(t.id, told."row"),
       CASE WHEN t.id IS NULL THEN 'missing' WHEN told.seq IS NULL OR told.action = 'deleted'
            THEN 'was added past the chain of changes'
            ELSE 'was changed past the chain of changes' END
FROM {table} AS t FULL JOIN (
    SELECT DISTINCT ON ("row") "row", seq, action, columns, after FROM accounts_changeentry
    WHERE "table" = {name} ORDER BY "row", seq DESC
) AS told ON told."row" = t.id
WHERE (t.id IS NULL AND told.action <> 'deleted')
   OR (t.id IS NOT NULL AND (told.seq IS NULL OR told.action = 'deleted'
       OR told.after <> accounts_digest(to_jsonb(t), told.columns)))
ORDER BY 1
"""


def faults() -> Iterator[Difference]:
    """Yield what does not fit the logs' chains, and each row that the chain of changes does not explain."""
    yield from _chain(AccessEntry, AccessHead)
    yield from _chain(ChangeEntry, ChangeHead)
    if not is_noted(PolicyEdition.objects.first()):
        yield Difference("accounts_policyedition", "policy.yaml", "is in use and not written down")
    yield from _moves()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        for table in _tables(cursor):
            cursor.execute("SELECT to_regclass(%s)", [f'"{table}"'])
            if cursor.fetchone() == (None,):
                yield Difference(
                    "accounts_changeentry", table, "tells of a table that is not there"
                )
                continue
            names = {"table": sql.Identifier(table), "name": sql.Literal(table)}
            cursor.execute(sql.SQL(UNTOLD).format(**names))
            for row, fault in cursor.fetchall():
                yield Difference(table, f"id {row}", fault)


def _moves() -> Iterator[Difference]:
    """Yield each step that the database's guard lets a case take though the lifecycle has none, or the reverse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, source, target FROM complaints_move")
        stored = set(cursor.fetchall())
    for step in sorted(stored ^ guarded_moves()):
        fault = "is not in the lifecycle" if step in stored else "is missing"
        yield Difference("complaints_move", " ".join(step), fault)


def _tables(cursor) -> list[str]:
    found = set()
    for statement in (CHAINED_TABLES, TOLD_TABLES):
        cursor.execute(statement)
        found |= {name for (name,) in cursor.fetchall()}
    return sorted(found)


def _chain(rows: type[models.Model], heads: type[models.Model]) -> Iterator[Difference]:
    last, end = chain.GENESIS, 0
    for place, entry in enumerate(rows.objects.order_by("seq").iterator(), 1):
        bad_link = entry.previous_hash != last or entry.seq != place
        if bad_link or entry.hash != chain.link(entry.previous_hash, entry.content()):
            yield Difference(rows._meta.db_table, str(entry.seq), "does not fit its chain")
        last, end = entry.hash, entry.seq
    for more in heads.objects.exclude(pk=1).order_by("pk"):
        yield Difference(heads._meta.db_table, str(more.pk), "is a second end of the chain")
    head = heads.objects.filter(pk=1).first() or heads(hash=chain.GENESIS)
    if (head.seq, head.hash) != (end, last):
        yield Difference(heads._meta.db_table, "1", "does not end where its chain ends")
