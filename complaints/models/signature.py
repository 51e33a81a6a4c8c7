"""Signatures that are awaited now, as rows, so that a signer's list is one query."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AwaitedQuerySet(models.QuerySet):
    def for_actor(self, actor):
        """Return the signatures that somebody in one of the actor's posts can give."""
        mine = Q(pk__in=[])
        for holding in actor.holdings:
            mine |= Q(title=holding.title, department=None) | Q(
                title=holding.title, department=holding.department
            )
        return self.filter(mine)


class AwaitedSignature(models.Model):
    """One open signature of a case whose turn has come; rewritten at each settlement."""

    case = models.ForeignKey(
        "complaints.Complaint", on_delete=models.CASCADE, related_name="awaited"
    )
    what = models.CharField(_("事项"), max_length=32)
    term = models.CharField(_("职务"), max_length=64)
    title = models.CharField(max_length=64)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AwaitedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="awaited_by_seat", fields=["title", "department"])]

    def __str__(self):
        return f"{self.case_id} {self.what} {self.term}"
