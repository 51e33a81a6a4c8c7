"""The handling plan (处理方案): a document with a small lifecycle of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class PlanState(models.TextChoices):
    SUBMITTED = "submitted", _("已提交")
    APPROVED = "approved", _("已批准")
    REJECTED = "rejected", _("已退回")
    AGREED = "agreed", _("客户已接受")
    REFUSED = "refused", _("客户不接受")
    CARRIED_OUT = "carried_out", _("已执行")


# A plan in one of these states can still be signed: a signature beside the organiser's, or the one
# that a higher grade asks for after the first was given.
SIGNABLE = frozenset({PlanState.SUBMITTED, PlanState.APPROVED, PlanState.AGREED})


class Plan(FSMModelMixin, models.Model):
    """One version of the plan of a case; a refused one is followed by the next version."""

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(_("版次"))
    state = FSMField(
        _("状态"),
        choices=PlanState.choices,
        default=PlanState.SUBMITTED,
        protected=True,
    )
    option = models.CharField(_("处理方式"), max_length=64, blank=True)
    # The row may be erased one day; the plan keeps its id, as the event does.
    measures = models.ForeignKey(
        "complaints.CaseText", null=True, on_delete=models.DO_NOTHING, db_constraint=False
    )
    starts_on = models.DateField(_("启动时间"), null=True, blank=True)
    finishes_on = models.DateField(_("完成时间"), null=True, blank=True)
    # Who and where, as far as the regulation wants them named (FOOD-31, GEN-41).
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("责任部门"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    responsible = models.ForeignKey(
        "accounts.User",
        verbose_name=_("责任人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Nobody for imported history.
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("处理方案")
        verbose_name_plural = _("处理方案")
        constraints = [
            models.UniqueConstraint(name="plan_version_once", fields=["case", "version"])
        ]

    def __str__(self):
        return f"{self.case} v{self.version}"

    @transition(field=state, source=PlanState.SUBMITTED, target=PlanState.APPROVED)
    def approve(self):
        """All signatures that the regulation asks for are there."""

    @transition(
        field=state,
        source=[PlanState.SUBMITTED, PlanState.APPROVED],
        target=PlanState.REJECTED,
    )
    def reject(self):
        """A signer sent it back with a reason."""

    @transition(
        field=state,
        source=[PlanState.SUBMITTED, PlanState.APPROVED],
        target=PlanState.AGREED,
    )
    def agree(self):
        """The customer accepts it, wholly or in part."""

    @transition(
        field=state,
        source=[PlanState.SUBMITTED, PlanState.APPROVED, PlanState.AGREED],
        target=PlanState.REFUSED,
    )
    def refuse(self):
        """The customer does not accept it."""

    @transition(
        field=state,
        source=[PlanState.APPROVED, PlanState.AGREED, PlanState.REFUSED],
        target=PlanState.CARRIED_OUT,
    )
    def carry_out(self):
        """The measures are done."""
