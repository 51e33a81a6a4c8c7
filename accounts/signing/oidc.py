"""Single sign-on by OpenID Connect: the provider says who somebody is, never what they may do.

Code flow with PKCE, state and nonce. A person is who the issuer knows by a subject that is stored here;
nobody is created, and no name or address is compared.
"""

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from joserfc.errors import JoseError
from requests import RequestException

from accounts.signing import entering, providers
from accounts.signing.views import failed

AFTER = "oidc_after"
# Signatures that only the issuer can make: no shared secret, and not none.
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
SECONDS = 5
FAULTS = (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError)


@never_cache
def begin(request):
    """Send the browser to the provider."""
    client = _client()
    request.session[AFTER] = _after(request)
    back = request.build_absolute_uri(reverse("login_oidc_back"))
    try:
        return client.authorize_redirect(request, back)
    except FAULTS:
        return _refused(request, failed=True)


@never_cache
def back(request):
    """Take what the provider says, and sign in whom it means."""
    client = _client()
    try:
        _asymmetric_only(client)
        said = client.authorize_access_token(request, timeout=SECONDS)["userinfo"]
        issuer, subject = said["iss"], said["sub"]
    except FAULTS:
        return _refused(request, failed=True)
    person = providers.person_of(settings.OIDC_ISSUER, subject)
    if issuer.rstrip("/") != settings.OIDC_ISSUER or person is None:
        return _refused(request, unknown=True)
    after = request.session.pop(AFTER, settings.LOGIN_REDIRECT_URL)
    return entering.enter(request, person, after, local=False)


def _client():
    """Return the client of the configured provider; its metadata are read anew. Raises Http404."""
    if not settings.OIDC_ISSUER:
        raise Http404
    return OAuth().register(
        "house",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "timeout": SECONDS,
        },
    )


def _asymmetric_only(client) -> None:
    """Leave of the signatures that the provider offers those that it alone can make."""
    key = "id_token_signing_alg_values_supported"
    metadata = client.load_server_metadata()
    offered = metadata.get(key) or SIGNED_BY
    client.server_metadata[key] = [one for one in offered if one in SIGNED_BY]


def _after(request) -> str:
    """Return the page of this site that was asked for, else where everybody begins."""
    after = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
    return after if own else reverse(settings.LOGIN_REDIRECT_URL)


def _refused(request, **why: bool):
    """Show the login page with the reason, and log that somebody did not get in."""
    failed(request, None, step="oidc")
    context = why | {"single_sign_on": True}
    return render(request, "registration/login.html", context, status=403)
