"""A person's own notices."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from notices import inbox
from notices.forms import ChoicesForm
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
    if notice.topic == Topic.AUDIT:
        return redirect("finding", pk=notice.data["finding"])
    return redirect("case", number=notice.case.number)


@never_cache
def badge(request):
    """Answer with the bell and its count, which pages ask for again and again (one query)."""
    unread = Notice.objects.inbox(request.user).unread().count()
    return render(request, "notices/_bell.html", {"unread_notices": unread})


def settings(request):
    """Show and keep which topics a person is told of outside the application."""
    form = ChoicesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("通知设置已保存。"))
        return redirect("notice_settings")
    return render(request, "notices/settings.html", {"form": form})
