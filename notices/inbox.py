"""A person's own notices, as rows that a page prints."""

from accounts import access
from accounts.actors import Actor
from complaints.models import Complaint
from complaints.personal import Veil
from complaints.wording import moment_words
from notices import words
from notices.models import Notice


def newest(actor: Actor, count: int) -> list[dict]:
    """Return the newest notices of a person; a case that they may still see with its subject."""
    notices = list(Notice.objects.inbox(actor.user).select_related("case__version")[:count])
    cases = Complaint.objects.filter(pk__in={notice.case_id for notice in notices})
    seen = access.within_reach(actor, cases).select_related("particulars").only("particulars")
    subjects = {case.pk: Veil(case.told).value("subject") for case in seen}
    return [_row(notice, subjects.get(notice.case_id, "")) for notice in notices]


def _row(notice: Notice, subject: str) -> dict:
    return {
        "pk": notice.pk,
        "number": notice.case.number,
        "title": words.title(notice),
        "subject": subject,
        "body": words.body(notice),
        "at": moment_words(notice.created_at),
        "unread": notice.read_at is None,
    }
