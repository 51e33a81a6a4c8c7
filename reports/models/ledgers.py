"""What is kept of imports: the file on its way, and how a unit's ledgers are read."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerMap(models.Model):
    """How the columns of a ledger were read the last time, for the next one with such titles."""

    regulation = models.ForeignKey(
        "regulations.Regulation", on_delete=models.PROTECT, related_name="ledger_maps"
    )
    # The titles that the map names, in order, as one text.
    titles = models.TextField()
    content = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("台账映射")
        verbose_name_plural = _("台账映射")
        constraints = [
            models.UniqueConstraint(name="ledger_map_once", fields=["regulation", "titles"])
        ]

    def __str__(self):
        return f"{self.regulation_id} {self.titles[:40]}"


class LedgerImport(models.Model):
    """A ledger that somebody brings in: uploaded, its columns named, checked, then stored.

    `file` and `report` hold personal values; they go once the rows are stored, or with the next
    upload of the same person.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    regulation = models.ForeignKey("regulations.Regulation", on_delete=models.PROTECT)
    name = models.CharField(_("文件"), max_length=200)
    file = models.FileField(upload_to="ledgers/in/", blank=True)
    plan = models.JSONField(default=dict)
    report = models.FileField(upload_to="ledgers/reports/", blank=True)
    check_job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.PROTECT, related_name="ledger_checks"
    )
    store_job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.PROTECT, related_name="ledger_imports"
    )
    created_at = models.DateTimeField(_("上传时间"))
    stored_at = models.DateTimeField(_("导入时间"), null=True)
    stored = models.PositiveIntegerField(_("导入件数"), default=0)

    class Meta:
        verbose_name = _("台账导入")
        verbose_name_plural = _("台账导入")
        indexes = [models.Index(name="ledger_import_of", fields=["owner", "-created_at"])]

    def __str__(self):
        return self.name

    def forget_files(self) -> None:
        """Delete what the import holds of people's data."""
        for kept in (self.file, self.report):
            if kept:
                kept.delete(save=False)
        self.file, self.report = "", ""


class LedgerTemplate(models.Model):
    """A unit's own workbook for its ledger, with a row of placeholders."""

    unit = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="ledger_templates"
    )
    name = models.CharField(_("名称"), max_length=80)
    file = models.FileField(upload_to="ledgers/templates/")
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))
    # A template that is replaced or not wanted any more stays, for what was written by it.
    retired = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("台账模板")
        verbose_name_plural = _("台账模板")
        constraints = [
            models.UniqueConstraint(
                name="ledger_template_once",
                fields=["unit", "name"],
                condition=models.Q(retired=False),
            )
        ]

    def __str__(self):
        return self.name


class FormTemplate(models.Model):
    """A unit's own paper for a printed form of its regulation; every version of it stays."""

    regulation = models.ForeignKey(
        "regulations.Regulation", on_delete=models.PROTECT, related_name="form_templates"
    )
    form = models.CharField(_("表单"), max_length=64)
    number = models.PositiveSmallIntegerField(_("版次"))
    file = models.FileField(upload_to="forms/templates/")
    placeholders = models.JSONField(default=list)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))
    active = models.BooleanField(_("使用中"), default=False)

    class Meta:
        verbose_name = _("表单模板")
        verbose_name_plural = _("表单模板")
        constraints = [
            models.UniqueConstraint(
                name="form_template_number_once", fields=["regulation", "form", "number"]
            ),
            models.UniqueConstraint(
                name="form_template_active_once",
                fields=["regulation", "form"],
                condition=models.Q(active=True),
            ),
        ]

    def __str__(self):
        return f"{self.regulation_id} {self.form} v{self.number}"
