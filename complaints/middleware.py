"""What was typed into a form is kept though the session has run out in the meantime."""

from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from complaints import act_drafts, drafts
from complaints.models import Complaint

REGISTRATIONS = frozenset({"register", "register_preview"})
ACTS = frozenset({"case_act", "case_act_keep"})


class KeepTyped:
    """Stands before the policy's middleware, which sends whoever is not signed in to the login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Keep the form for the person it was drawn for; say so where only a part is asked for."""
        page = request.resolver_match.view_name
        if request.method != "POST" or page not in REGISTRATIONS | ACTS:
            return None
        if request.user.is_authenticated or not _kept(request, kwargs):
            return None
        if not request.htmx:
            return None
        back = reverse("case_act", kwargs=kwargs) if page in ACTS else reverse("register")
        response = render(request, "complaints/_signed_out.html", {"back": back})
        # Nobody judges any more which fields apply: all can be filled in.
        return trigger_client_event(response, "register:applies", {"fields": {}, "every": True})


def _kept(request, place: dict) -> bool:
    """Keep what was sent with a ticket; `place` names the case and the act, nothing a registration."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return False
    of = (place["number"], place["kind"]) if place else ()
    writer = drafts.holder(request.POST.get(drafts.TICKET, ""), key, *of)
    if writer is None:
        return False
    if not place:
        drafts.keep(writer, key, request.POST)
        return True
    case = Complaint.objects.filter(number=place["number"]).first()
    return case is not None and act_drafts.keep(writer, case, place["kind"], request.POST)
