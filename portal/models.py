"""What the public's pages keep beside the cases: by which code one is followed, and who asks how often."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class TrackingCode(models.Model):
    """The keyed digest of the code by which whoever complained asks how their case stands."""

    case = models.OneToOneField(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="tracking_code"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return str(self.case_id)


class Source(models.Model):
    """What has come from one address in the last hour; `key` is a keyed digest of it. Its row is the lock."""

    key = models.CharField(max_length=64, unique=True)
    recent = ArrayField(models.DateTimeField(), default=list)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.key[:8]
