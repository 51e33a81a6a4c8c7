from django.db import migrations

from records.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("penalties", "0001_initial"), ("records", "0001_clock_and_guard")]
    operations = [
        append_only("penalties_entry"),
        append_only("penalties_month"),
        append_only("penalties_award"),
        append_only("penalties_platformscore"),
    ]
