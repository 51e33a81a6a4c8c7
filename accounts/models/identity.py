"""By what the house's own directory, or its sign-on, knows a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Identity(models.Model):
    """A person at a provider, by an id that never changes there and is given to nobody else.

    `provider` is `ldap`, or the issuer of a single sign-on. Whoever has one at a provider that is in
    use signs in by it alone: who has left there is out here too.
    """

    LDAP = "ldap"

    person = models.ForeignKey(
        User, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="identities"
    )
    provider = models.CharField(_("来源"), max_length=255)
    subject = models.CharField(_("唯一标识"), max_length=255)

    class Meta:
        verbose_name = _("外部身份")
        verbose_name_plural = _("外部身份")
        constraints = [
            models.UniqueConstraint(name="identity_once", fields=["provider", "subject"]),
            models.UniqueConstraint(name="one_identity_each", fields=["provider", "person"]),
        ]

    def __str__(self):
        return f"{self.provider} {self.subject}"
