"""Departments: a tree, each with the other names it goes by."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class DepartmentQuerySet(models.QuerySet):
    def named(self, name):
        """Return departments that bear `name` or have it as an alias."""
        return self.filter(models.Q(name=name) | models.Q(aliases__contains=[name]))


class Department(models.Model):
    name = models.CharField(_("名称"), max_length=64)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    aliases = models.JSONField(_("别名"), default=list, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        constraints = [
            models.UniqueConstraint(
                name="department_name_once_in_its_parent",
                fields=["parent", "name"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("上级部门不能是本部门或其下级。")})
            seen.add(above.pk)
            above = above.parent
        if not all(isinstance(alias, str) and alias.strip() for alias in self.aliases):
            raise ValidationError({"aliases": _('别名应为文字列表，例如 ["客服部"]。')})
