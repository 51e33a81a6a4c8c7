"""Every chain recomputed in one pass: rows come through a cursor of the server, memory stays flat.

Rows are read as tuples, moments as text in UTC; a row costs its reading and one hash.
"""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256

import orjson
from django.db import connection, transaction

from audits.difference import Difference
from records import chain

AT_ONCE = 5000
SORTED = orjson.OPT_SORT_KEYS

# One statement, so that a case and its events are of the same moment.
EVENTS = """
SELECT c.id, c.number, c.event_count, c.head_hash,
       e.id, e.seq, e.previous_hash, e.hash, e.kind, e.at::text, e.recorded_at::text, e.actor_id,
       e.post, e.state, e.data::text, e.once
FROM complaints_complaint AS c LEFT JOIN complaints_caseevent AS e ON e.case_id = c.id
{one} ORDER BY c.id, e.seq
"""
ORPHANS = """
SELECT e.case_id, e.seq FROM complaints_caseevent AS e
LEFT JOIN complaints_complaint AS c ON c.id = e.case_id WHERE c.id IS NULL ORDER BY 1, 2
"""
EVENT, COMPLAINT = "complaints_caseevent", "complaints_complaint"


def of_cases(case: int | None, advance: Callable[[int], object], bent: set[int]) -> Iterator:
    """Yield each event that does not fit its case's chain, and each case that ends elsewhere.

    `advance` is told how many events a case has; the ids of cases with a fault go into `bent`.
    `case` limits it to one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', 'UTC', true)")
        for rows in _by_case(_streamed(EVENTS, "WHERE c.id = %(case)s", case)):
            faults = list(_of_case(rows))
            if faults:
                bent.add(rows[0][0])
                yield from faults
            advance(len(rows))
    if case is None:
        yield from _orphans()


def _streamed(statement: str, one: str, case: int | None) -> Iterator[tuple]:
    """Yield the rows of a statement through a named cursor; inside a transaction."""
    connection.ensure_connection()
    with connection.connection.cursor("audits_chains") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement.format(one="" if case is None else one), {"case": case})
        yield from cursor


def _by_case(rows: Iterator[tuple]) -> Iterator[list[tuple]]:
    """Yield the rows of each case together; they come in that order."""
    some: list[tuple] = []
    for row in rows:
        if some and some[0][0] != row[0]:
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def _of_case(rows: list[tuple]) -> Iterator[Difference]:
    case, number, count, head = rows[0][:4]
    number = number or f"#{case}"
    expected, place = chain.GENESIS, 0
    for row in rows if rows[0][4] is not None else ():
        pk, seq, previous, own = row[4:8]
        place += 1
        if seq != place:
            gap = _gap(place, seq)
            yield Difference(EVENT, f"{number}/{gap}", "missing from the chain")
            return
        if previous != expected:
            name = f"{number}/{seq} (id {pk})"
            yield Difference(EVENT, name, "does not follow the row before it")
        if not _holds(own, previous, row):
            name = f"{number}/{seq} (id {pk})"
            yield Difference(EVENT, name, "content does not match its hash")
        expected = own
    if (count, head) != (place, expected):
        yield Difference(COMPLAINT, number, "does not end where its chain ends")


def _holds(own: str, previous: str, row: tuple) -> bool:
    """Say whether a row's hash is that of its content, however its numbers are written."""
    return own == _link(previous, event_text(row)) or own == _link(
        previous, event_text(row, exactly)
    )


def _link(previous: str, content: str) -> str:
    return sha256(f"{previous}\n{content}".encode()).hexdigest()


def _gap(place: int, seq: int) -> str:
    return f"{place}" if seq <= place + 1 else f"{place}–{seq - 1}"


def _orphans() -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        for case, seq in cursor.fetchall():
            yield Difference(EVENT, f"#{case}/{seq}", "its case is missing")


def quickly(text: str) -> str:
    """Return JSON as PostgreSQL writes it in its canonical form; a float may come out otherwise."""
    return text if text == "{}" else orjson.dumps(orjson.loads(text), option=SORTED).decode()


def exactly(text: str) -> str:
    """Return JSON in its canonical form, as it was hashed when it was written."""
    return chain.encoder.encode(json.loads(text))


def event_text(row: tuple, data_of: Callable[[str], str] = quickly) -> str:
    """Return what the hash of an event covers: chain.canonical of CaseEvent.content, as text.

    `data_of` writes the event's data in its canonical form. A test holds this and the model
    against each other for every kind of event.
    """
    case, seq, kind, at, recorded_at, actor, post, state, data, once = row[0], row[5], *row[8:]
    return (
        f'{{"actor":{"null" if actor is None else actor},"at":"{moment(at)}","case":{case},'
        f'"data":{data_of(data)},"kind":{_word(kind)},"once":{_word(once)},"post":{_word(post)},'
        f'"recorded_at":"{moment(recorded_at)}","seq":{seq},"state":{_word(state)}}}'
    )


@lru_cache(maxsize=4096)
def moment(text: str) -> str:
    """Return a moment that PostgreSQL wrote in UTC as `isoformat` writes it."""
    day, time = text[:10], text[11:-3]
    whole, dot, part = time.partition(".")
    return f"{day}T{whole}{dot}{part.ljust(6, '0') if dot else ''}+00:00"


@lru_cache(maxsize=4096)
def _word(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)
