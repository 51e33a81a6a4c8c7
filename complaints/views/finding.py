"""Finding the case that a request is about, or answering as if there were none."""

from django.http import Http404

from accounts import access
from complaints.models import Complaint


def case_for(request, number: str) -> Complaint:
    """Return a case that the person may see; other people's cases answer like unknown ones."""
    cases = access.visible(request.user.actor, Complaint.objects.all())
    try:
        return cases.select_related(
            "version__regulation",
            "department",
            "owner_department",
            "unit",
            "handler",
            "particulars",
        ).get(number=number)
    except Complaint.DoesNotExist:
        raise Http404 from None
