"""Taking a message in: one case for one message, however often it is delivered."""

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from complaints import intake, notice
from complaints.attachments.keeping import Checked, check, kept
from complaints.attachments.sorts import Unfit, shown_name
from complaints.joining import listed
from complaints.lifecycle import Kind
from complaints.mail.letter import Letter
from complaints.models import Complaint, IncomingMail
from complaints.models.particulars import COLUMNS, Particulars
from complaints.pipeline import Act
from records import clock
from regulations.models import Regulation, RegulationVersion


class NoMailbox(Exception):
    """A regulation that is not in force, or whose complaints do not come by mail."""


def take(letter: Letter, regulation: Regulation) -> tuple[Complaint, bool]:
    """Register what a message says; return its case, and whether it is new.

    Raises NoMailbox, Refused, or NotKept where the vault is full; then nothing is stored.
    """
    version = regulation.versions.in_force(localdate(clock.now())).first()
    channel = channel_of(version) if version else None
    if version is None or channel is None:
        raise NoMailbox
    checked, left_out = _checked(letter)
    with kept(checked) as files, transaction.atomic():
        row, new = IncomingMail.objects.get_or_create(
            key=_digest(f"{letter.message_id or letter.text}\n{letter.sender}"),
            defaults={"at": clock.now()},
        )
        if not new:
            return row.case, False
        acts = [Act(Kind.ATTACHED, files=files)] if files else []
        acts += [Act(Kind.NOTED, texts={"note": left_out})] if left_out else []
        row.case = intake.register(_intake(letter, version, channel, acts), actor=None)
        row.save(update_fields=["case"])
    return row.case, True


def channel_of(version: RegulationVersion) -> str | None:
    """Return the regulation's word for complaints that come by mail, None where they do not."""
    return next((one.name for one in version.pack.channels if one.door == "mail"), None)


def _intake(letter: Letter, version, channel: str, acts) -> intake.Intake:
    phone = letter.sender if len(letter.sender) <= _longest("phone") else ""
    return intake.Intake(
        version=version,
        received_at=clock.now(),
        facts={"channel": channel},
        particulars={
            "name": letter.name,
            "phone": phone,
            "subject": letter.subject,
            "description": letter.text,
            "more": {"email": letter.sender},
        },
        acts=acts,
        notice=notice.told(notice.How.LATER, minor=False, guardian=False),
        origin=Complaint.Origin.MAIL,
        unanswered=letter.automatic or _is_ours(letter),
    )


def _is_ours(letter: Letter) -> bool:
    return letter.sender.lower() in settings.DEFAULT_FROM_EMAIL.lower()


def _longest(key: str) -> int:
    return Particulars._meta.get_field(COLUMNS[key]).max_length


def _checked(letter: Letter) -> tuple[list[Checked], str]:
    """Return the files that may be kept, and in words which ones were not and why."""
    found: list[Checked] = []
    left_out: list[str] = []
    for upload in letter.files:
        try:
            found.append(_fit(upload, len(found)))
        except Unfit as unfit:
            left_out.append(f"{shown_name(upload.name or '')}（{unfit.code}）")
    words = _("未收下的邮件附件：%(names)s") % {"names": listed(left_out)} if left_out else ""
    return found, words


def _fit(upload, so_far: int) -> Checked:
    if so_far >= settings.ATTACHMENTS_AT_ONCE:
        raise Unfit("too_many")
    if upload.size > settings.ATTACHMENT_BYTES:
        raise Unfit("too_large")
    return check(upload)


def _digest(text: str) -> str:
    """Return what is kept of an address or an id: nobody reads it back without the installation's key."""
    return salted_hmac("complaints.mail", text, algorithm="sha256").hexdigest()
