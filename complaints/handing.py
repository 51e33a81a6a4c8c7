"""Handing a complaint in: whoever hears one passes it on to those who register it (QE 5.1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Role
from complaints.joining import labelled
from complaints.models import Complaint, HandedIn
from complaints.personal import Veil
from complaints.sealing import seal, unseal
from complaints.wording import moment_words
from records import clock
from regulations.models import RegulationVersion

# What the registration begins with, by the keys that packs ask for it under.
OF_INTAKE = ("customer_name", "phone", "subject", "description")


@dataclass(frozen=True)
class Heard:
    """What somebody heard, by the keys of the form; the values that a veil lies over."""

    more: Mapping[str, str] = field(default_factory=dict)

    def value(self, key: str) -> str | None:
        return self.more.get(key)


@dataclass(frozen=True)
class Waiting:
    """One complaint that waits to be registered.

    `entered` are the values as they were said, empty where the key that sealed them is missing
    (`readable`); lists show what the veil leaves of them (`veiled`).
    """

    pk: int
    regulation: int
    regulation_name: str
    by: str
    at: str
    received_at: datetime
    entered: Mapping[str, str]
    readable: bool

    @property
    def veiled(self) -> dict[str, str]:
        """Return what a list shows before anybody registers it."""
        veil = Veil(Heard(self.entered))
        return {name: veil.value(name) for name in self.entered}

    @property
    def begins(self) -> dict[str, str]:
        """Return what the registration begins with."""
        return {name: self.entered[name] for name in OF_INTAKE if self.entered.get(name)}

    @property
    def told(self) -> str:
        """Return where it came from and what was said of it, for the record of the case."""
        lines = [
            labelled(_("转交人"), self.by),
            labelled(_("转交时间"), self.at),
            labelled(_("在何处收到"), self.entered.get("origin", "")),
            labelled(_("背景"), self.entered.get("background", "")),
        ]
        return "\n".join(lines)


def hand_in(
    version: RegulationVersion, actor: Actor, received_at: datetime, entered: Mapping[str, str]
) -> HandedIn:
    """Keep what somebody heard until a clerk of the owner department registers it."""
    return HandedIn.objects.create(
        version=version,
        owner_department=version.owner_department,
        by=actor.user,
        at=clock.now(),
        received_at=received_at,
        sealed=seal(dict(entered)),
    )


def waiting(actor: Actor) -> QuerySet[HandedIn]:
    """Return what waits for a clerk, the longest waiting first."""
    places = actor.reach(Role.CUSTOMER_SERVICE)
    rows = HandedIn.objects.filter(owner_department__in=places, case=None)
    return rows.select_related("by", "version").defer("version__text").order_by("at")


def shown(row: HandedIn) -> Waiting:
    """Return a row in words."""
    entered = unseal(row.sealed)
    return Waiting(
        pk=row.pk,
        regulation=row.version.regulation_id,
        regulation_name=row.version.pack.short_title,
        by=row.by.name,
        at=moment_words(row.at),
        received_at=row.received_at,
        entered=entered or {},
        readable=entered is not None,
    )


def take(actor: Actor, pk: int, case: Complaint) -> None:
    """Let what was handed in be the case that was made of it; its words are forgotten here."""
    waiting(actor).filter(pk=pk).update(case=case, sealed=b"")
