from django.db import migrations

from complaints.moves import allow

STATES = ("received", "assigned", "investigating", "resolving", "feedback", "review", "archived")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_moves_of_fourteen_regulations")]
    operations = [allow({"offence": " ".join(f"{state}>{state}" for state in STATES)})]
