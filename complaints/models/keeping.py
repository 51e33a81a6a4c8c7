"""What holds a case's personal values longer, or restricts their use: legal holds and people's requests."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import new_salt


class Hold(models.Model):
    """A legal hold: as long as it stands nothing of the case is erased, whatever is due."""

    class Ground(models.TextChoices):
        LAWSUIT = "lawsuit", _("诉讼或仲裁")
        AUTHORITY = "authority", _("主管部门调查")
        AUDIT = "audit", _("内部审计")
        DISPUTE = "dispute", _("客户仍有异议")

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="holds")
    ground = models.CharField(_("事由"), max_length=16, choices=Ground.choices)
    reason = models.CharField(_("说明"), max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("设定时间"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(_("解除时间"), null=True)
    lifted_why = models.CharField(_("解除原因"), max_length=300, blank=True)
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("法律保留")
        verbose_name_plural = _("法律保留")
        constraints = [
            models.UniqueConstraint(
                name="one_hold_stands", fields=["case"], condition=Q(lifted_at=None)
            ),
        ]

    def __str__(self):
        return f"{self.case_id}/{self.pk}"


class RequestQuerySet(models.QuerySet):
    def restricting(self, case):
        """Requests by which the values of a case are not used: until they are refused, else for good."""
        return self._restricting().filter(case=case)

    def restricted_cases(self):
        """The ids of all cases whose values are not used now."""
        return self._restricting().values_list("case", flat=True)

    def _restricting(self):
        erasures = self.filter(kind=SubjectRequest.Kind.ERASURE, restricted_at__isnull=False)
        return erasures.exclude(answer__in=[SubjectRequest.Answer.REFUSED])

    def waiting(self):
        return self.filter(answered_at=None).order_by("due_at", "pk")


class SubjectRequest(models.Model):
    """What a complainant asks about their own data, and what they were answered."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("查阅、复制")
        CORRECTION = "correction", _("更正")
        ERASURE = "erasure", _("删除")

    class Check(models.TextChoices):
        """How it was made sure that it is the complainant who asks."""

        CALLED_BACK = "called_back", _("回拨登记号码核实")
        IN_PERSON = "in_person", _("本人到场核验证件")
        AUTHORISED = "authorised", _("代理人，委托书已核验")

    class Answer(models.TextChoices):
        GRANTED = "granted", _("同意")
        PARTLY = "partly", _("部分同意")
        REFUSED = "refused", _("不同意")

    case = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="subject_requests"
    )
    kind = models.CharField(_("请求"), max_length=16, choices=Kind.choices)
    check_done = models.CharField(_("身份核验"), max_length=16, choices=Check.choices)
    words = models.CharField(_("请求内容"), max_length=500)
    received_at = models.DateTimeField(_("收到时间"))
    due_at = models.DateTimeField(_("答复期限"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Until when use is to be restricted, and since when it is.
    restrict_by = models.DateTimeField(_("限制使用期限"), null=True)
    restricted_at = models.DateTimeField(_("限制使用起"), null=True)
    answer = models.CharField(_("答复"), max_length=16, choices=Answer.choices, blank=True)
    answer_words = models.CharField(_("答复理由"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    salt = models.CharField(max_length=32, default=new_salt)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("个人信息请求")
        verbose_name_plural = _("个人信息请求")
        constraints = [
            models.CheckConstraint(
                name="an_answer_has_its_reason",
                condition=Q(answered_at=None) | (Q(answer__gt="") & Q(answer_words__gt="")),
            ),
        ]
        indexes = [
            models.Index(name="request_waiting", fields=["due_at"], condition=Q(answered_at=None))
        ]

    def __str__(self):
        return f"{self.case_id}/{self.pk} {self.kind}"
