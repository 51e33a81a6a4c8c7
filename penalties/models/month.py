"""Months of the ledger: closed once, with the rewards of the month, and what HR and 客服 enter."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import digest, new_salt


class Month(models.Model):
    """A closed month of a unit. Its postings and rewards never change; corrections go to the next."""

    unit = models.ForeignKey(
        "accounts.Department", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+"
    )
    first = models.DateField(_("月份"))
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("结账人"), on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("结账时间"))

    class Meta:
        verbose_name = _("月结")
        verbose_name_plural = _("月结")
        constraints = [
            models.UniqueConstraint(name="month_closed_once", fields=["unit", "first"]),
            models.CheckConstraint(name="month_begins_on_its_first_day", condition=Q(first__day=1)),
        ]

    def __str__(self):
        return f"{self.first:%Y-%m}"


class Award(models.Model):
    """A department's score of a closed month and the reward it earned; written once."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="awards")
    regulation = models.ForeignKey(
        "regulations.RegulationVersion", on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        "accounts.Department", verbose_name=_("部门"), on_delete=models.PROTECT, related_name="+"
    )
    score = models.DecimalField(_("综合评分"), max_digits=5, decimal_places=2)
    amount = models.DecimalField(_("金额"), max_digits=10, decimal_places=2)
    # The calculation: [part, score, weight, product] as text, and how many follow-ups were counted.
    steps = models.JSONField()
    follow_ups = models.PositiveIntegerField()
    source = ArrayField(models.CharField(max_length=16), verbose_name=_("依据"))

    class Meta:
        verbose_name = _("奖励")
        verbose_name_plural = _("奖励")
        constraints = [
            models.UniqueConstraint(name="award_once", fields=["month", "department"]),
            models.CheckConstraint(name="award_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self):
        return f"{self.month} {self.department_id}"


class PlatformScore(models.Model):
    """How 客服 scores a department's cooperation in a month, 0 to 100; the newest one counts."""

    department = models.ForeignKey(
        "accounts.Department", verbose_name=_("部门"), on_delete=models.PROTECT, related_name="+"
    )
    first = models.DateField(_("月份"))
    score = models.DecimalField(_("配合评分"), max_digits=5, decimal_places=2)
    entered_by = models.ForeignKey(
        "accounts.User", verbose_name=_("评分人"), on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("评分时间"))

    class Meta:
        verbose_name = _("配合评分")
        verbose_name_plural = _("配合评分")
        constraints = [
            models.CheckConstraint(
                name="platform_score_0_to_100", condition=Q(score__gte=0, score__lte=100)
            ),
        ]
        indexes = [
            models.Index(name="platform_score_newest", fields=["department", "first", "-id"])
        ]

    def __str__(self):
        return f"{self.department_id} {self.first:%Y-%m}"


class WageBase(models.Model):
    """A person's monthly wage from a month on, as HR gave it; erasable, seen by HR alone."""

    person = models.ForeignKey(
        "accounts.User", verbose_name=_("人员"), on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateField(_("自"))
    amount = models.DecimalField(_("月工资（元）"), max_digits=10, decimal_places=2)
    entered_by = models.ForeignKey(
        "accounts.User", verbose_name=_("录入人"), on_delete=models.PROTECT, related_name="+"
    )

    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("工资基数")
        verbose_name_plural = _("工资基数")
        constraints = [
            models.UniqueConstraint(name="wage_base_once", fields=["person", "since"]),
            models.CheckConstraint(name="wage_base_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self):
        return f"{self.person_id} {self.since}"

    def digest(self) -> str:
        """Return the salted digest of the amount, which alone goes into the log of changes."""
        return digest(self.salt, f"{self.amount:.2f}")


class WageBaseChange(models.Model):
    """Who gave a wage and when; append-only, without the amounts: digests before and after."""

    person = models.ForeignKey(
        "accounts.User", verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(_("自"))
    before = models.CharField(_("改动前"), max_length=64, blank=True)
    after = models.CharField(_("改动后"), max_length=64)
    entered_by = models.ForeignKey(
        "accounts.User", verbose_name=_("录入人"), on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("工资基数变更")
        verbose_name_plural = _("工资基数变更")

    def __str__(self):
        return f"{self.person_id} {self.since}"
