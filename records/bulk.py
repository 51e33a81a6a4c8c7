"""Writing many rows in one statement, in a time that grows with the rows alone.

Django's own ways build an expression for each value, which takes longer than what the database does
with it. Here the rows travel as one JSON text. No signal is sent and `save` is not called.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models
from psycopg import sql

INSERT = """
INSERT INTO {table} ({columns}) SELECT {columns}
FROM jsonb_populate_recordset(NULL::{table}, %s) WITH ORDINALITY ORDER BY ordinality
"""
UPDATE = """
UPDATE {table} AS kept SET {changes}
FROM jsonb_populate_recordset(NULL::{table}, %s) AS wanted WHERE {same}
"""


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows given by column, in one query; return the ids that they got, in their order.

    All rows have the columns of the first one; ids come from the sequence.
    """
    return [pk for (pk,) in _insert(model, rows, "RETURNING id")]


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Return keys of rows that are about to be inserted, in order (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def insert_once(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows as `insert` does, but leave out those that the table refuses as doubles."""
    _insert(model, rows, "ON CONFLICT DO NOTHING")


def _insert(model, rows, clause: str) -> list[tuple]:
    if not rows:
        return []
    statement = sql.SQL(INSERT + clause).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, rows[0])),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_text(rows)])
        return cursor.fetchall() if cursor.description else []


def update(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, by: Sequence[str] = ("id",)
) -> None:
    """Update rows given by column in one query; the columns `by` say which row is meant.

    All rows have the columns of the first one; a row that is not there is passed over. The caller
    holds the rows' locks.
    """
    if not rows:
        return
    changes = [name for name in rows[0] if name not in by]
    statement = sql.SQL(UPDATE).format(
        table=sql.Identifier(model._meta.db_table),
        changes=_joined(", ", "{0} = wanted.{0}", changes),
        same=_joined(" AND ", "kept.{0} = wanted.{0}", by),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_text(rows)])


def _joined(between: str, form: str, names: Sequence[str]) -> sql.Composed:
    return sql.SQL(between).join(sql.SQL(form).format(sql.Identifier(name)) for name in names)


def columns(row: models.Model, *, key: bool = False) -> dict[str, Any]:
    """Return what a row holds, by column; its primary key only with `key`."""
    fields = row._meta.concrete_fields
    return {f.column: getattr(row, f.attname) for f in fields if key or not f.primary_key}


@models.ForeignKey.register_lookup
@models.BigAutoField.register_lookup
class AnyOf(models.Lookup):
    """`case__any_of=[1, 2]`: like `in`, with the ids as one array, so that the query keeps its text.

    The ids may be an array that the database makes.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        if not self.rhs_is_direct_value():
            right, ids = self.process_rhs(compiler, connection)
            return f"{left} = ANY({right})", [*params, *ids]
        return f"{left} = ANY(%s)", [*params, list(self.rhs)]


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> str:
    """Return a moment, a day or an amount as PostgreSQL reads it from JSON, nothing cut off."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no column form")
