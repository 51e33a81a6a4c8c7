"""The key that signs anchors: Ed25519, in a file that the database does not hold.

Beside the private key FILE lies FILE.pub, which is enough to check.
"""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

# What is signed begins so, and nothing else that the key signs does.
DOMAIN = b"bihuan anchor v1\n"
DAY_DOMAIN = b"bihuan day v1\n"


class NoKey(ImproperlyConfigured):
    """There is no usable key where the setting says."""


def create(path: Path) -> None:
    """Make a new pair of keys; a file that exists is kept. Only the owner may read the private one."""
    public = public_file(path)
    if path.exists() and public.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        secret = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret)
    public.write_bytes(
        _private(path).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def public_file(path: Path) -> Path:
    return path.with_name(path.name + ".pub")


def required() -> Path:
    """Return the file that settings name. Raises NoKey where they name none."""
    if not settings.ANCHOR_KEY_FILE:
        raise NoKey(
            _(
                "没有设置 ANCHOR_KEY_FILE：存证锚点须用数据库之外的密钥签名。"
                "请运行 manage.py anchor --new-key FILE 生成密钥，并在 ANCHOR_KEY_FILE 中写明该文件。"
            )
        )
    return Path(settings.ANCHOR_KEY_FILE)


def require(*, private: bool) -> None:
    """Raise NoKey where this process lacks the key that it needs: to sign, or to check."""
    _private(required()) if private else public_key()


def sign(message: bytes) -> str:
    """Return the signature of a message in hex."""
    return _private(required()).sign(message).hex()


def public_key(path: Path | None = None) -> Ed25519PublicKey:
    """Return the key that checks, the installation's own by default. Raises NoKey."""
    path = path or public_file(required())
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise NoKey(_unusable(path)) from problem
    if not isinstance(key, Ed25519PublicKey):
        raise NoKey(_unusable(path))
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return how a key is called: the first 16 digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def is_signed(key: Ed25519PublicKey, message: bytes, signature: str) -> bool:
    """Say whether a signature in hex is the key's for this message."""
    try:
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as problem:
        raise NoKey(_unusable(path)) from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(_unusable(path))
    return key


def _unusable(path: Path) -> str:
    return _("存证密钥 %(path)s 不能使用：须为 Ed25519 的 PEM 文件，且本进程可以读取。") % {
        "path": path
    }
