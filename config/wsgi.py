"""The WSGI entry of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from audits import keys
from config.durability import require_durable_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
keys.require(private=False)
require_durable_database()
