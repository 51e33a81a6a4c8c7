"""The settler of money: proposes what the verdict charges, and reverses what it no longer does.

Exactly once: what is in the ledger and not reversed is compared with what the verdict charges, under
the case's lock; the database refuses the second proposal of the same offence and the second end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from accounts.roster import Roster
from complaints.models import CaseEvent, Complaint
from complaints.pipeline import Passage
from notices.settle import News, put
from penalties.holders import concerned, recorded
from penalties.items import Item, State
from penalties.ledger import Ledger, ledgers, store
from penalties.models import Entry, Kind
from regulations import bindings
from regulations.engine.charges import Charge, charges

# The reason of a reversal that nobody wrote: the record now says that it never happened.
UNTRUE = {"code": "untrue"}


def settle(passages: Sequence[Passage]) -> None:
    """Write what differs between ledgers and verdicts; imported history is charged nothing."""
    changed = [one for one in passages if _differs(one)]
    if not changed:
        return
    roster = changed[0].roster
    by_case = ledgers([one.case for one in changed], roster.now)
    drafted = [_draft(one, by_case[one.case.pk], roster) for one in changed]
    store(by_case.values())
    proposed = [entry for new in drafted for entry in new]
    put([(one.case, news) for one in proposed for news in _ask(one, roster)], roster.now)


def _differs(passage: Passage) -> bool:
    if passage.case.origin == Complaint.Origin.IMPORTED:
        return False
    before = passage.before.penalties if passage.before else ()
    return before != passage.verdict.penalties


def _draft(passage: Passage, ledger: Ledger, roster: Roster) -> list[Entry]:
    """Draft what one case's ledger lacks; return the new proposals."""
    wanted = {charge.identity: charge for charge in charges(passage.verdict.penalties)}
    for identity, item in live(ledger.items).items():
        charge = wanted.get(identity)
        if charge is None or price(item.root) != asked(charge):
            _reverse(ledger, item)
        else:
            del wanted[identity]
    return _propose(passage, ledger, wanted.values(), roster)


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
        ledger.draft(Kind.REVERSED, item=item, amount=-item.balance, reason=UNTRUE)


def _propose(
    passage: Passage, ledger: Ledger, wanted: Iterable[Charge], roster: Roster
) -> list[Entry]:
    case, events = passage.case, passage.events
    rounds = Counter(item.root.identity for item in ledger.items)
    proposed = []
    for charge in wanted:
        who, act = concerned(case, charge, events, roster), recorded(charge, events)
        amount, low, high, sanction, source = asked(charge)
        entry = ledger.draft(
            Kind.PROPOSED,
            key=charge.key,
            offence=charge.offence,
            rule=charge.rule,
            cycle=charge.cycle,
            day=charge.day,
            round=rounds[charge.identity] + 1,
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
            actor_id=act.actor_id if act else None,
        )
        proposed.append(entry)
    return proposed


def _ask(entry: Entry, roster: Roster) -> Iterator[News]:
    """Give the decision to the post that the clause names for it."""
    version = entry.case.version
    rule = next(rule for rule in version.pack.penalties if rule.id == entry.rule)
    if rule.decided_by is None:
        return
    data = {"item": entry.pk, "source": list(entry.source)}
    people = bindings.people(version, rule.decided_by, entry.department_id, roster)
    yield News(f"decide:{entry.pk}", "decision", people, data)


def _overdue(charge: Charge, events: Iterable[CaseEvent]) -> int | None:
    """Return the number of the event that says that the charge's clock ran out, the last one."""
    found = [
        event.seq
        for event in events
        if event.kind == "derived.overdue" and event.data.get("subject") == charge.clock
    ]
    return found[-1] if found else None
