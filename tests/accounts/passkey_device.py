"""A device with a passkey, in software: answers a page's options as a browser does, or dishonestly."""

import json
import os
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    """`origin` is where the page seems to be, `count` what the key has counted, `present` the touch."""

    origin: str = "http://localhost"
    host: str = "localhost"
    count: int = 0
    present: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(16))

    def differing(self, **changes) -> "Device":
        """Return the same device with another bent."""
        return replace(self, **changes)

    def made(self, options: str) -> str:
        """Return the browser's answer to options by which a key is made."""
        known = AttestedCredentialData.create(
            bytes(16), self.credential, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            sha256(self.host.encode()), self._flags() | FLAG.AT, self.count, known
        )
        asked = self._asked(options, CollectedClientData.TYPE.CREATE)
        return self._answer(
            clientDataJSON=asked, attestationObject=AttestationObject.create("none", data, {})
        )

    def signed(self, options: str) -> str:
        """Return the browser's answer to options by which a key signs."""
        data = AuthenticatorData.create(sha256(self.host.encode()), self._flags(), self.count)
        asked = self._asked(options, CollectedClientData.TYPE.GET)
        signature = self.key.sign(data + asked.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=asked, authenticatorData=data, signature=signature)

    def _flags(self) -> int:
        return FLAG.UP if self.present else 0

    def _asked(self, options: str, kind: str) -> CollectedClientData:
        challenge = websafe_decode(json.loads(options)["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **response: bytes) -> str:
        name = websafe_encode(self.credential)
        said = {part: websafe_encode(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
