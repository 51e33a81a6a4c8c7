"""Erasing what people wrote once its time is over, and again after a backup was restored."""

import logging
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, transaction

from archive import outside, retention
from complaints.attachments import keeping
from complaints.models import (
    ActDraft,
    Attachment,
    CaseText,
    Complaint,
    HandedIn,
    Hold,
    Particulars,
    RevealReason,
    SubjectRequest,
)
from penalties.models import EntryText
from records import clock

log = logging.getLogger(__name__)

BATCH = 200
# Every row that holds a person's values or somebody's words about them: values, salts and files.
ROWS = (CaseText, Attachment, EntryText, RevealReason, SubjectRequest, Hold, ActDraft, Particulars)


class NotErased(Exception):
    """The database keeps the case: by its period, or by a legal hold."""


def purge(batch: int = BATCH) -> int:
    """Erase what is due, each case in a transaction of its own; return how many cases.

    Goes on with the next one where the database refuses. May run twice at once.
    """
    wanted = retention.free(retention.due(Complaint.objects.all(), clock.now()))
    count = 0
    for pk in list(wanted.values_list("pk", flat=True)[:batch]):
        try:
            count += erase(pk)
        except NotErased:
            log.exception("case %s was not erased", pk)
    return count


def forget_handed_in() -> int:
    """Forget what was handed in and never registered, after the time of a case; return how many rows."""
    now, count = clock.now(), 0
    for row in HandedIn.objects.filter(case=None).select_related("version__regulation"):
        months = retention.term_of(row.version.pack).months
        if retention.kept_until(row.at, months) <= now:
            count += HandedIn.objects.filter(pk=row.pk, case=None).delete()[0]
    return count


def erase(pk: int, *, listed: bool = False) -> bool:
    """Erase what people wrote of a case; its events stay. Return False where nothing was left.

    The list outside is written before the transaction ends, unless the case is `listed`: what it
    names is due in any case. Raises NotErased.
    """
    try:
        with transaction.atomic():
            case = Complaint.objects.select_for_update().get(pk=pk)
            keys = list(Attachment.objects.filter(case=case).values_list("key", flat=True))
            gone = sum(rows.objects.filter(case=case).delete()[0] for rows in ROWS)
            if not gone:
                return False
            if not listed:
                outside.append(case, clock.now())
            transaction.on_commit(lambda: _remove(keys))
    except DatabaseError as refused:
        raise NotErased(str(refused).partition("\n")[0]) from refused
    return True


def reapply(file: Path) -> Iterator[tuple[str, str]]:
    """Erase again what a list names; yield (number, what came of it) for each of its lines.

    For a database restored from a backup that is older than the list. What came of it is `erased`,
    `gone`, `unknown`, or why the database keeps it.
    """
    for line in list(outside.lines(file)):
        case = Complaint.objects.filter(number=line.number).first()
        if case is None or outside.first_hash(case) != line.first:
            yield line.number, "unknown"
            continue
        try:
            yield line.number, "erased" if erase(case.pk, listed=True) else "gone"
        except NotErased as kept:
            yield line.number, str(kept)


def _remove(keys: list[str]) -> None:
    """Take files away; one that stays behind goes with the next sweep of leftovers."""
    for key in keys:
        keeping.remove(key)
