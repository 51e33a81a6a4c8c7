"""A complaint of the public becomes a case: its number and its code, once for a form however often it is sent."""

from complaints.attachments.keeping import kept
from complaints.intake import once, register
from complaints.models import Complaint
from portal import codes
from portal.forms import ComplaintForm
from portal.models import TrackingCode
from records import clock


def submit(form: ComplaintForm, content: str) -> tuple[str, str]:
    """Register what a valid form holds; return the case's number and the code to follow it.

    `content` is a digest of what was sent. Raises Refused, KeyReused or NotKept.
    """
    key = form.cleaned_data["key"]
    code = codes.of_form(key)
    with kept(form.uploads()) as files:

        def do() -> Complaint:
            case = register(form.intake(files), actor=None)
            TrackingCode.objects.create(
                case=case, digest=codes.digest(code), created_at=clock.now()
            )
            return case

        case, _new = once(key, actor=None, content=content, do=do)
    return case.number, code
