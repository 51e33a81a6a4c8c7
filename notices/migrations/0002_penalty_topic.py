from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="topic",
            field=models.CharField(
                choices=[
                    ("report", "上报"),
                    ("warned", "即将到期"),
                    ("overdue", "已逾期"),
                    ("upgraded", "等级升级"),
                    ("assigned", "新任务"),
                    ("returned", "退单"),
                    ("signature", "待签批"),
                    ("penalty", "考核"),
                    ("decision", "考核待裁定"),
                ],
                max_length=16,
                verbose_name="事由",
            ),
        ),
    ]
