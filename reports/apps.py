from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("报表")

    def ready(self):
        from jobs.work import register
        from reports.backtest.job import BACKTEST
        from reports.exporting.job import EXPORT
        from reports.importing.job import CHECK, STORE

        for kind in (BACKTEST, CHECK, EXPORT, STORE):
            register(kind)
