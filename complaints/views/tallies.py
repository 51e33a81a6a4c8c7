"""The page of the counts that a regulation wants over its cases."""

from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import localtime

from accounts import access
from complaints.models import Complaint
from complaints.tallies import counted
from records import clock
from regulations.models import Regulation


def tallies(request):
    """Show the tallies of a regulation over the cases of a year that this person may see."""
    actor = request.user.actor
    found = access.regulations(actor, Regulation.objects.order_by("pk"))
    packs = [(one, one.versions.order_by("-number").first()) for one in found]
    known = {one.code: (one, version.pack) for one, version in packs if version}
    with_tallies = {code: row for code, row in known.items() if row[1].tallies}
    code = request.GET.get("regulation") or next(iter(with_tallies), "")
    if request.GET.get("regulation") and code not in with_tallies:
        raise Http404
    year = _year(request)
    tables = []
    if code:
        regulation, pack = with_tallies[code]
        cases = Complaint.objects.filter(version__regulation=regulation, received_at__year=year)
        cases = access.visible(actor, cases)
        tables = [counted(cases, pack, tally) for tally in pack.tallies]
    context = {
        "regulations": [(key, row[1].short_title) for key, row in with_tallies.items()],
        "chosen": code,
        "year": year,
        "tables": tables,
    }
    return render(request, "complaints/tallies.html", context)


def _year(request) -> int:
    wanted = request.GET.get("year", "")
    now = localtime(clock.now()).year
    return int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= now else now
