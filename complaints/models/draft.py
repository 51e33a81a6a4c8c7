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


class ActDraft(models.Model):
    """The form of an act on a case as somebody last typed it; one for a person, a case and an act.

    `key` is the form's own, by which a draft is known whose act has been recorded meanwhile; `seen`
    is how many events the case had when the form was drawn.
    """

    writer = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="act_drafts")
    case = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    key = models.UUIDField()
    seen = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_draft_of_an_act", fields=["writer", "case", "kind"])
        ]
        indexes = [models.Index(name="act_draft_by_age", fields=["at"])]

    def __str__(self):
        return f"{self.writer_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"
