"""What is done for people behind their backs."""

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import FactorReset, SignInChange
from records import sealing


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=8)
def tell_of_reset(pk: int) -> None:
    """Write to somebody that their second factors were taken away; they read it at signing in as well."""
    row = FactorReset.objects.select_related("person", "by").get(pk=pk)
    if not row.person.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(by)s 重置了您的第二因素。若非您本人申请，请立即联系系统管理员。")
        send_mail(
            _("您的第二因素已被重置"),
            words % {"by": row.by.name},
            settings.DEFAULT_FROM_EMAIL,
            [row.person.email],
        )


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=8)
def tell_of_change(pk: int) -> None:
    """Write to somebody that something was changed about how they sign in, to the former address too."""
    from accounts.signing import telling

    row = SignInChange.objects.select_related("person", "by").get(pk=pk)
    former = sealing.unseal(row.former, telling.PURPOSE) if row.former else ""
    with translation.override(settings.LANGUAGE_CODE):
        for address in dict.fromkeys(filter(None, (former, row.person.email))):
            send_mail(_("登录安全提醒"), telling.words(row), settings.DEFAULT_FROM_EMAIL, [address])
