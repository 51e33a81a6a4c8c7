"""What is drawn: a quarter's plan, the frozen population, and the samples with where they came from."""

import secrets
from decimal import Decimal
from fractions import Fraction

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits import drawing
from audits.quarters import Quarter

QUARTERS = (1, 4, 7, 10)


def new_seed() -> int:
    """Return a seed that nobody has chosen."""
    return secrets.randbelow(2**53)


class Axis(models.TextChoices):
    DEPARTMENT = "department", _("责任部门")
    GRADE = "grade", _("等级")
    CATEGORY = "category", _("类别")


class Plan(models.Model):
    """How a quarter of a regulation is sampled. Once it is drawn the database keeps it as it is."""

    regulation = models.ForeignKey(
        "regulations.Regulation",
        verbose_name=_("制度"),
        on_delete=models.PROTECT,
        related_name="audit_plans",
    )
    version = models.ForeignKey(
        "regulations.RegulationVersion",
        verbose_name=_("制度版本"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    first = models.DateField(_("季度"))
    share = models.DecimalField(
        _("抽查比例"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(Decimal("0.0001")), MaxValueValidator(1)],
    )
    axes = ArrayField(
        models.CharField(max_length=16, choices=Axis.choices),
        verbose_name=_("分层"),
        default=list,
        blank=True,
    )
    minimum = models.PositiveSmallIntegerField(_("每层至少"), default=1)
    seed = models.BigIntegerField(
        _("随机种子"), default=new_seed, validators=[MinValueValidator(0)]
    )
    made_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("制定人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("制定时间"))

    class Meta:
        verbose_name = _("抽查计划")
        verbose_name_plural = _("抽查计划")
        ordering = ["-first", "-pk"]
        constraints = [
            models.UniqueConstraint(name="plan_once_a_quarter", fields=["regulation", "first"]),
            models.CheckConstraint(
                name="plan_begins_with_its_quarter",
                condition=Q(first__day=1, first__month__in=QUARTERS),
            ),
            models.CheckConstraint(
                name="plan_share_is_a_share", condition=Q(share__gt=0, share__lte=1)
            ),
            models.CheckConstraint(name="plan_seed_not_negative", condition=Q(seed__gte=0)),
        ]

    def __str__(self):
        return f"{self.regulation} {self.quarter}"

    def get_absolute_url(self):
        return reverse("audit_plan", args=[self.pk])

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.first)

    @property
    def exact_share(self) -> Fraction:
        return Fraction(self.share)

    @property
    def is_drawn(self) -> bool:
        return Draw.objects.filter(plan=self).exists()


class Draw(models.Model):
    """One draw of a plan: what was frozen and how it was drawn. Written once."""

    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="draw")
    algorithm = models.PositiveSmallIntegerField(_("算法版本"))
    size = models.PositiveIntegerField(_("总体件数"))
    due = models.PositiveIntegerField(_("应抽件数"))
    population_sha256 = models.CharField(_("总体校验和"), max_length=64)
    drawn_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("抽取人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    drawn_at = models.DateTimeField(_("抽取时间"))

    class Meta:
        verbose_name = _("抽取")
        verbose_name_plural = _("抽取")

    def __str__(self):
        return str(self.plan)

    def population(self) -> list[drawing.Member]:
        """Return the frozen population as it went into the draw."""
        rows = self.members.values_list("number", "stratum")
        return [drawing.Member(number, tuple(stratum)) for number, stratum in rows]


class Member(models.Model):
    """A case of a frozen population with its strata as they were then."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="members")
    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    number = models.CharField(_("投诉编号"), max_length=32)
    stratum = ArrayField(models.CharField(max_length=64), verbose_name=_("分层"), default=list)

    class Meta:
        verbose_name = _("抽查总体")
        verbose_name_plural = _("抽查总体")
        constraints = [
            models.UniqueConstraint(name="member_once", fields=["draw", "case"]),
            models.UniqueConstraint(name="member_number_once", fields=["draw", "number"]),
        ]

    def __str__(self):
        return self.number


class Part(models.TextChoices):
    """Where a sample came from; only the random part, with its replacements, meets the share."""

    RANDOM = "random", _("随机")
    REPLACEMENT = "replacement", _("替换")
    RISK = "risk", _("风险追加")


class Sample(models.Model):
    """A drawn case. A replacement names what it stands for, an addition why it was added."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="samples")
    member = models.OneToOneField(
        Member, verbose_name=_("投诉"), on_delete=models.PROTECT, related_name="sample"
    )
    part = models.CharField(_("来源"), max_length=16, choices=Part.choices)
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.JSONField(null=True)
    added_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("样本")
        verbose_name_plural = _("样本")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="sample_replacement_names_what_it_replaces",
                condition=Q(part="replacement", replaces__isnull=False)
                | (~Q(part="replacement") & Q(replaces=None)),
            ),
            models.CheckConstraint(
                name="sample_beside_the_draw_has_a_reason",
                condition=Q(part="random", reason=None)
                | (~Q(part="random") & Q(reason__isnull=False)),
            ),
        ]

    def __str__(self):
        return str(self.member_id)
