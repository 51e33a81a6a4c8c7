"""What a regulation asks of its audits: the quarterly share, the yearly audit, and their clauses."""

from decimal import Decimal

from django.conf import settings

from regulations.engine.pack import Pack
from regulations.engine.terms import Periodic
from regulations.engine.verdict import Source

SAMPLE, SPECIAL = "audit_sample", "special_audit"


def duty(pack: Pack, key: str) -> Periodic | None:
    """Return what a pack asks for under a key, None where its text says nothing of it."""
    return next((row for row in pack.periodic if row.key == key), None)


def least_share(pack: Pack) -> Decimal:
    """Return the share that a plan must not go below: the clause's, else the house's own setting."""
    own = duty(pack, SAMPLE)
    return own.share if own and own.share is not None else settings.AUDIT_SHARE


def audit_source(pack: Pack) -> Source:
    """Return the clauses that speak of audits, where a line of a checklist has none of its own."""
    own = duty(pack, SAMPLE)
    if own:
        return own.source
    return tuple(key for key, fact in pack.facts.items() if fact.kind == "audit")
