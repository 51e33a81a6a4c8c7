from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PenaltiesConfig(AppConfig):
    name = "penalties"
    verbose_name = _("考核")

    def ready(self):
        from jobs.work import register
        from penalties.job import CLOSE_MONTH

        register(CLOSE_MONTH)
