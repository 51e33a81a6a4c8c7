"""What audits have kept of cases' files: references, as events and the ledger keep theirs."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from audits.models import AuditEntry
from complaints.models import Complaint


def told(cases: Sequence[Complaint]) -> dict[int, list[dict]]:
    """Return what the entries of papers and findings say of files, by the case's id (one query)."""
    found: dict[int, list[dict]] = defaultdict(list)
    rows = AuditEntry.objects.filter(Q(paper__case__in=cases) | Q(finding__case__in=cases))
    with_files = rows.filter(data__has_key="files")
    for paper, finding, data in with_files.values_list("paper__case", "finding__case", "data"):
        found[paper or finding].append(data)
    return found
