"""Asking somebody who is signed in for their password again, before a step that only they may take."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.models import Identity, User
from accounts.signing import devices, guessing, providers
from records import clock

# Whoever comes in by single sign-on has no password here; a sign-in so fresh stands for it.
FRESH = timedelta(minutes=5)


def has_password(person: User) -> bool:
    """Say whether somebody has a password that can be asked for: here, or in the house's directory."""
    by_directory = Identity.objects.filter(person=person, provider=Identity.LDAP)
    in_directory = bool(settings.LDAP_URL) and by_directory.exists()
    return in_directory or not providers.is_known_elsewhere(person)


def confirmed(request: HttpRequest, typed: str) -> bool:
    """Say whether the password is right, or the sign-in fresh of somebody without one; guesses wait."""
    person = request.user
    if not has_password(person):
        begun = request.session.get("begun")
        return bool(begun) and clock.now() - datetime.fromisoformat(begun) < FRESH
    one = guessing.attempt(person.username, devices.known(request, person.username))
    if (
        one.until is not None
        or authenticate(None, username=person.username, password=typed) != person
    ):
        return False
    guessing.succeeded(one)
    return True
