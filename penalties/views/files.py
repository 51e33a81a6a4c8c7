"""The files of an item, for whoever may see the item and open them."""

from django.shortcuts import get_object_or_404

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from complaints.attachments.sending import sent
from complaints.models import Attachment
from penalties.history import files_of
from penalties.views.ledger import found


def penalty_file(request, pk, file):
    """Send a file; of a picture the copy that says nothing of where it was taken."""
    return sent(_row(request, pk, file), request.user.actor)


def penalty_file_original(request, pk, file):
    """Send a picture as it came; that it was sent is in the access log."""
    row = _row(request, pk, file)
    answer = sent(row, request.user.actor, original=True)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "penalty_file_original", "case": row.case_id, "attachment": row.pk},
    )
    return answer


def _row(request, pk: int, file: int) -> Attachment:
    return get_object_or_404(files_of(found(request, pk)), pk=file)
