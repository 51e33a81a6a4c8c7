import django.contrib.postgres.fields
from django.db import migrations, models

from complaints.moves import allow

OPEN = ("received", "assigned", "investigating", "resolving", "feedback", "review")
STAYS = " ".join(f"{state}>{state}" for state in OPEN)
KINDS = ("recorded", "subtask_given", "subtask_signed", "subtask_answered", "subtask_checked")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0016_relations"),
    ]

    operations = [
        allow(
            {kind: STAYS for kind in KINDS} | {"screened": "received>received assigned>assigned"}
        ),
        migrations.AddField(
            model_name="complaint",
            name="assisting",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                default=list,
                size=None,
                verbose_name="承办交办的部门",
            ),
        ),
    ]
