from django.db import migrations

from records.migrations_only import migrations_only

# A session's temporary tables come before all others unless the path says otherwise, so a guard
# without a path of its own could be shown moves, events or cases that are not the real ones.
GUARDS = ("complaints_guard_event()", "complaints_guard_state()")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_search")]
    operations = [
        migrations_only("complaints_move"),
        *(
            migrations.RunSQL(
                f"ALTER FUNCTION {guard} SET search_path = public, pg_temp",
                f"ALTER FUNCTION {guard} RESET search_path",
            )
            for guard in GUARDS
        ),
    ]
