"""What is said to whoever has sent too much: when they may come again."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from records import clock


def wait(request: HttpRequest, until: datetime, words: str) -> HttpResponse:
    """Return the answer 429 with the words, and the time to wait in seconds for a machine."""
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    context = {"words": words, "minutes": -(-seconds // 60)}
    response = render(request, "portal/wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
