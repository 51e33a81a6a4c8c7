"""Form keys: the same form sent twice is one act (INV-6)."""

from django.db import models


class Submission(models.Model):
    """The first use of a form's key, what was in the form, and the case it led to."""

    key = models.UUIDField(primary_key=True)
    # None: somebody on the public's pages.
    actor = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT)
    content = models.CharField(max_length=64)
    case = models.ForeignKey("complaints.Complaint", null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    def __str__(self):
        return str(self.key)
