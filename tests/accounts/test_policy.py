"""One policy file lists every URL x method x role; an unlisted URL fails the build."""

from django.urls import URLPattern, get_resolver

from accounts.access import SYSTEM
from accounts.models import Role
from accounts.policy import EVERYONE, SIGNED_IN, policy
from complaints.forms.acts import FORMS
from complaints.lifecycle import MOVES


def url_names(patterns, prefix=""):
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry.pattern
        else:
            namespace = f"{entry.namespace}:" if entry.namespace else ""
            yield from url_names(entry.url_patterns, prefix + namespace)


def test_every_url_has_a_line_in_the_policy():
    unlisted = [
        f"{name} ({pattern})"
        for name, pattern in url_names(get_resolver().url_patterns)
        if policy().page(name) is None
    ]
    assert unlisted == []


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
