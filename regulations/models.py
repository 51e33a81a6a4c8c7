"""Regulations of the organisation's units, their published versions, and what their terms mean here."""

from functools import lru_cache

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulations.calendar_version import CalendarVersion
from regulations.engine.explanation import OtherPack, other_packs
from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack


@lru_cache(maxsize=16)
def _other_packs(text: str) -> tuple[OtherPack, ...]:
    """Return the packs of a text's other readings; read once in each process, when asked for."""
    return other_packs(text)


__all__ = ["Binding", "CalendarVersion", "Regulation", "RegulationVersion"]


@lru_cache(maxsize=256)
def pack_of(text: str) -> Pack:
    """Return the pack that a published text holds; read once in each process."""
    return read_pack(text)


class Regulation(models.Model):
    """A complaint regulation and the unit of the organisation it belongs to."""

    code = models.SlugField(_("代码"), max_length=64, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    unit = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("适用单位"),
        on_delete=models.PROTECT,
        related_name="regulations",
    )

    class Meta:
        verbose_name = _("制度")
        verbose_name_plural = _("制度")

    def __str__(self):
        return self.title


class VersionQuerySet(models.QuerySet):
    def in_force(self, day):
        """Return the versions in force on a local date, newest first."""
        return self.filter(in_force_from__lte=day).order_by("-in_force_from", "-number")


class RegulationVersion(models.Model):
    """A published version. It never changes; a case keeps the version of its day of receipt."""

    regulation = models.ForeignKey(Regulation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("制度包"))
    sha256 = models.CharField(max_length=64)
    in_force_from = models.DateField(_("施行日期"))
    owner_department = models.ForeignKey(
        "accounts.Department", verbose_name=_("归口部门"), on_delete=models.PROTECT
    )
    drafted_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("编制"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=pgettext_lazy("who", "复核"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("审核"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("批准"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(_("发布时间"))

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("制度版本")
        verbose_name_plural = _("制度版本")
        constraints = [
            models.UniqueConstraint(name="version_number_once", fields=["regulation", "number"]),
            models.CheckConstraint(
                name="version_signed_by_four_people",
                condition=~Q(drafted_by=models.F("checked_by"))
                & ~Q(drafted_by=models.F("reviewed_by"))
                & ~Q(drafted_by=models.F("approved_by"))
                & ~Q(checked_by=models.F("reviewed_by"))
                & ~Q(checked_by=models.F("approved_by"))
                & ~Q(reviewed_by=models.F("approved_by")),
            ),
        ]

    def __str__(self):
        return f"{self.regulation.code}@{self.number}"

    @property
    def pack(self) -> Pack:
        return pack_of(self.text)

    @property
    def other_packs(self) -> tuple[OtherPack, ...]:
        """The version with each of its open points read the other way."""
        return _other_packs(self.text)

    @property
    def calendar(self) -> str:
        """The digest of the calendar with which the unit's new cases count, empty before any."""
        newest = self.regulation.unit.calendars.order_by("-number").first()
        return newest.digest if newest else ""


class Binding(models.Model):
    """What a term of a version means in this organisation: a department, or a post in one.

    A post without a department is that post of whichever department handles the case where the
    pack says so (`relative`), else the one with that title anywhere in the unit.
    """

    class Sort(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        POST = "post", _("职务")

    version = models.ForeignKey(
        RegulationVersion, on_delete=models.PROTECT, related_name="bindings"
    )
    sort = models.CharField(max_length=16, choices=Sort.choices)
    term = models.CharField(_("制度用语"), max_length=64)
    department = models.ForeignKey(
        "accounts.Department", null=True, blank=True, on_delete=models.PROTECT
    )
    title = models.CharField(_("职务"), max_length=64, blank=True)
    relative = models.BooleanField(_("承办部门的"), default=False)

    class Meta:
        verbose_name = _("用语对应")
        verbose_name_plural = _("用语对应")
        constraints = [
            models.UniqueConstraint(name="term_bound_once", fields=["version", "sort", "term"]),
            models.CheckConstraint(
                name="binding_says_what",
                condition=Q(sort="department", department__isnull=False, title="")
                | (Q(sort="post") & ~Q(title="")),
            ),
        ]

    def __str__(self):
        return self.term
