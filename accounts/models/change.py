"""The log of changes of the configuration: who may what, and which rules count; a chain of its own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeEntry(models.Model):
    """One row of a configuration table that was added, changed or taken away.

    Written by a trigger (accounts/change_chain.py), so whichever way a row is written, in the same
    transaction. `before` and `after` are digests of `columns` as they were; no value is kept.
    """

    class Action(models.TextChoices):
        STOOD = "stood", _("原有")
        ADDED = "added", _("新增")
        CHANGED = "changed", _("修改")
        DELETED = "deleted", _("删除")
        ERASED = "erased", _("清除")

    seq = models.BigIntegerField(_("序号"), unique=True)
    recorded_at = models.DateTimeField(_("时间"))
    # Nobody for what a command or a migration does.
    actor = models.BigIntegerField(_("人员"), null=True)
    name = models.CharField(_("姓名"), max_length=64, blank=True)
    role = models.CharField(_("角色"), max_length=200, blank=True)
    address = models.CharField(_("地址"), max_length=64, blank=True)
    action = models.CharField(_("操作"), max_length=8, choices=Action.choices)
    table = models.CharField(_("数据表"), max_length=64)
    row = models.BigIntegerField(_("行"))
    columns = ArrayField(models.CharField(max_length=64), verbose_name=_("改动的列"))
    changed = ArrayField(models.CharField(max_length=64), verbose_name=_("改动的栏"))
    before = models.CharField(_("改动前"), max_length=64, blank=True)
    after = models.CharField(_("改动后"), max_length=64, blank=True)
    previous_hash = models.CharField(_("前一条的哈希"), max_length=64)
    hash = models.CharField(_("哈希"), max_length=64)

    class Meta:
        verbose_name = _("配置变更")
        verbose_name_plural = _("配置变更")
        ordering = ["-seq"]
        indexes = [models.Index(name="change_of_row", fields=["table", "row", "-seq"])]

    def __str__(self):
        return f"{self.seq} {self.action} {self.table} {self.row}"

    def content(self):
        """Return what the hash covers; the trigger writes the same."""
        fields = [f.attname for f in self._meta.concrete_fields]
        return {
            name: getattr(self, name)
            for name in fields
            if name not in ("id", "previous_hash", "hash")
        }


class ChangeHead(models.Model):
    """The last place of the chain of changes; its row is the lock for writing the next one."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self):
        return str(self.seq)
