"""Finding cases by any two or more characters of number, name, phone or text."""

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from complaints.models import Complaint, Particulars

SHORTEST = 2


def matching(cases: QuerySet[Complaint], query: str) -> QuerySet[Complaint]:
    """Return the cases that hold every word of `query`; words of one character are left out.

    The bigram index finds candidates, the comparison with the text makes the answer exact.
    """
    for word in query.lower().split():
        if len(word) < SHORTEST:
            continue
        found = Particulars.objects.filter(
            RawSQL("zh_bigrams(search_text) @@ zh_query(%s)", [word], BooleanField()),
            search_text__contains=word,
        )
        cases = cases.filter(pk__in=found.values("case"))
    return cases
