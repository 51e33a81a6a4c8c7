"""What was typed into a registration is kept though the session has run out in the meantime."""

from uuid import UUID

from django.shortcuts import render
from django_htmx.http import trigger_client_event

from complaints import drafts

KEPT = frozenset({"register", "register_preview"})


class KeepTyped:
    """Stands before the policy's middleware, which sends whoever is not signed in to the login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Keep the form for the person it was drawn for; say so where only a part is asked for."""
        sent = request.method == "POST" and request.resolver_match.view_name in KEPT
        if not sent or request.user.is_authenticated:
            return None
        try:
            key = UUID(request.POST.get("key", ""))
        except ValueError:
            return None
        writer = drafts.holder(request.POST.get(drafts.TICKET, ""), key)
        if writer is None:
            return None
        drafts.keep(writer, key, request.POST)
        if request.htmx:
            response = render(request, "complaints/_signed_out.html")
            # Nobody judges any more which fields apply: all can be filled in.
            return trigger_client_event(response, "register:applies", {"fields": {}, "every": True})
        return None
