from django.db import migrations

from accounts.change_chain import chained

# What decides how cases are judged and what is charged, beside people and posts: every change of a
# row of these joins the chain of changes.
TABLES = (
    "regulations_regulation",
    "regulations_regulationversion",
    "regulations_binding",
    "regulations_calendarversion",
    "regulations_regulationdraft",
    "regulations_draftsignature",
    "penalties_month",
    "penalties_award",
    "penalties_platformscore",
    "penalties_wagebase",
    "penalties_wagebasechange",
)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0001_anchors"),
        ("accounts", "0004_change_chain"),
        ("regulations", "0005_signed_drafts_stay"),
        ("penalties", "0003_wage_base_change"),
    ]
    operations = [chained(table) for table in TABLES]
