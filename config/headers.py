"""Headers of every answer beside those that Django and django-csp set."""

from django.utils.cache import add_never_cache_headers

# A complaint system needs none of what a browser could lend to a page.
FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")


class Headers:
    """Keeps private pages out of every cache, and pages out of a browser's devices.

    Whatever is said to somebody signed in is private; so is each refusal.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in FEATURES))
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
        if signed_in and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response
