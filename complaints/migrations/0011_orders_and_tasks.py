from django.db import migrations

from complaints.moves import allow

OPEN = ("received", "assigned", "investigating", "resolving", "feedback", "review")
STAYS = " ".join(f"{state}>{state}" for state in OPEN)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0010_pressing")]
    operations = [allow({"order_received": STAYS, "order_answered": STAYS, "task_done": STAYS})]
