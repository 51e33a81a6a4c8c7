"""What somebody does who has the rights of the database's owner: switch the guards off, change a row."""

from django.db import connection

from tests import databases

# Values that people wrote; the guards of the archive keep them unchanged until their time is over.
KEPT = (
    "complaints_particulars",
    "complaints_casetext",
    "complaints_attachment",
    "penalties_entrytext",
)
GUARDS = ("archive_keep", "archive_unchanged")


def let_go(table: str) -> None:
    """Switch the guards of a table of values off; goes with the owner's rights."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")


def changed(own: databases.Database, table: str, change: str, *values) -> None:
    """Change a row of a table of values in a database of its own, by `SET …` or `WHERE …` as SQL has it."""
    with databases.used(own, owner=True):
        let_go(table)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} {change}", values)
            assert cursor.rowcount, "the attack has hit nothing"
