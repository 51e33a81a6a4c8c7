"""How many cases there are, for pages that stand below the cases and know none of them."""

from django.db.models import Count

from complaints.models import Complaint


def open_by_version() -> dict[int, int]:
    """Return how many cases are open under each version of a regulation, by the version's id."""
    rows = Complaint.objects.open().order_by().values_list("version").annotate(Count("pk"))
    return dict(rows)
