"""Regulations of the organisation's units, their published versions, and what their terms mean here."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulations.engine.explanation import OtherPack, other_packs
from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack


def pack_of(text: str, chosen: Mapping[str, Any] | None = None) -> Pack:
    """Return the pack of a text, read once in each process.

    `chosen` are the values that the house has given to readings. Raises PackErrors.
    """
    return _pack_of(text, json.dumps(chosen or {}, sort_keys=True))


def other_packs_of(text: str, chosen: Mapping[str, Any] | None = None) -> tuple[OtherPack, ...]:
    """Return the packs of a text's other readings; read once in each process, when asked for."""
    return _other_packs(text, json.dumps(chosen or {}, sort_keys=True))


@lru_cache(maxsize=16)
def _other_packs(text: str, chosen: str) -> tuple[OtherPack, ...]:
    return other_packs(text, json.loads(chosen, parse_float=Decimal))


@lru_cache(maxsize=256)
def _pack_of(text: str, chosen: str) -> Pack:
    return read_pack(text, chosen=json.loads(chosen, parse_float=Decimal))


# Digest and values of readings → pack. Versions never change.
_packs: dict[tuple[str, str], Pack] = {}


def _key(sha256: str, chosen: Mapping[str, Any]) -> tuple[str, str]:
    return sha256, json.dumps(chosen, sort_keys=True) if chosen else "{}"


def pack_by_digest(version: int, sha256: str, chosen: Mapping[str, Any]) -> Pack:
    """Return the pack of a version that has not been fetched, by what its row holds besides the text."""
    pack = _packs.get(_key(sha256, chosen))
    return pack or RegulationVersion.objects.get(pk=version).pack


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

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("制度"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("制度包"))
    sha256 = models.CharField(_("文本的哈希"), max_length=64)
    # What the house has set where the text gives no figure: values of readings by their key.
    chosen = models.JSONField(_("单位设定"), default=dict, blank=True)
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

    def get_absolute_url(self):
        return reverse("regulations:clauses", args=[self.regulation.code, self.slug])

    @property
    def slug(self) -> str:
        """Return what the version is called in addresses."""
        return f"v{self.number}"

    @cached_property
    def pack(self) -> Pack:
        """Return the pack; by the text's digest, so that the text is read from the database once."""
        key = _key(self.sha256, self.chosen)
        if (pack := _packs.get(key)) is None:
            pack = pack_of(self.text, self.chosen)
            # A text that somebody has changed is not taken for the one that was signed.
            if hashlib.sha256(self.text.encode()).hexdigest() == self.sha256:
                _packs[key] = pack
        return pack

    @property
    def other_packs(self) -> tuple[OtherPack, ...]:
        """The version with each of its open points read the other way."""
        return other_packs_of(self.text, self.chosen)

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
