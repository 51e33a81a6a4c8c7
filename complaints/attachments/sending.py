"""Sending a file to somebody who may open it: as an attachment that no browser runs."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404

from accounts import access
from accounts.actors import Actor
from complaints.attachments.storage import vault
from complaints.models.attachment import KeptFile

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def sent(row: KeptFile, actor: Actor, *, original: bool = False) -> FileResponse:
    """Return a file's answer: of a picture the copy without location, if not the `original`.

    Raises PermissionDenied where it has not been found safe, Http404 where its file is gone.
    """
    if not access.may_open(actor, row):
        raise PermissionDenied
    try:
        file = vault().open(row.key if original else row.shown_key)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        as_attachment=True,
        filename=row.name,
        content_type=row.content_type,
        headers=HEADERS,
    )
