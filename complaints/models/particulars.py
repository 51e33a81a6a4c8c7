"""What customers and staff wrote: erasable rows, which events name by id and salted digest."""

import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from records import chain


def new_salt() -> str:
    """Return a random salt, so that a digest says nothing about a short value."""
    return secrets.token_hex(16)


def digest(salt: str, value: str) -> str:
    """Return the salted SHA-256 of a text, which alone goes into an event."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


# Intake keys that have a column of their own; every other value is kept under its key.
COLUMNS = {
    "customer_name": "name",
    "phone": "phone",
    "subject": "subject",
    "description": "description",
    "demand": "demand",
}


class Particulars(models.Model):
    """The complainant and the complaint in the customer's words; one row for a case."""

    case = models.OneToOneField(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="particulars"
    )
    name = models.CharField(_("投诉人"), max_length=100, blank=True)
    phone = models.CharField(_("联系方式"), max_length=64, blank=True)
    subject = models.CharField(_("投诉主题"), max_length=200)
    description = models.TextField(_("投诉内容"), blank=True)
    demand = models.TextField(_("客户诉求"), blank=True)
    # The other intake fields of the pack, by key, as entered.
    more = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, default=new_salt)
    search_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("投诉内容")
        verbose_name_plural = _("投诉内容")
        # Earlier cases of whoever complains, while their complaint is typed.
        indexes = [
            models.Index(name="particulars_phone", fields=["phone"]),
            models.Index(name="particulars_name", fields=["name"]),
        ]

    def __str__(self):
        return self.subject

    def value(self, key: str) -> object:
        """Return what was entered under an intake field's key, None for nothing."""
        if key in COLUMNS:
            return getattr(self, COLUMNS[key]) or None
        return self.more.get(key)

    def digest(self) -> str:
        """Return the salted digest of everything that was entered, which the first event keeps."""
        entered = {name: getattr(self, name) for name in COLUMNS.values()} | {"more": self.more}
        return digest(self.salt, chain.canonical(entered).decode())

    def index(self) -> None:
        """Store what the search looks through."""
        self.gather()
        self.save(update_fields=["search_text"])

    def gather(self) -> None:
        """Gather what the search looks through; the case has its number."""
        words = [
            self.case.number or "",
            self.name,
            self.phone,
            self.subject,
            self.description,
            self.demand,
            *map(str, self.more.values()),
        ]
        self.search_text = "\n".join(filter(None, words)).lower()


# What stands where something was erased.
ERASED = _("（已依法删除）")


def erased(case) -> Particulars:
    """Return a row that stands for the one that was erased, and says so."""
    return Particulars(case=case, subject=ERASED)


class CaseText(models.Model):
    """A text written with an act: a reason, a conclusion, a note."""

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="texts")
    purpose = models.CharField(max_length=32)
    body = models.TextField()
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("文字")
        verbose_name_plural = _("文字")

    def __str__(self):
        return self.body[:40]

    def reference(self):
        """Return what an event keeps of this text."""
        return {"text": self.pk, "digest": digest(self.salt, self.body)}
