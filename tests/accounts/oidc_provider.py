"""A provider of single sign-on for tests: a real one on a free port, that also holds its clients to PKCE.

What it says of somebody can be forged on its way out.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

SECRET = "house-secret-of-thirty-two-signs"
Claims = dict[str, object]


@dataclass
class Provider:
    """`forge` turns the claims of a token and its true key into the token that is sent."""

    url: str = ""
    forge: Callable[[Claims, RSAKey], str] | None = None
    challenges: dict[str, str] = field(default_factory=dict)

    def signed_in(self, where: str, subject: str) -> str:
        """Sign somebody in at the page to which the house sent them; return where they are sent back."""
        answer = requests.post(where, {"sub": subject}, allow_redirects=False, timeout=5)
        back = answer.headers["Location"]
        asked, told = (parse_qs(urlsplit(url).query) for url in (where, back))
        assert asked["code_challenge_method"] == ["S256"]
        self.challenges[told["code"][0]] = asked["code_challenge"][0]
        return back

    def check_pkce(self):
        """Refuse a code whose verifier does not belong to the challenge that asked for it."""
        form = flask.request.form
        if flask.request.path != "/oauth2/token":
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = self.challenges.get(form["code"]) == proof
        return None if right else (flask.jsonify(error="invalid_grant"), 400)

    def forge_token(self, response):
        if self.forge and flask.request.path == "/oauth2/token" and response.status_code == 200:
            said = response.get_json()
            middle = said["id_token"].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(middle + "=="))
            key = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
            said["id_token"] = self.forge(claims, RSAKey.import_key(key))
            response.set_data(json.dumps(said))
        return response


def signed(claims: Claims, key, algorithm: str = "RS256") -> str:
    header = {"alg": algorithm} | ({"kid": key.kid} if key.kid else {})
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def unsigned(claims: Claims) -> str:
    parts = ({"alg": "none"}, claims)
    whole = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts)
    return ".".join(one.rstrip("=") for one in whole) + "."


def shared(claims: Claims) -> str:
    """Return a token that whoever knows the house's own secret could make."""
    return signed(claims, OctKey.import_key(SECRET), "HS256")


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    app = oidc_provider_mock.app(require_nonce=True)
    app.before_request(provider.check_pkce)
    app.after_request(provider.forge_token)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
