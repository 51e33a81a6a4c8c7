"""Names and passwords of the house's directory, asked of a real LDAP server over TLS."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.test import override_settings
from django.urls import reverse

from accounts.models import AccessEntry, Identity, Session, User
from demo.people import PASSWORD
from tests.accounts.signing import code_entered, enrolled, is_in, password_entered
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

ZHOU = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[str, str]:
    """Return the files of a key and of a certificate for 127.0.0.1 that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "directory")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("directory")
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key").write_bytes(key.private_bytes(pem, *plain))
    (folder / "certificate").write_bytes(made.public_bytes(pem))
    return str(folder / "key"), str(folder / "certificate")


@pytest.fixture(scope="module")
def port(certificate) -> Iterator[int]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.accounts.ldap_server", *certificate],
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture
def loop(db, clock, settings, port, certificate) -> Loop:
    settings.LDAP_URL = f"ldaps://127.0.0.1:{port}"
    settings.LDAP_CA_FILE = certificate[1]
    settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD = "cn=bihuan,dc=example", "service-secret"
    settings.LDAP_BASE = "ou=people,dc=example"
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    Identity.objects.create(person=loop.user("zhoumin"), provider="ldap", subject=ZHOU)
    return loop


def test_who_is_known_by_the_directory_comes_in_by_its_name_and_password(loop):
    client, answer = password_entered("zhou.min", password="zhou-secret")
    assert answer.status_code == 302
    assert is_in(client)
    assert Session.objects.get(person=loop.user("zhoumin").pk).begun_at
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.actor) == ("signed_in", loop.user("zhoumin"))


NOBODY = [
    ("zhou.min", "wrong"),
    ("zhou.min", ""),
    ("zhou.min", "stranger-secret"),
    ("nobody", "zhou-secret"),
    ("*", "zhou-secret"),
    ("zhou*", "zhou-secret"),
    ("zhou.min)(uid=*", "zhou-secret"),
    ("without", "without-secret"),  # has no id that never changes
    ("twin", "twin-secret"),  # is two
    ("zhoumin", PASSWORD),  # the own password of somebody whom the directory knows
    ("", ""),
]


def test_nobody_else_does(loop):
    count = User.objects.count()
    for name, password in NOBODY:
        client, answer = password_entered(name, password=password)
        assert answer.status_code == 200
        assert "没有与之对应的人员" not in answer.content.decode()
        assert not is_in(client), (name, password)
    assert User.objects.count() == count


def test_a_stranger_with_the_right_password_is_told_and_not_created(loop):
    count = User.objects.count()
    client, answer = password_entered("stranger", password="stranger-secret")
    assert "本系统没有与之对应的人员" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == count


def test_who_has_left_here_is_out_whatever_the_directory_says(loop):
    User.objects.filter(username="zhoumin").update(is_active=False)
    assert not is_in(password_entered("zhou.min", password="zhou-secret")[0])


def test_guesses_at_the_directory_wait_as_others_do(loop):
    for _n in range(5):
        password_entered("zhou.min", password="wrong")
    assert password_entered("zhou.min", password="zhou-secret")[1].status_code == 429


def test_the_second_factor_is_asked_for_as_of_everybody(loop):
    enrolled(loop.user("zhoumin"))
    client, answer = password_entered("zhou.min", password="zhou-secret")
    assert answer["Location"] == reverse("login_factor")
    code_entered(client)
    assert is_in(client)


def test_people_whom_the_directory_does_not_know_keep_their_passwords(loop):
    assert is_in(password_entered("hejia")[0])


WRONG = [
    {"LDAP_CA_FILE": None},  # the certificate is signed by nobody whom we know
    {"LDAP_CA_FILE": "/no/such/file"},
    {"LDAP_BIND_PASSWORD": "wrong"},
    {"LDAP_BASE": "ou=nowhere,dc=example"},
]


def test_a_directory_that_cannot_be_trusted_or_asked_lets_nobody_in(loop):
    for wrong in WRONG:
        with override_settings(**wrong):
            assert authenticate(username="zhou.min", password="zhou-secret") is None, wrong
    assert authenticate(username="zhou.min", password="zhou-secret") == loop.user("zhoumin")


def test_a_certificate_of_another_host_is_refused(loop, settings, port):
    settings.LDAP_URL = f"ldaps://localhost:{port}"
    assert authenticate(username="zhou.min", password="zhou-secret") is None


def test_without_a_directory_nothing_is_asked_and_the_own_password_counts(loop, settings):
    settings.LDAP_URL = ""
    assert authenticate(username="zhou.min", password="zhou-secret") is None
    assert is_in(password_entered("zhoumin")[0])


def test_an_administrator_says_who_is_who_and_it_is_told(loop, settings):
    settings.OIDC_ISSUER = "https://id.example.com"
    person = loop.user("hejia")
    form = {"person": person.pk, "provider": "https://id.example.com", "subject": "42"}
    client = signed_in(loop.user("fangzhou"))
    assert client.post(reverse("admin:accounts_identity_add"), form).status_code == 302
    assert client.post(reverse("admin:accounts_identity_add"), form).status_code == 200
    assert Identity.objects.get(person=person).subject == "42"


@pytest.mark.parametrize(
    ("name", "value"),
    [("LDAP_URL", "ldap://directory"), ("OIDC_ISSUER", "http://id.example.com")],
)
def test_a_provider_without_encryption_stops_the_start(name, value):
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", name: value}
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.LDAP_URL"],
        cwd=django_settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
    )
    assert f"{name} must begin with {'ldaps' if name == 'LDAP_URL' else 'https'}" in said.stderr
