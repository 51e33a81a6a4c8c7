"""What audits have kept of a case's files: references, as events and the ledger keep theirs."""

from django.db.models import Q

from audits.models import AuditEntry
from complaints.models import Complaint


def told(case: Complaint) -> list[dict]:
    """Return what the entries of a case's papers and findings say of files (one query)."""
    rows = AuditEntry.objects.filter(Q(paper__case=case) | Q(finding__case=case))
    return list(rows.filter(data__has_key="files").values_list("data", flat=True))
