"""Callbacks: over TLS, to the address that was checked, outside the house unless the house lists it."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured, ValidationError

from config import environment
from notices import calling
from notices.models import Outlet

NAME = "callback.example"
BODY = b'{"id": "1"}'


def certificate(folder, name: str) -> str:
    """Return a file with a key and a certificate of its own for a name."""
    key = generate_private_key(SECP256R1())
    told = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(told, told, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / f"{name}.pem"
    file.write_bytes(kept + made.public_bytes(Encoding.PEM))
    return str(file)


class Server:
    """Takes what is posted, over TLS with a certificate; `answer` is what it says, `more` follows."""

    def __init__(self, pem: str):
        self.told: list[tuple[str, str, bytes]] = []
        self.status, self.headers, self.more = 200, {}, b""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.told.append((self.path, self.headers["Host"], body))
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                while server.more:  # until whoever asked has hung up
                    self.wfile.write(server.more)

            def log_message(self, *given):
                """Keep the test's output clean."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.handle_error = lambda *given: None
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://{NAME}:{self.http.server_port}/hook?x=1"
        Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def server(tmp_path, settings):
    """Offer the server of a name that settings list and trust."""
    pem = certificate(tmp_path, NAME)
    settings.CALLBACK_HOSTS_INSIDE, settings.CALLBACK_CA_FILE = [NAME], pem
    running = Server(pem)
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def names(monkeypatch):
    """Offer a name server: name → its answers, one a question, the last one for good."""
    real, answers = socket.getaddrinfo, {NAME: ["127.0.0.1"]}

    def ask(host, port, *given, **more):
        if host not in answers:
            return real(host, port, *given, **more)
        said = answers[host]
        found = said.pop(0) if len(said) > 1 else said[0]
        return real(found, port, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return answers


def refusal(url: str) -> str:
    with pytest.raises(calling.NotCalled) as caught:
        calling.post(url, BODY, {})
    return str(caught.value)


def test_a_host_on_the_list_is_asked_over_tls_under_its_name(server, names):
    calling.post(server.url, BODY, {"X-Signed": "y"})
    (path, host, body) = server.told[0]
    assert (path, host, body) == ("/hook?x=1", server.url.split("/")[2], BODY)


def test_a_host_inside_that_is_not_listed_is_not_even_connected_to(server, names, settings):
    settings.CALLBACK_HOSTS_INSIDE = []
    assert refusal(server.url) == "inside_the_house"
    # One address outside does not excuse the other.
    names[NAME] = ["93.184.216.34", "127.0.0.1"]
    assert server.told == []


def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere_else(server, names):
    names[NAME] = ["127.0.0.1", "192.0.2.1"]
    calling.post(server.url, BODY, {})
    assert len(server.told) == 1
    assert names[NAME] == ["192.0.2.1"]  # it was asked once


def test_a_certificate_of_another_name_or_of_nobody_known_is_refused(
    server, names, settings, tmp_path
):
    names["other.example"] = ["127.0.0.1"]
    settings.CALLBACK_HOSTS_INSIDE = [NAME, "other.example"]
    assert refusal(server.url.replace(NAME, "other.example")) == "SSLError"
    settings.CALLBACK_CA_FILE = certificate(tmp_path, "stranger.example")
    assert refusal(server.url) == "SSLError"
    assert server.told == []


def test_a_redirect_is_not_followed_and_an_endless_answer_not_read(server, names):
    server.status, server.headers = 302, {"Location": server.url}
    assert refusal(server.url) == "HTTP 302"
    assert len(server.told) == 1
    server.status, server.headers, server.more = 200, {}, b"x" * 65536
    calling.post(server.url, BODY, {})
    assert len(server.told) == 2


INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1"),  # noqa: S104
    *("::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"),
    *("64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "ff02::1", "2001:db8::1"),
)


def test_which_addresses_are_of_the_internet():
    assert [one for one in INSIDE if calling.is_outside(one)] == []
    for one in ("93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:93.184.216.34"):
        assert calling.is_outside(one), ip_address(one)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://callback.example/", "not_https"),
        ("http://localhost/", "not_https"),
        ("ftp://callback.example/", "not_https"),
        ("//callback.example/", "not_https"),
        ("https://", "bad_address"),
        ("https://somebody@callback.example/", "bad_address"),
        ("https://callback.example:port/", "bad_address"),
        ("https://callback.example:0/", "bad_address"),
        ("https://callback.example/\r\nHost: x", "bad_address"),
        ("https://例子.example/", "bad_address"),
        ("https://127.0.0.1/", "inside_the_house"),
        ("https://[::1]/", "inside_the_house"),
        ("https://2130706433/", "inside_the_house"),  # 127.0.0.1 as one number
        ("https://0x7f.1/", "inside_the_house"),
        ("https://no-such-name.invalid/", "no_such_host"),
    ],
)
def test_what_is_not_asked(url, why, settings):
    settings.CALLBACK_HOSTS_INSIDE = []
    assert refusal(url) == why


def test_this_machine_is_asked_in_clear_by_its_setting_alone(settings):
    settings.CALLBACK_LOCALHOST = True
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{shut.getsockname()[1]}/"
        assert refusal(url) == "NewConnectionError"
    assert refusal("http://callback.example/") == "not_https"
    assert refusal("https://192.168.1.1/") == "inside_the_house"


def test_a_house_can_list_every_host_that_is_called(server, names, settings):
    settings.CALLBACK_HOSTS = ["other.example"]
    calling.post(server.url, BODY, {})
    assert refusal("https://third.example/") == "not_listed"
    with pytest.raises(ValidationError, match="CALLBACK_HOSTS"):
        Outlet(name="x", kind="webhook", topics=[], address="https://third.example/").clean()


def test_a_gateway_of_the_settings_has_to_be_encrypted(monkeypatch):
    monkeypatch.setenv("SMS_GATEWAY", "http://gateway.example/")
    with pytest.raises(ImproperlyConfigured, match="https"):
        environment.encrypted("SMS_GATEWAY")
