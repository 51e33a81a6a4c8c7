"""Since when somebody has had a password, and which ones before."""

from django.db import models

from accounts.models.people import User


class PastPassword(models.Model):
    """A password as it was hashed when it was set; the newest is the present one."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="past_password_newest", fields=["person", "-id"])]

    def __str__(self):
        return f"{self.person_id} {self.set_at}"
