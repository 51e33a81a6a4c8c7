from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "记录"

    def ready(self):
        from records.grants import grant_application_role

        post_migrate.connect(grant_application_role, sender=self, dispatch_uid="records.grants")
