from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("时限")

    def ready(self):
        from jobs.work import register
        from sla.calendars.job import CHANGE_OVER, PREVIEW

        register(PREVIEW)
        register(CHANGE_OVER)
