"""What a proxy says of a request is believed of the proxies that settings list, and of nobody else."""

from ipaddress import ip_address

from django.conf import settings

HEADER = "HTTP_X_FORWARDED_PROTO"


class TrustedProxies:
    """Takes the header away before anybody reads it, where another peer has sent it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if HEADER in request.META and not is_trusted(request.META.get("REMOTE_ADDR", "")):
            del request.META[HEADER]
        return self.get_response(request)


def is_trusted(peer: str) -> bool:
    """Say whether a peer, as the web server saw it, is a proxy of ours; a socket's has no address."""
    if not peer:
        return settings.TRUSTED_SOCKET
    try:
        found = ip_address(peer)
    except ValueError:
        return False
    return any(found in network for network in settings.TRUSTED_PROXIES)
