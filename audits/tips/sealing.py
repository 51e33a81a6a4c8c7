"""Sealing what an internal report says: the database alone gives nothing of it away."""

from records import sealing

PURPOSE = b"bihuan internal report"


def seal(text: str) -> str:
    """Return a text as only this installation can read it; the key never lies in the database."""
    return sealing.seal(text, PURPOSE)


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises cryptography.fernet.InvalidToken if it was tampered with."""
    return sealing.unseal(sealed, PURPOSE)
