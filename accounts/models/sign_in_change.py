"""What was changed about how somebody signs in; they are told, and read it on their own page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class SignInChange(models.Model):
    """One change; append-only. `by` is who made it, nobody where that is not known.

    `former` is the mail address before the change, sealed: the news goes there as well.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", _("登录密码已修改")
        GIVEN = "given", _("系统管理员设置了新的登录密码")
        FACTOR_ADDED = "factor_added", _("已添加第二因素")
        FACTOR_REMOVED = "factor_removed", _("已删除第二因素")
        CODES = "codes", _("已重新生成恢复码")
        MAIL = "mail", _("邮箱地址已变更")
        CODE_AGAIN = "code_again", _("用过的动态验证码被再次使用，已拒绝")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_changes")
    kind = models.CharField(_("变更"), max_length=16, choices=Kind.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    former = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="sign_in_change_newest", fields=["person", "-id"])]

    def __str__(self):
        return f"{self.person_id} {self.kind}"
