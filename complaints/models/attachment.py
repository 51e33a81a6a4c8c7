"""Files in the vault; one of a case is an erasable row, which events name by id and salted digest."""

from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import digest, new_salt
from records import chain

# What is behind the key of a file in that of its copy.
COPY = ".copy"
# What could not be scanned is tried again after so long.
SCANNED_AGAIN = timedelta(hours=1)


class Purpose(models.TextChoices):
    CASE = "case", _("案件材料")
    EVIDENCE = "evidence", _("违规证据")
    OBJECTION = "objection", _("异议材料")
    AUDIT = "audit", _("审计证据")


class Scan(models.TextChoices):
    """What the virus scanner has said; only `clean` is clean."""

    PENDING = "pending", _("待扫描")
    CLEAN = "clean", _("未见病毒")
    INFECTED = "infected", _("有病毒，已隔离")
    ERROR = "error", _("扫描失败")


class KeptFileQuerySet(models.QuerySet):
    def waiting(self, moment: datetime):
        """What has no verdict yet, or none that counts and has waited long enough for another try."""
        return self.filter(
            Q(scan=Scan.PENDING) | Q(scan=Scan.ERROR, scanned_at__lte=moment - SCANNED_AGAIN)
        )


class AttachmentQuerySet(KeptFileQuerySet):
    def of_case(self):
        """What everybody sees who sees the case.

        Objections are seen with their penalty alone, what an audit keeps with its papers.
        """
        return self.exclude(purpose__in=[Purpose.OBJECTION, Purpose.AUDIT])


class KeptFile(models.Model):
    """A file in the vault. `key` is its place there, `name` the sender's own word for it.

    `copied` says that others see a copy in which something is left out. Whatever lies in the vault is
    a row of one of these, and waits for the virus scanner.
    """

    name = models.CharField(_("文件名"), max_length=128)
    key = models.CharField(max_length=64, unique=True)
    copied = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(_("校验和"), max_length=64)
    content_type = models.CharField(_("类型"), max_length=100)
    uploader = models.ForeignKey(
        "accounts.User",
        verbose_name=_("上传人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    scan = models.CharField(_("扫描"), max_length=16, choices=Scan.choices, default=Scan.PENDING)
    scanned_at = models.DateTimeField(_("扫描时间"), null=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def shown_key(self) -> str:
        """The place of what others see."""
        return self.key + COPY if self.copied else self.key

    @property
    def unscanned(self) -> bool:
        """Say whether it waits for a scanner in a house that has said that it has none."""
        return self.scan == Scan.PENDING and settings.NO_SCANNER

    @property
    def is_safe(self) -> bool:
        """Say whether others may open it: a clean verdict, or a house without a scanner."""
        return self.scan == Scan.CLEAN or self.unscanned


def kept_files() -> list[type[KeptFile]]:
    """Return every model whose files lie in the vault."""
    return [model for model in apps.get_models() if issubclass(model, KeptFile)]


class Attachment(KeptFile):
    """One file of a case."""

    case = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="attachments"
    )
    purpose = models.CharField(_("用途"), max_length=16, choices=Purpose.choices)
    salt = models.CharField(max_length=32, default=new_salt)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        constraints = [
            models.CheckConstraint(
                name="attachment_scan_known", condition=Q(scan__in=[one.value for one in Scan])
            ),
            models.CheckConstraint(name="attachment_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self):
        return f"{self.case_id}/{self.pk}"

    def digest(self) -> str:
        """Return the salted digest of what the file is, what it is called, what for and since when."""
        content = {
            "sha256": self.sha256,
            "size": self.size,
            "type": self.content_type,
            "name": self.name,
            "purpose": self.purpose,
            "uploaded_at": self.uploaded_at,
        }
        return digest(self.salt, chain.canonical(content).decode())

    def reference(self) -> dict:
        """Return what an event keeps of this file."""
        return {"attachment": self.pk, "digest": self.digest()}
