"""One policy file lists every URL x method x role; an unlisted URL fails the build."""

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, path

from accounts.access import SYSTEM
from accounts.models import Role
from accounts.policy import EVERYONE, SIGNED_IN, policy
from complaints.forms.acts import FORMS
from complaints.lifecycle import MOVES
from config import urls
from tests.complaints.sending import signed_in
from tests.loop import Loop


def url_names(patterns, prefix=""):
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry.pattern
        else:
            namespace = f"{entry.namespace}:" if entry.namespace else ""
            yield from url_names(entry.url_patterns, prefix + namespace)


def unlisted():
    return [
        f"{name} ({pattern})"
        for name, pattern in url_names(get_resolver().url_patterns)
        if policy().page(name) is None
    ]


def test_every_url_has_a_line_in_the_policy():
    assert unlisted() == []


class Careless:
    """Addresses to which somebody has added one and forgotten the policy file."""

    urlpatterns = (
        *urls.urlpatterns,
        path("secret/", lambda request: HttpResponse("secret"), name="secret"),
        path("nameless/", lambda request: HttpResponse("secret")),
    )


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Careless)
def test_an_address_without_a_line_is_found_and_opens_for_nobody():
    assert unlisted() == ["secret (secret/)", "None (nameless/)"]
    client = signed_in(Loop.new().user("fangzhou"))
    assert client.get("/secret/").status_code == 403
    assert client.get("/nameless/").status_code == 403
    assert Client().get("/secret/").status_code == 302


def test_every_line_of_the_policy_is_a_url():
    names = {name for name, _ in url_names(get_resolver().url_patterns)}
    assert {page for page in policy().pages if not page.endswith(":*")} - names == set()


def test_grantees_are_roles_that_exist():
    known = {*Role.values, EVERYONE, SIGNED_IN}
    named = {g for methods in policy().pages.values() for gs in methods.values() for g in gs}
    assert named - known == set()


def test_every_act_of_the_lifecycle_has_grantees_and_a_form():
    kinds = {move.kind.value for move in MOVES}
    assert kinds - policy().actions.keys() == set()
    ours = {kind for kind, grantees in policy().actions.items() if grantees == [SYSTEM]}
    assert kinds - FORMS.keys() - {"registered"} == ours


def test_an_unlisted_name_opens_for_nobody():
    assert not policy().allows("not-a-page", "GET", frozenset(Role.values))


def test_a_method_that_is_not_listed_opens_for_nobody():
    assert not policy().allows("board", "POST", frozenset(Role.values))
