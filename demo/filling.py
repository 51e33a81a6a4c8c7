"""Many cases for measuring: copies of cases that the pipeline made, with ids and chains of their own.

A copy is what the record would be if the same had happened to somebody else: new ids, number, name and
phone, and with them a new chain of hashes; `manage.py verify` finds nothing on it. Notices are not
copied: whoever was told has been told.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import cycle, islice
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from complaints.models import AwaitedSignature, CaseEvent, CaseText, Complaint, Particulars, Plan
from penalties.models import Entry, EntryText, LedgerHead
from penalties.models import Kind as EntryKind
from records import chain
from sla.models import Clock

CHUNK = 1000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "文博",
    "雨桐",
    "海燕",
    "国栋",
    "晓梅",
    "振宇",
    "玉兰",
    "一鸣",
)

# Tables in the order in which they are filled. Those whose ids are named elsewhere get them here;
# the others take their sequence's.
NAMED = (Complaint, CaseText, Entry, EntryText)
TABLES = (
    Complaint,
    Particulars,
    CaseText,
    Plan,
    CaseEvent,
    Clock,
    AwaitedSignature,
    EntryText,
    Entry,
    LedgerHead,
)
# Chained tables: rows in this order carry the hash of the one before.
CHAINED = {CaseEvent: "event-hash", Entry: "entry-hash"}

# An id inside a JSON text or a hashed content is first written as this number plus the id.
MARK = 7_000_000_000_000_000_000
SLOT = "\x00"


class Form:
    """A text with slots: `fill` puts the values in, by the slots' names."""

    def __init__(self, text: str):
        self.parts = text.split(SLOT)
        self.names = self.parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        parts = self.parts.copy()
        parts[1::2] = [values[name] for name in self.names]
        return "".join(parts)


@dataclass
class Mold:
    """One case, ready to be copied."""

    case: Complaint
    particulars: Particulars
    rows: dict[type[models.Model], list[Form]]
    chains: dict[type[models.Model], list[Form]]
    ids: dict[type[models.Model], list[int]]


def fill(cases: Sequence[Complaint], copies: int, tell: Callable[[int], None] = print) -> None:
    """Store `copies` copies of some cases in turn; `tell` hears how many there are so far."""
    molds = cycle([mold(case) for case in cases])
    serial = Complaint.objects.count()
    for done in range(0, copies, CHUNK):
        some = list(islice(molds, min(CHUNK, copies - done)))
        _store(some, serial + done)
        tell(done + len(some))


def moldable() -> models.QuerySet[Complaint]:
    """Return the cases that can be copied: a closed month names its postings one by one."""
    posted = Entry.objects.filter(kind=EntryKind.POSTED).values("case")
    return Complaint.objects.exclude(pk__in=posted).order_by("pk")


def mold(case: Complaint) -> Mold:
    """Read a case with everything that belongs to it."""
    rows, ids = {}, {}
    for model in TABLES:
        kept = _of_case(model, case)
        ids[model] = list(kept.values_list("pk", flat=True))
        rows[model] = list(_forms(model, kept))
    chains = {
        CaseEvent: [_content(one.content()) for one in case.events.order_by("seq")],
        Entry: [_content(one.content()) for one in Entry.objects.filter(case=case).order_by("seq")],
    }
    return Mold(case, Particulars.objects.get(case=case), rows, chains, ids)


def _of_case(model: type[models.Model], case: Complaint) -> models.QuerySet:
    if model is Complaint:
        return model.objects.filter(pk=case.pk)
    return model.objects.filter(case=case).order_by("seq" if model in CHAINED else "pk")


