"""A person's own notices."""

from django.shortcuts import get_object_or_404, redirect, render

from notices import inbox
from notices.models import Notice, Topic
from records import clock

ROWS = 100


def notices(request):
    """Show the newest notices of the person who is signed in."""
    context = {"rows": inbox.newest(request.user.actor, ROWS)}
    return render(request, "notices/notices.html", context)


def read(request, pk):
    """Mark a notice as read and go to its case."""
    notice = get_object_or_404(Notice.objects.inbox(request.user).select_related("case"), pk=pk)
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    if notice.topic in (Topic.PENALTY, Topic.DECISION):
        return redirect("penalty", pk=notice.data["item"])
    return redirect("case", number=notice.case.number)
