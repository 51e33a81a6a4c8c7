"""Drafts of acts: what somebody types into the form of an act on a case, until the act is done.

One for a person, a case and an act; sealed, and read by whoever wrote it alone. The browser keeps none.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.http import QueryDict

from accounts.models import User
from complaints.drafts import LASTS, NOT_TYPED, query_of
from complaints.forms.base import ActForm
from complaints.models import ActDraft, Complaint, Submission
from complaints.sealing import seal, unseal
from records import clock

# What a form says of itself, and nobody types.
HIDDEN = NOT_TYPED | {"seen", "back"}


@dataclass(frozen=True)
class TypedAct:
    """A draft as its writer finds it again; `seen` is how many events the case had then."""

    at: datetime
    seen: int
    entered: QueryDict


def keep(writer: int, case: Complaint, kind: str, entered: QueryDict) -> bool:
    """Keep what somebody has typed so far; say whether there was anything to keep.

    A form whose act is recorded already leaves no draft.
    """
    try:
        key = UUID(entered.get("key", ""))
    except ValueError:
        return False
    if Submission.objects.filter(key=key).exists():
        return False
    return _keep(writer, case, kind, entered, key)


def keep_refused(writer: int, number: str, kind: str, entered: QueryDict) -> bool:
    """Keep what was sent for a case and not taken, also under a key that was used with other contents."""
    case = Complaint.objects.get(number=number)
    return _keep(writer, case, kind, entered, uuid4())


def of(writer: User, case: Complaint, kind: str, now: datetime) -> TypedAct | None:
    """Return somebody's draft of an act, None where there is none or its act has been recorded."""
    rows = ActDraft.objects.filter(writer=writer, case=case, kind=kind)
    row = rows.filter(at__gt=now - LASTS).first()
    values = unseal(row.sealed) if row else None
    if row is None or values is None or Submission.objects.filter(key=row.key).exists():
        return None
    return TypedAct(row.at, row.seen, query_of(values))


def begin_with(form: ActForm, draft: TypedAct) -> bool:
    """Begin a form with what was typed; say whether the draft is one of this form.

    What a form takes from the case is the case's once something has happened since.
    """
    own = [name for name in form.begun_by if name in form.fields]
    if any(draft.entered.get(name) != form.initial.get(name) for name in own):
        return False
    stands = draft.seen == form.case.event_count
    for name, field in form.fields.items():
        at, widget = form.add_prefix(name), field.widget
        chosen = name == form.reply_field and form.initial.get("reply")
        if widget.is_hidden or chosen or widget.value_omitted_from_data(draft.entered, {}, at):
            continue
        if stands or form.initial.get(name) in (None, "", []):
            form.initial[name] = widget.value_from_datadict(draft.entered, {}, at)
    return True


def drop(writer: User, case: Complaint, kind: str) -> None:
    """Forget a draft."""
    ActDraft.objects.filter(writer=writer, case=case, kind=kind).delete()


def drop_old() -> int:
    """Forget the drafts that nobody came back for; return how many."""
    return ActDraft.objects.filter(at__lte=clock.now() - LASTS).delete()[0]


def _keep(writer: int, case: Complaint, kind: str, entered: QueryDict, key: UUID) -> bool:
    values = {name: entered.getlist(name) for name in entered if name not in HIDDEN}
    if not any(text.strip() for several in values.values() for text in several):
        return False
    seen = entered.get("seen", "")
    row = {
        "key": key,
        "seen": int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        "sealed": seal(values),
        "at": clock.now(),
    }
    ActDraft.objects.update_or_create(writer_id=writer, case=case, kind=kind, defaults=row)
    return True
