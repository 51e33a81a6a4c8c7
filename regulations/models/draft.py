"""A draft on its way to a version: uploaded, arranged by its unit, signed by four people in turn."""

import hashlib

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records import chain
from regulations.engine.pack import Pack
from regulations.models.regulation import pack_of


class Step(models.TextChoices):
    """The places of a control block, in the order in which they are signed."""

    DRAFTED = "drafted", _("编制")
    CHECKED = "checked", pgettext_lazy("who", "复核")
    REVIEWED = "reviewed", _("审核")
    APPROVED = "approved", _("批准")


class DraftQuerySet(models.QuerySet):
    def under_way(self):
        """Drafts that are neither published nor withdrawn."""
        return self.filter(version=None, withdrawn_at=None)


class RegulationDraft(models.Model):
    """A faultless pack that waits for its signatures.

    What will be published is the text with `chosen`, `departments`, `titles` and `in_force_from`; the
    database refuses to change any of it once somebody has signed.
    """

    code = models.SlugField(_("代码"), max_length=64)
    title = models.CharField(_("名称"), max_length=200)
    unit = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("适用单位"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField(_("制度包"))
    sha256 = models.CharField(_("文本的哈希"), max_length=64)
    uploaded_by = models.ForeignKey(
        "accounts.User", verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    in_force_from = models.DateField(_("施行日期"), null=True, blank=True)
    chosen = models.JSONField(_("单位设定"), default=dict, blank=True)
    # The pack's term -> the id of the department, or the title, that it means here.
    departments = models.JSONField(_("部门对应"), default=dict, blank=True)
    titles = models.JSONField(_("职务对应"), default=dict, blank=True)
    version = models.OneToOneField(
        "regulations.RegulationVersion",
        verbose_name=_("发布为"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="draft",
    )
    withdrawn_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("撤回人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("制度草案")
        verbose_name_plural = _("制度草案")
        constraints = [
            models.CheckConstraint(
                name="draft_ends_once", condition=Q(version=None) | Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="draft_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.slug}"

    def get_absolute_url(self):
        return reverse("regulations:draft", args=[self.pk])

    @property
    def slug(self) -> str:
        """Return what the draft is called in addresses."""
        return f"draft-{self.pk}"

    @property
    def pack(self) -> Pack:
        return pack_of(self.text, self.chosen)

    @property
    def digest(self) -> str:
        """Return the digest of everything that a signature stands for."""
        content = {
            "text": self.sha256,
            "unit": self.unit_id,
            "chosen": self.chosen,
            "departments": self.departments,
            "titles": self.titles,
            "in_force_from": self.in_force_from.isoformat() if self.in_force_from else None,
        }
        return hashlib.sha256(chain.canonical(content)).hexdigest()


class DraftSignature(models.Model):
    """One signature of a control block. `digest` says what exactly was signed."""

    draft = models.ForeignKey(RegulationDraft, on_delete=models.PROTECT, related_name="signatures")
    step = models.CharField(_("环节"), max_length=16, choices=Step.choices)
    person = models.ForeignKey(
        "accounts.User", verbose_name=_("签署人"), on_delete=models.PROTECT, related_name="+"
    )
    post = models.CharField(_("职务"), max_length=64)
    signed_at = models.DateTimeField(_("签署时间"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("草案签署")
        verbose_name_plural = _("草案签署")
        constraints = [
            models.UniqueConstraint(name="draft_step_signed_once", fields=["draft", "step"]),
            models.UniqueConstraint(name="draft_signed_once_by_each", fields=["draft", "person"]),
            models.CheckConstraint(name="draft_step_known", condition=Q(step__in=Step.values)),
        ]

    def __str__(self):
        return f"{self.draft_id} {self.step}"
