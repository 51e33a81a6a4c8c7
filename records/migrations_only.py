"""Tables that migrations alone write: a migration operation that marks them.

`records.grants` leaves the application's role nothing but SELECT on a table with this mark.
"""

from django.db import migrations

MARK = "written by migrations only"


def migrations_only(table: str) -> migrations.RunSQL:
    """Return the operation that makes `table` read-only for the application."""
    return migrations.RunSQL(
        f"COMMENT ON TABLE {table} IS '{MARK}'", f"COMMENT ON TABLE {table} IS NULL"
    )
