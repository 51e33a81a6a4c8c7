"""Why the embedded servers or the demo cannot start, in words for the person at the terminal."""

from typing import Any


class Refused(Exception):
    """Carries a lazy message and its values, since settings may not be loaded yet."""

    def __init__(self, message: Any, **values: object):
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return str(self.message) % self.values if self.values else str(self.message)


def spoken(refused: Refused) -> str:
    """Return the message, translated; loads Django first, whose catalogues need its apps."""
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    return str(refused)
