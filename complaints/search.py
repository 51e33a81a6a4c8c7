"""Finding cases by any two or more characters of number, name, phone, text, product or department."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from operator import and_
from uuid import UUID

from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Department, User
from complaints.models import Complaint, Particulars, Search
from complaints.sealing import seal, unseal
from records import clock

SHORTEST = 2
LONGEST = 100
# How long the address of a result leads to it.
LASTS = timedelta(days=1)
# Words that stand in so large a share of cases, by a sample of so many, are compared without the index.
SAMPLE = 300
COMMON = 0.02


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

    The bigram index finds candidates for all words together, the comparison with the text makes the
    answer exact. Words that stand together in many cases are compared alone: a page of them is soon
    together, newest first, while the index would name a large part of all cases.
    """
    words = words_of(query)
    places = _places() if words else {}
    named = {word: [pk for pk, name in places.items() if word in name] for word in words}
    plain = [word for word in words if not named[word]]
    if plain:
        cases = cases.filter(_holding(plain))
    for word in words:
        if named[word]:
            cases = cases.filter(_holding([word]) | Q(department__in=named[word]))
    return cases


def _holding(words: Sequence[str]) -> Q:
    """Return the condition of cases that some words stand together in their text."""
    if is_common(words):
        return reduce(and_, (Q(particulars__search_text__contains=word) for word in words))
    every = reduce(and_, (holding(word) for word in words))
    return Q(pk__in=Particulars.objects.filter(every).values("case"))


def holding(word: str) -> Q:
    """Return the condition of `Particulars` that a word stands in their text, by the index."""
    word = word.lower()
    by_pairs = RawSQL("zh_bigrams(search_text) @@ zh_query(%s)", [word], BooleanField())
    return Q(by_pairs) & Q(search_text__contains=word)


def is_common(words: Sequence[str]) -> bool:
    """Say whether some words stand together in two of a hundred cases or more, by a sample of them.

    The sample is taken all over the years: what fills the newest cases may be rare in all.
    """
    newest = Particulars.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    sample = range(newest, 0, -max(1, newest // SAMPLE))
    together = reduce(and_, (Q(search_text__contains=word) for word in words))
    counted = Particulars.objects.filter(pk__in=list(sample)).aggregate(
        every=Count("pk"), holding=Count("pk", filter=together)
    )
    return counted["holding"] > counted["every"] * COMMON


def _places() -> dict[int, str]:
    """Return the names of all departments, with their other names, by id."""
    rows = Department.objects.values_list("pk", "name", "aliases")
    return {pk: "\n".join((name, *aliases)).lower() for pk, name, aliases in rows}
