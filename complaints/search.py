"""Finding cases by any two or more characters of number, name, phone, text, product or department."""

from datetime import timedelta
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Department, User
from complaints.models import Complaint, Particulars, Search
from complaints.sealing import seal, unseal
from records import clock

SHORTEST = 2
LONGEST = 100
# How long the address of a result leads to it.
LASTS = timedelta(days=1)
# A word that stands in so many of the newest cases is compared without the index.
NEWEST = 300
COMMON = 6


def keep(person: User, text: str) -> UUID:
    """Keep what somebody looks for; return what stands for it in an address."""
    row = Search.objects.create(person=person, sealed=seal(text[:LONGEST]), at=clock.now())
    return row.token


def text_of(person: User, token: UUID | None) -> str:
    """Return what somebody looked for, empty for another person's search or one of yesterday."""
    if token is None:
        return ""
    row = Search.objects.filter(token=token, person=person, at__gt=clock.now() - LASTS).first()
    return (unseal(row.sealed) if row else None) or ""


def forget() -> int:
    """Forget the searches of yesterday; return how many."""
    return Search.objects.filter(at__lte=clock.now() - LASTS).delete()[0]


def words_of(query: str) -> list[str]:
    """Return the words that are looked for; those of one character are left out."""
    return [word for word in query.lower().split() if len(word) >= SHORTEST]


def matching(cases: QuerySet[Complaint], query: str) -> QuerySet[Complaint]:
    """Return the cases that hold every word of `query`, in their own text or as their department.

    The bigram index finds candidates, the comparison with the text makes the answer exact. A word
    that stands in many cases is compared alone: a page of it is soon together, newest first, while
    the index would name a large part of all cases.
    """
    words = words_of(query)
    places = _places() if words else {}
    for word in words:
        found = _holding(word)
        if named := [pk for pk, name in places.items() if word in name]:
            found |= Q(department__in=named)
        cases = cases.filter(found)
    return cases


def _holding(word: str) -> Q:
    if is_common(word):
        return Q(particulars__search_text__contains=word)
    return Q(pk__in=Particulars.objects.filter(holding(word)).values("case"))


def holding(word: str) -> Q:
    """Return the condition of `Particulars` that a word stands in their text, by the index."""
    word = word.lower()
    by_pairs = RawSQL("zh_bigrams(search_text) @@ zh_query(%s)", [word], BooleanField())
    return Q(by_pairs) & Q(search_text__contains=word)


def is_common(word: str) -> bool:
    """Say whether a word stands in two of a hundred of the newest cases, or more."""
    newest = Particulars.objects.order_by("-pk").values("pk")[:NEWEST]
    return Particulars.objects.filter(pk__in=newest, search_text__contains=word).count() >= COMMON


def _places() -> dict[int, str]:
    """Return the names of all departments, with their other names, by id."""
    rows = Department.objects.values_list("pk", "name", "aliases")
    return {pk: "\n".join((name, *aliases)).lower() for pk, name, aliases in rows}
