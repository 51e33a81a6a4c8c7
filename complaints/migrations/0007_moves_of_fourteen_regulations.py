from django.db import migrations

from complaints.moves import allow

EVERYWHERE = (
    "assigned>assigned feedback>feedback investigating>investigating "
    "received>received resolving>resolving review>review"
)
AT_DEPARTMENT = "assigned>assigned investigating>investigating resolving>resolving"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_calendar_move")]
    operations = [
        allow(
            {
                "answered": (
                    "received>answered assigned>answered investigating>answered "
                    "resolving>answered feedback>answered"
                ),
                "verified": "resolving>resolving",
                "sheet_issued": f"received>received {AT_DEPARTMENT}",
                "temporary_measure": f"received>received {AT_DEPARTMENT}",
                "permanent_measure": f"{AT_DEPARTMENT} feedback>feedback review>review",
                "judgment": EVERYWHERE,
                "formalities_done": EVERYWHERE,
                "paused": EVERYWHERE,
                "resumed": EVERYWHERE,
            }
        )
    ]
