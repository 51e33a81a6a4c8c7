"""A migration operation that tells the database's guard which steps of the lifecycle are new."""

from collections.abc import Mapping

from django.db import migrations

ADD = "INSERT INTO complaints_move VALUES (%s, %s, %s)"
TAKE = "DELETE FROM complaints_move WHERE (kind, source, target) = (%s, %s, %s)"


def allow(moves: Mapping[str, str]) -> migrations.RunSQL:
    """Return the operation that allows more steps: kind -> "before>after" pairs of states."""
    rows = [(kind, *pair.split(">")) for kind, pairs in moves.items() for pair in pairs.split()]
    return migrations.RunSQL([(ADD, row) for row in rows], [(TAKE, row) for row in rows])
