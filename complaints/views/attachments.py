"""A case's files, for whoever may see the case and open them."""

from django.shortcuts import get_object_or_404

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from complaints.attachments.sending import sent
from complaints.models import Attachment
from complaints.views.finding import case_for


def attachment(request, number, pk):
    """Send a file; of a picture the copy that says nothing of where it was taken."""
    return sent(_found(request, number, pk), request.user.actor)


def original(request, number, pk):
    """Send a picture as it came, with everything in it; that it was sent is in the access log."""
    row = _found(request, number, pk)
    answer = sent(row, request.user.actor, original=True)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "attachment_original", "case": row.case_id, "attachment": row.pk},
    )
    return answer


def _found(request, number: str, pk: int) -> Attachment:
    return get_object_or_404(case_for(request, number).attachments.of_case(), pk=pk)
