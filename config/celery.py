"""The Celery app of worker and beat; its settings are in config/queue.py."""

import os

from celery import Celery
from celery.signals import worker_init

from config import durability

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bihuan")
app.config_from_object("config.queue")
app.autodiscover_tasks()


@worker_init.connect
def require_durable_database(**about):
    durability.require_durable_database()


@worker_init.connect
def require_anchor_key(**about):
    from audits import keys

    keys.require(private=True)
