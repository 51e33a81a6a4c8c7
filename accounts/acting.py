"""Telling the database who acts, so that the chain of changes can say it (see accounts/change_chain.py)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

TELL = "SELECT " + ", ".join(
    f"set_config('bihuan.{name}', %s, false)" for name in ("actor", "name", "role", "address")
)
NOBODY = ("", "", "", "")


@contextmanager
def acting(user, address: str = "") -> Iterator[None]:
    """Let what is written inside the block be recorded as this person's; `user` is signed in.

    Two queries. The connection is given up where it cannot be told that the person is gone.
    """
    roles = ",".join(sorted(user.actor.roles))
    _tell(str(user.pk), user.name, roles, address)
    try:
        yield
    finally:
        try:
            if connection.connection is not None:
                _tell(*NOBODY)
        except DatabaseError:
            connection.close()


def _tell(*said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, said)
