"""The code by which whoever reported asks how it stands; the database keeps its digest alone."""

import hashlib
import secrets

# Without letters and digits that look alike; 20 of them are a hundred bits, beyond guessing.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, LENGTH = 4, 5


def new() -> str:
    """Return a new code, in groups that can be written down."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def digest(code: str) -> str:
    """Return what is kept of a code; how it is spaced or written makes no difference."""
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return hashlib.sha256(f"bihuan tip {plain}".encode()).hexdigest()
