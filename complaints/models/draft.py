"""What somebody has typed and not sent yet: sealed, theirs alone, gone when it was sent or is old."""

from django.db import models


class Draft(models.Model):
    """One form as it was last typed. `key` is the form's own; `sealed` is read by its writer only."""

    writer = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="drafts")
    key = models.UUIDField(unique=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="draft_of_writer", fields=["writer", "-at"]),
            models.Index(name="draft_by_age", fields=["at"]),
        ]

    def __str__(self):
        return f"{self.writer_id} {self.at:%Y-%m-%d %H:%M}"
