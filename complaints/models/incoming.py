"""Which messages have become cases: the same message twice is one case."""

from django.db import models


class IncomingMail(models.Model):
    """One message of the mailbox; what it said, and by whom, stands with its case alone.

    `key` is a keyed digest of its Message-ID and sender.
    """

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    case = models.OneToOneField(
        "complaints.Complaint", null=True, on_delete=models.PROTECT, related_name="incoming_mail"
    )

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.case_id}"
