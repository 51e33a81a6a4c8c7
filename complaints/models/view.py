"""How somebody likes the list of cases: columns, and views with a name.

A view holds filters only, by their codes; what is looked for may be a person's name and is in none.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role


class ListColumns(models.Model):
    """The columns that a person has chosen for their lists."""

    person = models.OneToOneField("accounts.User", primary_key=True, on_delete=models.CASCADE)
    names = ArrayField(models.CharField(max_length=16))

    def __str__(self):
        return str(self.person_id)


class CaseView(models.Model):
    """Filters, order and columns under a name: somebody's own, or shared with a role of a unit."""

    name = models.CharField(_("名称"), max_length=40)
    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(_("共享给"), max_length=32, choices=Role.choices, blank=True)
    filters = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=16))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="view_shared_in_a_unit",
                condition=Q(role="", unit=None) | (~Q(role="") & Q(unit__isnull=False)),
            ),
            models.UniqueConstraint(name="view_named_once", fields=["owner", "name"]),
        ]

    def __str__(self):
        return self.name
