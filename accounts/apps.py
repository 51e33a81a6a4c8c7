from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("人员与组织")

    def ready(self):
        import accounts.signing.limits  # noqa: F401 - it notes when somebody signs in
        from accounts.editions import note_policy

        post_migrate.connect(note_policy, sender=self, dispatch_uid="accounts.editions")
