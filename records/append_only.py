"""Tables that only grow: a migration operation that makes the database refuse everything else.

A trigger refuses UPDATE, DELETE and TRUNCATE for every role, the owner's too; `records.grants`
takes the rights themselves from the application's role. Both must go before a row can change,
and then the hash chain shows it.
"""

from django.db import migrations

CREATE = """
CREATE TRIGGER records_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER records_append_only_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_change();
"""
DROP = """
DROP TRIGGER records_append_only ON {table};
DROP TRIGGER records_append_only_truncate ON {table};
"""


def append_only(table: str) -> migrations.RunSQL:
    """Return the operation that makes `table` append-only."""
    return migrations.RunSQL(CREATE.format(table=table), DROP.format(table=table))
