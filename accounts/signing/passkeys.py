"""Passkeys (WebAuthn): the browser signs a challenge of ours with a key that never leaves its device.

They are bound to the host's name, which an address in numbers is not: there none can be used.
"""

import json
from ipaddress import ip_address
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from accounts.models import Factor, FactorKind, FactorUse, User
from accounts.signing.totp import ISSUER, PURPOSE
from records import clock, sealing

# Where the session keeps the challenge until it is answered.
CHALLENGE = "passkey_challenge"
# COSE's numbers of the signatures of FIPS 186-5: ES256, EdDSA, ES384, ES512, PS256, RS256.
ALGORITHMS = frozenset({-7, -8, -35, -36, -37, -257})
VERIFICATION = UserVerificationRequirement.PREFERRED


def possible(request: HttpRequest) -> bool:
    """Say whether passkeys can be used at the address that was asked."""
    host = _host(request)
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return bool(host) and (request.is_secure() or host == "localhost")
    return False


def to_add(request: HttpRequest, person: User) -> str:
    """Return what the browser makes a new key from, as JSON; the session keeps the challenge."""
    user = PublicKeyCredentialUserEntity(
        id=str(person.pk).encode(), name=person.username, display_name=person.name
    )
    options, state = _server(request).register_begin(
        user, _known(person), user_verification=VERIFICATION
    )
    request.session[CHALLENGE] = state
    return json.dumps(dict(options))


def add(request: HttpRequest, person: User, answer: str, name: str) -> Factor | None:
    """Store a new key where the browser's answer is right, None where it is not."""
    state = request.session.pop(CHALLENGE, None)
    said = _parsed(answer)
    if state is None or said is None:
        return None
    try:
        made = _server(request).register_complete(state, said)
    except (ValueError, TypeError, KeyError):
        return None
    known = made.credential_data
    credential = websafe_encode(known.credential_id)
    if Factor.objects.filter(credential=credential).exists():
        return None
    with transaction.atomic():
        factor = Factor.objects.create(
            person=person,
            kind=FactorKind.PASSKEY,
            name=name,
            secret=sealing.seal(websafe_encode(known), PURPOSE),
            credential=credential,
            added_at=clock.now(),
        )
        FactorUse.objects.create(factor=factor, counter=made.counter)
    return factor


def to_use(request: HttpRequest, person: User) -> str:
    """Return what the browser is to sign with one of somebody's keys, as JSON."""
    options, state = _server(request).authenticate_begin(
        _known(person), user_verification=VERIFICATION
    )
    request.session[CHALLENGE] = state
    return json.dumps(dict(options))


def use(request: HttpRequest, person: User, answer: str) -> bool:
    """Say whether a key of somebody has signed the challenge; the challenge is used up by that."""
    state = request.session.pop(CHALLENGE, None)
    said = _parsed(answer)
    if state is None or said is None:
        return False
    try:
        found = _server(request).authenticate_complete(state, _known(person), said)
        counted = _count(said)
    except (ValueError, TypeError, KeyError):
        return False
    return _note(websafe_encode(found.credential_id), counted)


def _note(credential: str, counted: int) -> bool:
    """Note a use; one whose count does not grow comes from a copy of the key."""
    with transaction.atomic():
        uses = FactorUse.objects.select_for_update(of=("self",))
        use = uses.filter(factor__credential=credential).first()
        if use is None or (counted <= use.counter and (counted or use.counter)):
            return False
        use.counter, use.used_at = counted, clock.now()
        use.save(update_fields=["counter", "used_at"])
        return True


def _count(said: dict[str, Any]) -> int:
    """Return what the key has counted: four bytes after the host's digest and the flags."""
    return int.from_bytes(websafe_decode(said["response"]["authenticatorData"])[33:37], "big")


def _known(person: User) -> list[AttestedCredentialData]:
    rows = person.factors.filter(kind=FactorKind.PASSKEY).order_by("pk")
    sealed = rows.values_list("secret", flat=True)
    return [AttestedCredentialData(websafe_decode(sealing.unseal(one, PURPOSE))) for one in sealed]


def _server(request: HttpRequest) -> Fido2Server:
    server = Fido2Server(PublicKeyCredentialRpEntity(name=ISSUER, id=_host(request)))
    server.allowed_algorithms = [one for one in server.allowed_algorithms if one.alg in ALGORITHMS]
    return server


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _parsed(answer: str) -> dict[str, Any] | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
