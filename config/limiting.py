"""The day's limits where requests come in: exports are counted, and what goes beyond a limit is told."""

from django.shortcuts import render

from accounts import limits
from accounts.limits import OverLimit
from accounts.middleware import address_of
from accounts.models import What

# Pages that hand out many people's values, and the method by which they do.
EXPORTS = {
    "ledger_export": "GET",
    "ledger_out": "POST",
    "sources_export": "GET",
    "statement_export": "GET",
    "subject_copy": "POST",
}


class DailyLimits:
    """Stands behind the policy: what nobody may open is not counted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Count an export before it is made."""
        if EXPORTS.get(request.resolver_match.view_name) != request.method:
            return None
        try:
            limits.spend(request.user, What.EXPORT)
        except OverLimit as over:
            return _refused(request, over)
        return None

    def process_exception(self, request, problem):
        """Answer what a page asked for beyond a limit."""
        return _refused(request, problem) if isinstance(problem, OverLimit) else None


def _refused(request, over: OverLimit):
    why = limits.refuse(over, address_of(request))
    return render(request, "429.html", {"why": why}, status=429)
