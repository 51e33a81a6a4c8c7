"""Failed attempts at signing in, counted by account and device."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Guesses(models.Model):
    """The attempts of the last hour at one account from one device, or from all unknown ones together.

    Its row is the lock for the next attempt. `account` is a digest: what is typed into the field of
    the name may be anything, a password too. `recent` holds the attempts that have not succeeded.
    """

    account = models.CharField(max_length=64)
    device = models.CharField(max_length=32, blank=True)
    recent = ArrayField(models.DateTimeField(), default=list)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="guesses_once", fields=["account", "device"]),
        ]

    def __str__(self):
        return f"{self.account[:8]} {self.device[:8]}"
