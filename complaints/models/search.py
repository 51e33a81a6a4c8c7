"""What somebody has looked for: sealed, theirs alone, forgotten after a day.

The address of the result names the row; the words themselves stand in no address and no log.
"""

from uuid import uuid4

from django.db import models


class Search(models.Model):
    token = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="search_by_age", fields=["at"])]

    def __str__(self):
        return str(self.token)