def _columns(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [one.column for one in fields if model in NAMED or not one.primary_key]


def _forms(model: type[models.Model], kept: models.QuerySet) -> Iterator[Form]:
    """Yield a case's rows of one table as lines of COPY, with slots for what differs."""
    names = _columns(model)
    query = sql.SQL("COPY (SELECT {} FROM {} WHERE id = {}) TO STDOUT")
    for pk in kept.values_list("pk", flat=True):
        with connection.cursor() as cursor:
            statement = query.format(
                sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.Identifier(model._meta.db_table),
                sql.Literal(pk),
            )
            with cursor.copy(statement) as copy:
                line = b"".join(bytes(part) for part in copy).decode().rstrip("\n")
        values = dict(zip(names, line.split("\t"), strict=True))
        yield Form(
            "\t".join(_slotted(model, name, value, values) for name, value in values.items())
        )


def _slotted(model: type[models.Model], name: str, value: str, row: Mapping[str, str]) -> str:
    """Return a column's text with slots in place of what differs from copy to copy."""
    own = model._meta.model_name
    place = CHAINED.get(model)
    match model._meta.model_name, name:
        case "complaint", "id":
            return _slot("case")
        case _, "case_id":
            return _slot("case")
        case (("casetext" | "entrytext" | "entry"), "id"):
            return _slot(f"{own}:{value}")
        case "complaint", ("number" | "head_hash"):
            return _slot(name)
        case "particulars", ("name" | "phone" | "search_text"):
            return _slot(name)
        case "plan", "measures_id":
            return _slot(f"casetext:{value}")
        case "entry", "item_id" if value != r"\N":
            return _slot(f"entry:{value}")
        case "ledgerhead", "hash":
            return _slot("ledger_hash")
        case _, "hash" if place:
            return _slot(f"{place}:{row['seq']}")
        case _, "previous_hash" if place:
            return _slot(f"{place}:{int(row['seq']) - 1}")
        case ("caseevent", "data") | ("entry", "reason"):
            text = "entrytext" if own == "entry" else "casetext"
            value = re.sub(r'"text": (\d+)', lambda m: f'"text": {_slot(f"{text}:{m[1]}")}', value)
            return _with_digest(value) if own == "caseevent" and row["seq"] == "1" else value
        case _:
            return value


def _slot(name: str) -> str:
    return f"{SLOT}{name}{SLOT}"


def _with_digest(text: str) -> str:
    """Give the first event's number and digest of the particulars a slot."""
    text = re.sub(r'("number": ?")[^"]+', rf"\g<1>{_slot('number')}", text)
    return re.sub(r'("particulars": ?\{"digest": ?")[0-9a-f]{64}', rf"\g<1>{_slot('digest')}", text)


def _content(content: dict[str, Any]) -> Form:
    """Return what a row's hash covers, with slots."""
    entry = "item_id" in content
    own = {"case_id": "case"} if entry else {"case": "case"}
    marked = content | {name: MARK for name in own}
    text = "entrytext" if entry else "casetext"
    if entry and content["item_id"] is not None:
        marked["item_id"] = MARK + content["item_id"]
    line = chain.canonical(marked).decode()
    line = re.sub(r'"text":(\d+)', lambda m: f'"text":{_slot(f"{text}:{m[1]}")}', line)
    line = line.replace(str(MARK), _slot("case"), 1)
    line = re.sub(
        rf'"item_id":({MARK // 10**12}\d{{12}})',
        lambda m: f'"item_id":{_slot(f"entry:{int(m[1]) - MARK}")}',
        line,
    )
    return Form(_with_digest(line) if content["seq"] == 1 and not entry else line)


@transaction.atomic
def _store(molds: Sequence[Mold], serial: int) -> None:
    """Store one copy of each of some molds."""
    ids = {model: _reserve(model, sum(len(m.ids[model]) for m in molds)) for model in NAMED}
    lines = defaultdict(StringIO)
    for place, one in enumerate(molds, start=serial):
        values = _values(one, place, ids)
        for model, forms in one.rows.items():
            for form in forms:
                lines[model].write(form.fill(values) + "\n")
    for model in TABLES:
        _copy(model, lines[model].getvalue())


def _values(mold: Mold, serial: int, ids: Mapping[type, Iterator[int]]) -> dict[str, str]:
    """Return what fills the slots of one copy."""
    values = {}
    for model in NAMED:
        for pk in mold.ids[model]:
            own = "case" if model is Complaint else f"{model._meta.model_name}:{pk}"
            values[own] = str(next(ids[model]))
    values["number"] = f"{mold.case.number}-{serial}"
    values |= _person(mold.particulars, values["number"], serial)
    for model, name in CHAINED.items():
        head = values[f"{name}:0"] = chain.GENESIS
        for seq, form in enumerate(mold.chains[model], start=1):
            line = f"{head}\n{form.fill(values)}"
            head = values[f"{name}:{seq}"] = hashlib.sha256(line.encode()).hexdigest()
        values["head_hash" if model is CaseEvent else "ledger_hash"] = head
    return values


def _person(told: Particulars, number: str, serial: int) -> dict[str, str]:
    """Return another complainant, with the digest that goes with the name and phone."""
    name = SURNAMES[serial % len(SURNAMES)] + GIVEN[serial // len(SURNAMES) % len(GIVEN)]
    kept = told.name, told.phone
    told.name, told.phone = name, f"139{serial % 10**8:08d}"
    digest, phone = told.digest(), told.phone
    told.name, told.phone = kept
    words = told.search_text.replace(kept[0].lower(), name).replace(kept[1].lower(), phone)
    return {
        "name": name,
        "phone": phone,
        "digest": digest,
        "search_text": f"{number.lower()}\\n{_escaped(words)}",
    }


def _escaped(text: str) -> str:
    """Return a text as COPY wants it."""
    for plain, escape in (("\\", r"\\"), ("\n", r"\n"), ("\t", r"\t"), ("\r", r"\r")):
        text = text.replace(plain, escape)
    return text


def _reserve(model: type[models.Model], count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return iter([pk for (pk,) in cursor.fetchall()])


def _copy(model: type[models.Model], lines: str) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, _columns(model))),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(lines)
