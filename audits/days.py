"""The root of a day: what is sent elsewhere, small enough to be printed, and checked with the public key alone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Max, Min
from django.db.models.functions import TruncDate
from django.utils.timezone import get_current_timezone, localdate

from audits import keys
from audits.models import Anchor
from records import chain, merkle


def signed_root(day: date | None = None) -> dict[str, Any]:
    """Return the signed root over a local day's anchors, the newest anchor's day by default.

    `head` is the last anchor's hash, by which all anchors before it are fixed too. Raises
    LookupError for a day without anchors.
    """
    if day is None:
        newest = Anchor.objects.first()
        day = localdate(newest.at) if newest else None
    rows = list(Anchor.objects.filter(at__date=day).order_by("seq"))
    if not rows:
        raise LookupError(day)
    body = {
        "day": str(day),
        "first": rows[0].seq,
        "last": rows[-1].seq,
        "root": root(row.hash for row in rows),
        "head": rows[-1].hash,
        "totals": rows[-1].totals,
    }
    return {
        "body": body,
        "key": rows[-1].key,
        "signature": keys.sign(keys.DAY_DOMAIN + chain.canonical(body)),
    }


def newest(count: int) -> list[dict[str, Any]]:
    """Return the newest days that have anchors: `day`, its `first` and `last` anchor."""
    local = TruncDate("at", tzinfo=get_current_timezone())
    rows = Anchor.objects.order_by().annotate(day=local).values("day")
    return list(rows.annotate(first=Min("seq"), last=Max("seq")).order_by("-day")[:count])


def is_signed(told: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Say whether a day's root was signed with a key and is as it was then."""
    message = keys.DAY_DOMAIN + chain.canonical(told["body"])
    return keys.is_signed(key, message, told["signature"])


def faults(told: Mapping[str, Any]) -> Iterable[str]:
    """Yield what differs between a day's root from elsewhere and the anchors that are stored now."""
    body = told["body"]
    rows = Anchor.objects.filter(seq__gte=body["first"], seq__lte=body["last"]).order_by("seq")
    hashes = list(rows.values_list("hash", flat=True))
    if len(hashes) != body["last"] - body["first"] + 1:
        yield f"anchors {body['first']}–{body['last']} are not all there"
    elif (root(hashes), hashes[-1]) != (body["root"], body["head"]):
        yield f"anchors {body['first']}–{body['last']} are not those of {body['day']}"


def root(hashes: Iterable[str]) -> str:
    """Return the root over anchors, given by their hashes in order."""
    return merkle.root(merkle.leaf({"anchor": one}) for one in hashes)
