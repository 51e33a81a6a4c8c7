"""Single sign-on by OpenID Connect, against a real provider: who comes in, and who does not."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from accounts.models import AccessEntry, Identity, User
from accounts.signing import oidc
from demo.people import PASSWORD
from tests.accounts import oidc_provider
from tests.accounts.oidc_provider import shared, signed, unsigned
from tests.accounts.signing import code_entered, enrolled, is_in, password_entered
from tests.engine.cases import at
from tests.loop import Loop

SUBJECT = "a1b2c3"
STRANGER_KEY = RSAKey.generate_key(2048)
FORGED = {
    "no signature": lambda claims, key: unsigned(claims),
    "the shared secret": lambda claims, key: shared(claims),
    "another key": lambda claims, key: signed(claims, STRANGER_KEY),
    "another's key under its name": lambda claims, key: signed(
        claims, RSAKey.import_key(STRANGER_KEY.as_dict(private=True) | {"kid": key.kid or "x"})
    ),
    "for another house": lambda claims, key: signed(claims | {"aud": "another"}, key),
    "of another issuer": lambda claims, key: signed(claims | {"iss": "https://evil"}, key),
    "answers another question": lambda claims, key: signed(claims | {"nonce": "another"}, key),
    "answers no question": lambda claims, key: signed(
        {name: value for name, value in claims.items() if name != "nonce"}, key
    ),
    "long over": lambda claims, key: signed(claims | {"exp": 1_700_000_000}, key),
    "of nobody": lambda claims, key: signed(
        {name: value for name, value in claims.items() if name != "sub"}, key
    ),
    "nonsense": lambda claims, key: "x.y.z",
}


@pytest.fixture(scope="module")
def running():
    with oidc_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    running.forge = None
    settings.OIDC_ISSUER = running.url
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "bihuan", oidc_provider.SECRET
    return running


@pytest.fixture
def loop(db, clock, provider) -> Loop:
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    Identity.objects.create(person=loop.user("zhoumin"), provider=provider.url, subject=SUBJECT)
    return loop


def sent(client: Client, after: str = "") -> str:
    """Begin; return the provider's address to which the browser is sent."""
    query = f"?{urlencode({'next': after})}" if after else ""
    return client.get(reverse("login_oidc") + query)["Location"]


def came(provider, subject=SUBJECT, after="", client=None):
    """Go all the way; return the client and the last answer."""
    client = client or Client(raise_request_exception=False)
    return client, client.get(provider.signed_in(sent(client, after), subject))


def refused(client: Client, answer) -> bool:
    return answer.status_code == 403 and not is_in(client)


def test_who_is_known_by_the_provider_comes_in_and_goes_where_they_wanted(loop, provider):
    client, answer = came(provider, after="/notices/")
    assert answer["Location"] == "/notices/"
    assert is_in(client)
    assert client.session["_auth_user_id"] == str(loop.user("zhoumin").pk)
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.actor) == ("signed_in", loop.user("zhoumin"))
    assert "单点登录" in Client().get(reverse("login")).content.decode()


def test_the_question_has_a_state_a_nonce_and_a_challenge_new_each_time(loop):
    asked = [parse_qs(urlsplit(sent(Client())).query) for _n in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 20
        assert asked[0][name] != asked[1][name]
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["scope"] == ["openid"]


def test_a_stranger_is_told_and_not_created(loop, provider):
    count = User.objects.count()
    client, answer = came(provider, "somebody-else")
    assert refused(client, answer)
    assert "本系统没有与之对应的人员" in answer.content.decode()
    assert User.objects.count() == count
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.actor, entry.data) == ("sign_in_failed", None, {"step": "oidc"})


def test_a_name_or_an_id_at_another_provider_is_nobody(loop, provider):
    Identity.objects.create(person=loop.user("hejia"), provider="https://old", subject="old-id")
    for subject in ("zhoumin", "zhoumin@example.com", "old-id", str(loop.user("zhoumin").pk)):
        assert refused(*came(provider, subject))


def test_who_has_left_is_out_whatever_the_provider_says(loop, provider):
    User.objects.filter(username="zhoumin").update(is_active=False)
    assert refused(*came(provider))


def test_a_token_that_is_not_the_issuer_s_answer_to_this_question_is_refused(loop, provider):
    provider.forge = lambda claims, key: signed(claims, key)
    assert is_in(came(provider)[0])  # the control: the same token signed anew is taken
    for what, provider.forge in FORGED.items():
        client, answer = came(provider)
        assert refused(client, answer), what
        assert "单点登录没有完成" in answer.content.decode(), what


def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(loop, provider):
    victim, thief = Client(), Client()
    back = provider.signed_in(sent(thief), SUBJECT)
    assert refused(victim, victim.get(back))
    own = provider.signed_in(sent(victim), SUBJECT)
    state = parse_qs(urlsplit(own).query)["state"][0]
    assert refused(victim, victim.get(own.replace(state, "x" * len(state))))
    assert victim.get(own).status_code == 302
    again = Client()
    again.cookies = victim.cookies.copy()
    victim.post(reverse("logout"))
    assert refused(again, again.get(own))


def test_a_code_stolen_on_its_way_is_worth_nothing_without_the_verifier(loop, provider):
    victim, thief = Client(), Client()
    code = parse_qs(urlsplit(provider.signed_in(sent(victim), SUBJECT)).query)["code"][0]
    state = parse_qs(urlsplit(sent(thief)).query)["state"][0]
    query = urlencode({"code": code, "state": state})
    assert refused(thief, thief.get(f"{reverse('login_oidc_back')}?{query}"))


def test_nobody_is_sent_to_another_site_afterwards(loop, provider):
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert came(provider, after=elsewhere)[1]["Location"] == reverse("desk")


def test_the_second_factor_is_asked_for_as_of_everybody(loop, provider):
    enrolled(loop.user("zhoumin"))
    client, answer = came(provider)
    assert answer["Location"] == reverse("login_factor")
    assert not is_in(client)
    code_entered(client)
    assert is_in(client)


def test_who_signs_on_there_has_no_password_here(loop, settings):
    assert not is_in(password_entered("zhoumin", password=PASSWORD)[0])
    assert is_in(password_entered("hejia", password=PASSWORD)[0])
    settings.OIDC_ISSUER = ""
    assert is_in(password_entered("zhoumin", password=PASSWORD)[0])


def test_a_provider_that_is_away_or_refuses_is_an_answer_and_no_fault(loop, provider, settings):
    client = Client()
    back = provider.signed_in(sent(client), SUBJECT)
    denied = f"{reverse('login_oidc_back')}?{urlencode({'error': 'access_denied'})}"
    assert refused(client, client.get(denied))
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert refused(client, client.get(reverse("login_oidc")))
    assert refused(client, client.get(back))


def test_without_an_issuer_there_is_no_such_page(loop, settings):
    settings.OIDC_ISSUER = ""
    for name in ("login_oidc", "login_oidc_back"):
        assert Client().get(reverse(name)).status_code == 404
    assert "单点登录" not in Client().get(reverse("login")).content.decode()


def test_only_signatures_that_the_issuer_alone_can_make_are_taken():
    assert not {one for one in oidc.SIGNED_BY if one.startswith("HS") or one == "none"}
