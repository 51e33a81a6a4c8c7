from django.db import migrations

from records.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("records", "0001_clock_and_guard")]
    operations = [append_only("accounts_accessentry")]
