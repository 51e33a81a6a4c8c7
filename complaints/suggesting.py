"""What the registration page can say while somebody types: earlier and similar cases, a category.

Everything is looked for among the cases that the person may see, and among a bounded number of them,
so that it costs the same with a thousand cases as with a million.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localtime

from accounts import access
from accounts.actors import Actor
from complaints.lifecycle import OPEN
from complaints.models import Complaint, ComplaintQuerySet, Particulars
from complaints.search import holding
from regulations.engine.calendar import official
from regulations.engine.pack import Category, Pack
from regulations.engine.periods import Period, deadline
from regulations.models import RegulationVersion

RECENT = 200
MOST = 5
# Fields that name a thing of which there is a register, by their keys in every pack.
REGISTERS = ("plate", "order_number", "staff_number")
# A shorter number or name is still being typed.
SHORTEST = {"phone": 5, "name": 2}
TOLD = ("case", "name", "phone", "subject", "description", "more")
# From this share of common pairs of characters on, two texts are taken to speak of one matter.
ALIKE = 0.3
# 二次投诉 (AIR-04): the same event again within three months of the earlier complaint's receipt.
REPEAT = Period("months", 3)


@dataclass(frozen=True)
class Near:
    """A case beside the one that is typed: how alike the texts are (0 to 1), how recent it is."""

    case: Complaint
    alike: float = 0.0
    repeat: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A category with what speaks for it: words of the regulation, or so many cases like this."""

    category: Category
    words: tuple[str, ...]
    cases: int


def is_repeat(earlier: datetime, received: datetime) -> bool:
    """Say whether a complaint comes within three months of an earlier one (rule 6: 24:00)."""
    return earlier <= received <= deadline(REPEAT, localtime(earlier), official()).due


def earlier(actor: Actor, entered: dict[str, str], received: datetime) -> list[Near]:
    """Return the newest cases of the same telephone number, customer, vehicle or order.

    `entered` is what is typed so far, by the column of `Particulars` or the key of a register.
    """
    same = Q(pk=None)
    for name, shortest in SHORTEST.items():
        if len(entered.get(name, "")) >= shortest:
            same |= Q(**{name: entered[name]})
    for key in REGISTERS:
        if len(entered.get(key, "")) >= SHORTEST["phone"]:
            same |= holding(entered[key]) & Q(**{f"more__{key}": entered[key]})
    if not same.children[1:]:
        return []
    found = (
        Particulars.objects.filter(same)
        .order_by("-case_id")[: 4 * MOST]
        .values_list("case", flat=True)
    )
    cases = access.visible(actor, Complaint.objects.filter(pk__in=list(found)))
    newest = _briefly(cases)[:MOST]
    return [Near(case, repeat=is_repeat(case.received_at, received)) for case in newest]


def recent(actor: Actor, version: RegulationVersion, category: str) -> list[Complaint]:
    """Return the newest cases under a regulation, and the newest open ones of a category."""
    # Their ids, not a join: so that the rows come in the order of an index and the first suffice.
    versions = RegulationVersion.objects.filter(regulation=version.regulation_id)
    own = Complaint.objects.filter(version__in=list(versions.values_list("pk", flat=True)))
    cases = _briefly(access.visible(actor, own))
    rows = list(cases[:RECENT])
    if category:
        seen = {case.pk for case in rows}
        same = cases.filter(category=category, state__in=OPEN)[:RECENT]
        rows += [case for case in same if case.pk not in seen]
    return rows


def _briefly(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """Fetch what is compared and shown, newest first; a version's whole text is left where it is."""
    shown = ("number", "state", "grade", "category", "project", "received_at")
    # What access asks before it lets a customer's values be seen.
    shown += ("unit", "owner_department", "department", "handler", "registrar")
    shown += ("kept_out", "assisting")
    told = (f"particulars__{name}" for name in TOLD)
    return cases.select_related("particulars").only(*shown, *told).order_by("-pk")


def similar(rows: Iterable[Complaint], text: str, without: Iterable[int] = ()) -> list[Near]:
    """Return the open ones among these cases that speak of the same matter, the likest first."""
    pairs, left_out = pairs_of(text), set(without)
    open_rows = [case for case in rows if case.state in OPEN and case.pk not in left_out]
    near = [Near(case, alike(pairs, _text(case))) for case in open_rows]
    near = [one for one in near if one.alike >= ALIKE]
    return sorted(near, key=lambda one: (-one.alike, -one.case.pk))[:MOST]


def suggested(pack: Pack, rows: Iterable[Complaint], text: str) -> Suggestion | None:
    """Return the category that a text speaks for.

    Each word of the regulation that stands in it counts two, each case much like it one.
    """
    pairs = pairs_of(text)
    votes: dict[str, int] = {}
    for case in rows:
        if case.category and alike(pairs, _text(case)) >= ALIKE:
            votes[case.category] = votes.get(case.category, 0) + 1
    found = [
        Suggestion(one, tuple(word for word in _words(one) if word in text), votes.get(one.name, 0))
        for one in pack.categories
    ]
    best = max(found, key=lambda one: 2 * len(one.words) + one.cases, default=None)
    return best if best and (best.words or best.cases) else None


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text, white space left out."""
    close = "".join(text.lower().split())
    return frozenset(close[at : at + 2] for at in range(len(close) - 1))


def alike(pairs: frozenset[str], text: str) -> float:
    """Return the share of the shorter text's pairs that both have, 0 for next to no text."""
    others = pairs_of(text)
    shorter = min(len(pairs), len(others))
    return len(pairs & others) / shorter if shorter > 3 else 0.0


def _text(case: Complaint) -> str:
    return f"{case.told.subject}\n{case.told.description}"


def _words(category: Category) -> list[str]:
    names = (category.name, *category.aliases)
    whole = [part.removesuffix("类") for name in names for part in name.split("、")]
    return list(dict.fromkeys(word for word in (*whole, *category.examples) if len(word) > 1))
