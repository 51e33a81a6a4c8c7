"""How cases belong together: the same matter again, the same problem of several, the same target."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    REPEAT = "repeat", _("重复投诉")
    SAME_ISSUE = "same_issue", _("同一问题")
    SAME_TARGET = "same_target", _("同一投诉对象")
    MERGED = "merged", _("并案")
    RECURRED = "recurred", _("因再次发生重新打开")


class LinkQuerySet(models.QuerySet):
    def of(self, case):
        """Return the links of a case, from it or to it."""
        return self.filter(Q(case=case) | Q(other=case))


class Link(models.Model):
    """One case belongs to another; the event numbered `seq` of `case` says so.

    `spread` is False until what follows from it has reached all cases that it concerns.
    """

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="linked_from"
    )
    relation = models.CharField(_("关系"), max_length=16, choices=Relation.choices)
    seq = models.PositiveIntegerField()
    ended = models.BooleanField(default=False)
    spread = models.BooleanField(default=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("关联案件")
        verbose_name_plural = _("关联案件")
        constraints = [
            models.UniqueConstraint(
                name="link_once", fields=["case", "other", "relation"], condition=Q(ended=False)
            ),
            models.CheckConstraint(name="link_to_another", condition=~Q(case=models.F("other"))),
            models.CheckConstraint(
                name="link_relation_known", condition=Q(relation__in=Relation.values)
            ),
        ]
        indexes = [
            models.Index(name="link_to_spread", fields=["id"], condition=Q(spread=False)),
        ]

    def __str__(self):
        return f"{self.case_id} {self.relation} {self.other_id}"
