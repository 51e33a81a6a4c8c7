import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import complaints.models.particulars


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_access_log_append_only"),
        ("complaints", "0008_offence_move"),
        ("regulations", "0003_calendar_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField()),
                (
                    "salt",
                    models.CharField(default=complaints.models.particulars.new_salt, max_length=32),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核说明",
                "verbose_name_plural": "考核说明",
            },
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "hash",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_head",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Month",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField(verbose_name="月份")),
                ("closed_at", models.DateTimeField(verbose_name="结账时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="结账人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "月结",
                "verbose_name_plural": "月结",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proposed", "提出"),
                            ("confirmed", "确认"),
                            ("appealed", "提出异议"),
                            ("charged", "维持"),
                            ("adjusted", "调整"),
                            ("waived", "免除"),
                            ("reversed", "冲销"),
                            ("posted", "计入月结"),
                        ],
                        max_length=16,
                        verbose_name="种类",
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=160)),
                ("offence", models.CharField(blank=True, max_length=160)),
                ("rule", models.CharField(blank=True, max_length=64)),
                ("cycle", models.PositiveSmallIntegerField(null=True, verbose_name="轮次")),
                ("day", models.PositiveIntegerField(null=True, verbose_name="逾期第几天")),
                ("round", models.PositiveSmallIntegerField(null=True)),
                ("subject", models.CharField(blank=True, max_length=32, verbose_name="承担人")),
                (
                    "source",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        default=list,
                        size=None,
                        verbose_name="依据",
                    ),
                ),
                ("pack", models.CharField(blank=True, max_length=80, verbose_name="制度版本")),
                ("clock", models.CharField(blank=True, max_length=128)),
                ("event", models.PositiveIntegerField(null=True)),
                ("incurred_at", models.DateTimeField(null=True, verbose_name="发生时间")),
                ("told", models.PositiveIntegerField(null=True)),
                ("low", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("high", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("sanction", models.CharField(blank=True, max_length=200, verbose_name="处分")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, null=True, verbose_name="金额"
                    ),
                ),
                ("until", models.DateTimeField(null=True, verbose_name="异议期至")),
                ("reason", models.JSONField(null=True)),
                ("post", models.CharField(blank=True, max_length=64, verbose_name="职务")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaint",
                        verbose_name="案件",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="penalties.entry",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="penalties.entry",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="penalties",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="penalties.month",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核记录",
                "verbose_name_plural": "考核台账",
                "ordering": ["case", "seq"],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="综合评分"),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="金额"),
                ),
                ("steps", models.JSONField()),
                ("follow_ups", models.PositiveIntegerField()),
                (
                    "source",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), size=None, verbose_name="依据"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "regulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regulations.regulationversion",
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="penalties.month",
                    ),
                ),
            ],
            options={
                "verbose_name": "奖励",
                "verbose_name_plural": "奖励",
            },
        ),
        migrations.CreateModel(
            name="PlatformScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField(verbose_name="月份")),
                (
                    "score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="配合评分"),
                ),
                ("entered_at", models.DateTimeField(verbose_name="评分时间")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评分人",
                    ),
                ),
            ],
            options={
                "verbose_name": "配合评分",
                "verbose_name_plural": "配合评分",
            },
        ),
        migrations.CreateModel(
            name="WageBase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="自")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="月工资（元）"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "工资基数",
                "verbose_name_plural": "工资基数",
            },
        ),
        migrations.AddConstraint(
            model_name="month",
            constraint=models.UniqueConstraint(fields=("unit", "first"), name="month_closed_once"),
        ),
        migrations.AddConstraint(
            model_name="month",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__day", 1)), name="month_begins_on_its_first_day"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["item", "seq"], name="item_entries"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("kind", "proposed")),
                fields=["person", "-id"],
                name="item_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("kind", "proposed")),
                fields=["department", "-id"],
                name="item_of_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("case", "seq"), name="entry_place_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "proposed")),
                fields=("case", "offence", "cycle", "day", "subject", "round"),
                name="offence_charged_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("waived", "reversed"))),
                fields=("item",),
                name="item_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "confirmed")),
                fields=("item",),
                name="item_confirmed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "posted")),
                fields=("item", "month"),
                name="item_posted_once_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "proposed",
                            "confirmed",
                            "appealed",
                            "charged",
                            "adjusted",
                            "waived",
                            "reversed",
                            "posted",
                        ],
                    )
                ),
                name="entry_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("item", None),
                        ("kind", "proposed"),
                        ("offence__gt", ""),
                        ("round__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "proposed"), _negated=True), ("item__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="proposal_begins_an_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "proposed"), _negated=True),
                    ("amount", None),
                    ("amount__gte", 0),
                    _connector="OR",
                ),
                name="proposal_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(fields=("month", "department"), name="award_once"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="award_is_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="platformscore",
            index=models.Index(fields=["department", "first", "-id"], name="platform_score_newest"),
        ),
        migrations.AddConstraint(
            model_name="platformscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                name="platform_score_0_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="wagebase",
            constraint=models.UniqueConstraint(fields=("person", "since"), name="wage_base_once"),
        ),
        migrations.AddConstraint(
            model_name="wagebase",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="wage_base_positive"
            ),
        ),
    ]
