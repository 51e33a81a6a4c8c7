"""A person's own notices, as rows that a page prints."""

from functools import partial

from accounts import access
from accounts.actors import Actor
from complaints import lines
from complaints.models import Complaint
from complaints.personal import Veil
from complaints.wording import moment_words
from notices import words
from notices.models import Notice

# What is read of a notice's case.
OF_CASE = ("case__number", "case__version__sha256", "case__version__chosen")
READ = ("key", "topic", "data", "created_at", "read_at", *OF_CASE)


def newest(actor: Actor, count: int) -> list[dict]:
    """Return the newest notices of a person; a case that they may still see with its subject."""
    rows = Notice.objects.inbox(actor.user).select_related("case__version").only(*READ)
    notices = list(rows[:count])
    if not notices:
        return []
    cases = Complaint.objects.filter(pk__in={notice.case_id for notice in notices})
    seen = lines.read(access.within_reach(actor, cases).order_by())
    subjects = {line.pk: Veil(line.told).value("subject") for line in seen}
    return [_row(notice, subjects.get(notice.case_id, "")) for notice in notices]


def _row(notice: Notice, subject: str) -> dict:
    return {
        "pk": notice.pk,
        "number": notice.case.number,
        "title": words.title(notice),
        "subject": subject,
        "body": partial(words.body, notice),
        "at": moment_words(notice.created_at),
        "unread": notice.read_at is None,
    }
