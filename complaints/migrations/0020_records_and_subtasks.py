import django.contrib.postgres.fields
from django.db import migrations, models

from complaints.moves import allow

OPEN = ("received", "assigned", "investigating", "resolving", "feedback", "review")
STAYS = " ".join(f"{state}>{state}" for state in OPEN)
KINDS = ("recorded", "subtask_given", "subtask_signed", "subtask_answered", "subtask_checked")

RELATIONS = {
    "repeat": "重复投诉",
    "same_issue": "同一问题",
    "same_target": "同一投诉对象",
    "merged": "并案",
    "recurred": "因再次发生重新打开",
}


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0019_views_and_handing_over"),
    ]

    operations = [
        allow(
            {kind: STAYS for kind in KINDS} | {"screened": "received>received assigned>assigned"}
        ),
        migrations.RemoveConstraint(model_name="link", name="link_relation_known"),
        migrations.AlterField(
            model_name="link",
            name="relation",
            field=models.CharField(
                choices=[(name, label) for name, label in RELATIONS.items()],
                max_length=16,
                verbose_name="关系",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", list(RELATIONS))), name="link_relation_known"
            ),
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
