"""The ledger (台账) of the cases that somebody has in front of them, as a file."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import access, access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from complaints.forms.filters import FilterForm
from complaints.models import Complaint
from records import clock
from reports.resources import FORMATS, write_ledger

# About twenty seconds of work; more is done in the background.
MOST_ROWS = 20_000


def ledger_export(request):
    """Send the ledger with the filters of the list; `format` is xlsx (by default) or csv.

    The file holds personal values, so that it was made is in the access log before it is sent.
    """
    format_name = request.GET.get("format", "xlsx")
    if format_name not in FORMATS:
        raise BadRequest(_("只能导出为 xlsx 或 csv。"))
    actor, now = request.user.actor, clock.now()
    form = FilterForm(request.GET or None, actor=actor)
    cases = form.narrow(access.visible(actor, Complaint.objects.all()), actor, now)
    if cases[: MOST_ROWS + 1].count() > MOST_ROWS:
        text = _("超过 %(limit)s 件，请在后台导出。")
        messages.info(request, text % {"limit": MOST_ROWS})
        return redirect(f"{reverse('ledger_out')}?{request.GET.urlencode()}")
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    count = write_ledger(cases, file, format_name)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "ledger_export", "format": format_name, "cases": count},
    )
    file.seek(0)
    name = _("投诉台账_%(moment)s") % {"moment": f"{localtime(now):%Y%m%d_%H%M}"}
    return FileResponse(file, as_attachment=True, filename=f"{name}.{format_name}")
