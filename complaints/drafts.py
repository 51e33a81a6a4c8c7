"""Drafts of registrations: kept while somebody types, also when their session has run out.

A form carries a ticket, signed for its writer and its key. With it what is typed is kept though
nobody is signed in any more; it opens nothing. Drafts are read by their writer alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.http import QueryDict

from accounts.models import User
from complaints.models import Draft, Submission
from complaints.sealing import seal, unseal
from records import clock

# How long a draft waits for its writer, and a ticket is good for.
LASTS = timedelta(days=7)
TICKET_LASTS = timedelta(days=1)
TICKET = "ticket"
SALT = "complaints.drafts"
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "key", TICKET})


@dataclass(frozen=True)
class Typed:
    """A draft as its writer finds it again: `entered` is what the form held."""

    key: UUID
    at: datetime
    entered: QueryDict


def ticket(writer: User, key: UUID, *place: str) -> str:
    """Return what lets a form be kept for its writer when they are not signed in any more.

    `place` is the case and the act that the form is of, nothing for a registration.
    """
    return signing.dumps([writer.pk, str(key), *place], salt=SALT)


def holder(sent: str, key: UUID, *place: str) -> int | None:
    """Return whose ticket this is, None for one that is forged, too old or of another form."""
    try:
        writer, *of = signing.loads(sent, salt=SALT, max_age=TICKET_LASTS)
    except signing.BadSignature:
        return None
    return writer if of == [str(key), *place] else None


def keep(writer: int, key: UUID, entered: QueryDict) -> None:
    """Keep what somebody has typed so far; a form that was sent already leaves no draft."""
    if Submission.objects.filter(key=key).exists():
        return
    values = {name: entered.getlist(name) for name in entered if name not in NOT_TYPED}
    row = {"sealed": seal(values), "at": clock.now()}
    if not Draft.objects.filter(key=key, writer=writer).update(**row):
        Draft.objects.bulk_create([Draft(key=key, writer_id=writer, **row)], ignore_conflicts=True)


def of(writer: User) -> list[Typed]:
    """Return somebody's drafts, the newest first, without those whose form has been sent."""
    rows = Draft.objects.filter(writer=writer, at__gt=clock.now() - LASTS).order_by("-at")
    rows = rows.exclude(key__in=Submission.objects.filter(actor=writer).values("key"))
    found = ((row, unseal(row.sealed)) for row in rows)
    return [Typed(row.key, row.at, query_of(values)) for row, values in found if values is not None]


def drop(writer: User, key: UUID) -> None:
    """Forget a draft."""
    Draft.objects.filter(writer=writer, key=key).delete()


def drop_old() -> int:
    """Forget the drafts that nobody came back for; return how many."""
    return Draft.objects.filter(at__lte=clock.now() - LASTS).delete()[0]


def query_of(values: dict[str, list[str]]) -> QueryDict:
    """Return a draft's values as a form reads them."""
    query = QueryDict(mutable=True)
    for name, several in values.items():
        query.setlist(name, several)
    return query
