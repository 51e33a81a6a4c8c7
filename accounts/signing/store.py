"""Sessions in the database, each with its person beside it."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        from accounts.models import Session

        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        row.person = int(person) if person else None
        row.begun_at, row.seen_at = (_moment(data.get(name)) for name in ("begun", "seen"))
        row.address, row.agent = data.get("address", ""), data.get("agent", "")
        return row


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
