"""Posts (职务) of people in departments, from-until, and deputies while somebody is away."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a post lets its holder do; the policy file says what that is."""

    CUSTOMER_SERVICE = "customer_service", _("客服人员")
    DEPARTMENT_HEAD = "department_head", _("部门负责人")
    HANDLER = "handler", _("承办人")
    MANAGEMENT = "management", _("管理层")
    AUDITOR = "auditor", _("审计人员")
    HR = "hr", _("人事")
    RULE_OWNER = "rule_owner", _("制度管理员")
    ADMINISTRATOR = "administrator", _("系统管理员")


class PeriodQuerySet(models.QuerySet):
    def held_at(self, moment):
        """Return the rows whose half-open period [since, until) holds `moment`."""
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class Period(models.Model):
    """A half-open period [since, until); `until` empty means still."""

    since = models.DateTimeField(_("起"))
    until = models.DateTimeField(_("止"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True


class Post(Period):
    person = models.ForeignKey(
        "accounts.User",
        verbose_name=_("人员"),
        on_delete=models.PROTECT,
        related_name="posts",
    )
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("部门"),
        on_delete=models.PROTECT,
        related_name="posts",
    )
    title = models.CharField(_("职务"), max_length=64)
    role = models.CharField(_("角色"), max_length=32, choices=Role.choices)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gt=F("since")),
            ),
            models.CheckConstraint(name="post_role_known", condition=Q(role__in=Role.values)),
        ]
        indexes = [models.Index(fields=["department", "title"], name="post_by_place")]

    def __str__(self):
        return f"{self.department} {self.title}"


class Deputy(Period):
    """While `person` is away, `deputy` acts with the rights of all of that person's posts."""

    person = models.ForeignKey(
        "accounts.User",
        verbose_name=_("离岗人"),
        on_delete=models.PROTECT,
        related_name="absences",
    )
    deputy = models.ForeignKey(
        "accounts.User",
        verbose_name=_("代理人"),
        on_delete=models.PROTECT,
        related_name="deputyships",
    )

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        constraints = [
            models.CheckConstraint(
                name="deputy_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gt=F("since")),
            ),
            models.CheckConstraint(
                name="deputy_is_somebody_else", condition=~Q(person=F("deputy"))
            ),
        ]

    def __str__(self):
        return f"{self.deputy} → {self.person}"
