from django.db import migrations

from records.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("regulations", "0001_initial"),
        ("records", "0001_clock_and_guard"),
    ]
    operations = [
        append_only("regulations_regulationversion"),
        append_only("regulations_binding"),
    ]
