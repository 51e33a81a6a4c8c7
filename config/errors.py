"""What is answered where a request failed: 503 while PostgreSQL is away, else 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader
from django.views.defaults import server_error as failed

RETRY_SECONDS = 60


def server_error(request):
    """Answer an uncaught exception; nothing here asks the database."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return failed(request)
    page = loader.render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
