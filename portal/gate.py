"""Stands before everything that reads what is sent: a flood is turned away unread (INV-35)."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.middleware import address_of
from portal import throttle
from portal.waiting import wait

COMPLAIN = "portal_complain"


class Gate:
    """Counts complaints by the address they come from, before their files are taken in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Let a complaint in, or say when its sender may come again."""
        sent = request.method == "POST" and request.resolver_match.view_name == COMPLAIN
        if not sent or not settings.PORTAL:
            return None
        until = throttle.sending(address_of(request))
        words = _("从您所在的网络提交得太多，请稍后再试，或拨打我们的电话。")
        return wait(request, until, words) if until else None
