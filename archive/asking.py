"""What complainants ask about their own data: recorded with a deadline, restricting use, answered with reasons."""

from datetime import timedelta
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from archive.retention import kept_until, term_of
from complaints.attachments.storage import vault
from complaints.lifecycle import OPEN, Kind
from complaints.models import Complaint, SubjectRequest
from complaints.wording import moment_words
from records import clock
from regulations.engine.calendar import CalendarGap, official
from regulations.engine.periods import Period, deadline


class Refused(Exception):
    """Why a request cannot be recorded or answered so, in words."""


@transaction.atomic
def record(pk: int, *, actor: Actor, kind: str, check: str, words: str) -> SubjectRequest:
    """Record what a complainant asks. Who asks for erasure has the use of their values restricted at once.

    The regulation gives one working day for that, the answer has SUBJECT_REQUEST_DAYS. Raises Refused.
    """
    case, now = Complaint.objects.select_for_update().get(pk=pk), clock.now()
    if case.subject_requests.filter(kind=kind, answered_at=None).exists():
        raise Refused(_("同类请求尚未答复，请先答复。"))
    restricts = kind == SubjectRequest.Kind.ERASURE
    return SubjectRequest.objects.create(
        case=case,
        kind=kind,
        check_done=check,
        words=words,
        received_at=now,
        recorded_by=actor.user,
        due_at=_after("days", settings.SUBJECT_REQUEST_DAYS, now),
        restrict_by=_after("working_days", 1, now) if restricts else None,
        restricted_at=now if restricts else None,
    )


@transaction.atomic
def answer(pk: int, *, actor: Actor, answer: str, words: str) -> SubjectRequest:
    """Answer a request with its reasons. Raises Refused.

    Nothing can be erased before its time: such an answer could not be kept.
    """
    request = SubjectRequest.objects.select_for_update().get(pk=pk)
    if request.answered_at is not None:
        raise Refused(_("这项请求已经答复。"))
    erasure = request.kind == SubjectRequest.Kind.ERASURE
    if erasure and answer == SubjectRequest.Answer.GRANTED:
        raise Refused(_keeps(request.case))
    request.answer, request.answer_words = answer, words
    request.answered_at, request.answered_by = clock.now(), actor.user
    request.save(update_fields=["answer", "answer_words", "answered_at", "answered_by"])
    return request


def write_copy(case: Complaint, file: IO[bytes]) -> None:
    """Write a copy of everything that is held of a case's complainant as a zip: texts, requests, files."""
    with ZipFile(file, "w", ZIP_DEFLATED) as pack:
        pack.writestr(_("个人信息副本.txt"), "\n".join(_lines(case)) + "\n")
        for row in case.attachments.of_case().order_by("pk"):
            with vault().open(row.shown_key) as kept:
                pack.writestr(f"{row.pk}_{row.name}", kept.read())


def _lines(case: Complaint):
    yield _("投诉编号：%(number)s") % {"number": case.number}
    yield _("收到时间：%(at)s") % {"at": moment_words(case.received_at)}
    for field in case.version.pack.intake:
        value = case.told.value(field.key)
        if value not in (None, ""):
            yield f"{field.label}：{value}"
    yield ""
    bodies = dict(case.texts.values_list("pk", "body"))
    for event in case.events.order_by("seq"):
        title = str(Kind(event.kind).label) if event.kind in Kind.values else ""
        for value in event.data.values():
            if title and isinstance(value, dict) and value.get("text") in bodies:
                yield f"{moment_words(event.at)} {title}：{bodies[value['text']]}"
    yield ""
    for row in case.attachments.of_case().order_by("pk"):
        yield _("附件：%(name)s（%(at)s）") % {
            "name": row.name,
            "at": moment_words(row.uploaded_at),
        }
    for one in case.subject_requests.order_by("pk"):
        yield _("请求：%(kind)s，%(at)s；答复：%(answer)s") % {
            "kind": one.get_kind_display(),
            "at": moment_words(one.received_at),
            "answer": one.answer_words or _("尚未答复"),
        }


def _keeps(case: Complaint) -> str:
    term = term_of(case.version.pack)
    if case.state in OPEN:
        return _("案件尚未结束，不能删除；可部分同意（限制使用）或不同意。")
    until = kept_until(case.ended_at, term.months)
    return _("保存至%(until)s（%(basis)s），此前不能删除；可部分同意（限制使用）或不同意。") % {
        "until": f"{localtime(until):%Y-%m-%d}",
        "basis": term.basis,
    }


def _after(unit: str, count: int, now):
    try:
        return deadline(Period(unit, count), localtime(now), official()).due
    except CalendarGap:
        return now + timedelta(days=count)
