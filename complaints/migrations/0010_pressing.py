from django.db import migrations

from complaints.moves import allow

OPEN = ("received", "assigned", "investigating", "resolving", "feedback", "review")
STAYS = " ".join(f"{state}>{state}" for state in OPEN)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_attachment")]
    operations = [allow({"pressed": STAYS, "press_answered": STAYS})]
