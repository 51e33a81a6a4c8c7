"""Rows that belong to nothing: every foreign key looked through, as if the database had not held it."""

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from audits.difference import Difference

KEYS = """
SELECT child.relname, near.attname, parent.relname, far.attname
FROM pg_constraint AS key
JOIN pg_class AS child ON child.oid = key.conrelid
JOIN pg_class AS parent ON parent.oid = key.confrelid
JOIN pg_attribute AS near ON near.attrelid = key.conrelid AND near.attnum = key.conkey[1]
JOIN pg_attribute AS far ON far.attrelid = key.confrelid AND far.attnum = key.confkey[1]
WHERE key.contype = 'f' AND key.connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
ORPHANS = """
SELECT DISTINCT child.{near}::text FROM {child} AS child
LEFT JOIN {parent} AS parent ON parent.{far} = child.{near}
WHERE child.{near} IS NOT NULL AND parent.{far} IS NULL ORDER BY 1
"""


def faults() -> Iterator[Difference]:
    """Yield each row that is named by others and is not there."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        for child, near, parent, far in cursor.fetchall():
            names = {"child": child, "near": near, "parent": parent, "far": far}
            parts = {name: sql.Identifier(value) for name, value in names.items()}
            cursor.execute(sql.SQL(ORPHANS).format(**parts))
            for (value,) in cursor.fetchall():
                yield Difference(
                    child, f"{near} {value}", f"names a row of {parent} that is missing"
                )
