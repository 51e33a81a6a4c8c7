from django.db import migrations

from complaints.moves import allow


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_calendar")]
    operations = [
        allow(
            {
                "calendar_changed": (
                    "assigned>assigned feedback>feedback investigating>investigating "
                    "received>received resolving>resolving review>review"
                )
            }
        )
    ]
