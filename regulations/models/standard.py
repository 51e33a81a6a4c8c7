"""Standards and training material beside the regulations: each with its editions, none of which changes."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class StandardKind(models.TextChoices):
    STANDARD = "standard", _("服务规范")
    TRAINING = "training", _("培训材料")


class Standard(models.Model):
    """One standard, or one piece of training material, of a unit; what it says is in its editions."""

    unit = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("适用单位"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("种类"), max_length=16, choices=StandardKind.choices)
    title = models.CharField(_("名称"), max_length=120)

    class Meta:
        verbose_name = _("规范与培训材料")
        verbose_name_plural = _("规范与培训材料")
        constraints = [
            models.UniqueConstraint(name="standard_title_once", fields=["unit", "title"]),
            models.CheckConstraint(
                name="standard_kind_known", condition=models.Q(kind__in=StandardKind.values)
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("regulations:standard", args=[self.pk])


class StandardEdition(models.Model):
    """What a standard says from a day on, and why it says so; append-only."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("版次"))
    text = models.TextField(_("正文"))
    why = models.CharField(_("修订说明"), max_length=200)
    in_force_from = models.DateField(_("施行日期"))
    added_by = models.ForeignKey(
        "accounts.User", verbose_name=_("编制人"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("规范版次")
        verbose_name_plural = _("规范版次")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="standard_edition_once", fields=["standard", "number"])
        ]

    def __str__(self):
        return f"{self.standard_id} v{self.number}"
