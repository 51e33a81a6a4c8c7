from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("审计")

    def ready(self):
        from audits.verifying.job import VERIFY
        from jobs.work import register

        register(VERIFY)
