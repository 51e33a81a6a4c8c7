"""Signing in as people do: the login page, then the code of an authenticator."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.signing import totp
from demo.people import PASSWORD
from records import clock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrolled(person: User) -> User:
    """Give somebody an authenticator whose secret the tests know; none of its codes has been used."""
    totp.add(person, SECRET, "手机", step=0)
    return person


def code(steps: int = 0) -> str:
    """Return the code of now, or of some steps of thirty seconds later."""
    return totp.code_at(SECRET, totp.step_at(clock.now()) + steps)


def password_entered(username: str, client: Client | None = None, password: str = PASSWORD):
    """Send the login page; return the client and the answer."""
    client = client or Client(raise_request_exception=False)
    data = {"username": username, "password": password}
    return client, client.post(reverse("login"), data)


def code_entered(client: Client, typed: str | None = None):
    data = {"code": code() if typed is None else typed}
    return client.post(reverse("login_factor"), data)


def is_in(client: Client) -> bool:
    return client.get(reverse("desk")).status_code == 200
