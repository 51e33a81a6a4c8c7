"""Cases that the sweep cannot settle: kept apart, so that they hold up nobody else."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


class SetAsideQuerySet(models.QuerySet):
    def waiting(self, moment):
        """Cases whose next try lies after `moment`."""
        return self.filter(next_try__gt=moment)


class SetAside(models.Model):
    """A case with what stood against it the last time, and when it is tried again."""

    case = models.OneToOneField(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.CASCADE,
        related_name="set_aside",
    )
    # The kind of error and where it arose; its message may hold what a customer wrote.
    problem = models.CharField(_("错误"), max_length=200)
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    since = models.DateTimeField(_("起"))
    next_try = models.DateTimeField(_("下次重试"))

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("搁置案件")
        verbose_name_plural = _("搁置案件")

    def __str__(self):
        return f"{self.case_id}: {self.problem}"

    def put_off(self, problem: str, now: datetime) -> None:
        """Note one more failure: the distance to the next try doubles, up to LONGEST_WAIT."""
        self.problem = problem[:200]
        self.next_try = now + min(FIRST_WAIT * 2 ** min(self.attempts, 20), LONGEST_WAIT)
        self.attempts += 1
