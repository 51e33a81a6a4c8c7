"""The settler of money: proposes what the verdict charges, and reverses what it no longer does.

Exactly once: what is in the ledger and not reversed is compared with what the verdict charges, under
the case's lock; the database refuses the second proposal of the same offence and the second end.
"""

from collections.abc import Iterable
from datetime import datetime

from complaints.models import CaseEvent, Complaint
from notices.settle import tell
from penalties.holders import concerned, recorded
from penalties.items import Item, State
from penalties.ledger import Ledger
from penalties.models import Entry, Kind
from regulations import bindings
from regulations.engine.charges import Charge, charges
from regulations.engine.verdict import Verdict

# The reason of a reversal that nobody wrote: the record now says that it never happened.
UNTRUE = {"code": "untrue"}


def settle(case: Complaint, before: Verdict | None, after: Verdict, now: datetime) -> None:
    """Write what differs between the ledger and the verdict; imported history is charged nothing."""
    if case.origin == Complaint.Origin.IMPORTED:
        return
    if (before.penalties if before else ()) == after.penalties:
        return
    ledger = Ledger(case, now)
    wanted = {charge.identity: charge for charge in charges(after.penalties)}
    standing = live(ledger.items)
    for identity, item in standing.items():
        charge = wanted.get(identity)
        if charge is None or price(item.root) != asked(charge):
            _reverse(ledger, item)
        else:
            del wanted[identity]
    if wanted:
        _propose(ledger, wanted.values())


def live(items: Iterable[Item]) -> dict[tuple, Item]:
    """Return the items that are not reversed, by the name of their offence."""
    return {item.root.identity: item for item in items if item.state != State.REVERSED}


def price(entry: Entry) -> tuple:
    """Return what a proposal asks for, as `asked` does for a charge."""
    return entry.amount, entry.low, entry.high, entry.sanction, tuple(entry.source)


def asked(charge: Charge) -> tuple:
    """Return what a charge asks for."""
    low, high = charge.range or (None, None)
    return charge.amount, low, high, charge.sanction or "", charge.source


def _reverse(ledger: Ledger, item: Item) -> None:
    if item.state != State.WAIVED:  # what is waived costs nothing already
        ledger.append(Kind.REVERSED, item=item, amount=-item.balance, reason=UNTRUE)


def _propose(ledger: Ledger, wanted: Iterable[Charge]) -> None:
    case = ledger.case
    events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    rounds = [item.root.identity for item in ledger.items]
    for charge in wanted:
        who, act = concerned(case, charge, events), recorded(charge, events)
        amount, low, high, sanction, source = asked(charge)
        entry = ledger.append(
            Kind.PROPOSED,
            key=charge.key,
            offence=charge.offence,
            rule=charge.rule,
            cycle=charge.cycle,
            day=charge.day,
            round=rounds.count(charge.identity) + 1,
            subject=charge.subject,
            source=list(source),
            pack=case.version.pack.reference,
            clock=charge.clock or "",
            event=act.seq if act else _overdue(charge, events),
            incurred_at=charge.at,
            told=case.event_count,
            amount=amount,
            low=low,
            high=high,
            sanction=sanction,
            person_id=who.person,
            department_id=who.department,
            actor=act.actor if act else None,
        )
        _ask(ledger, entry)


def _ask(ledger: Ledger, entry: Entry) -> None:
    """Give the decision to the post that the clause names for it."""
    version = ledger.case.version
    rule = next(rule for rule in version.pack.penalties if rule.id == entry.rule)
    if rule.decided_by is None:
        return
    data = {"item": entry.pk, "source": list(entry.source)}
    for person in bindings.people(version, rule.decided_by, entry.department_id, ledger.now):
        tell(ledger.case, person.pk, f"decide:{entry.pk}", "decision", data, ledger.now)


def _overdue(charge: Charge, events: Iterable[CaseEvent]) -> int | None:
    """Return the number of the event that says that the charge's clock ran out, the last one."""
    found = [
        event.seq
        for event in events
        if event.kind == "derived.overdue" and event.data.get("subject") == charge.clock
    ]
    return found[-1] if found else None
