from complaints.models.attachment import Attachment, Purpose, Scan
from complaints.models.complaint import Complaint, ComplaintQuerySet
from complaints.models.draft import ActDraft, Draft
from complaints.models.event import CaseEvent, Told, events_of
from complaints.models.handing import HandedIn
from complaints.models.incoming import IncomingMail
from complaints.models.keeping import Hold, SubjectRequest
from complaints.models.link import Link, Relation
from complaints.models.numbering import NumberSeries
from complaints.models.particulars import CaseText, Particulars
from complaints.models.plan import SIGNABLE, Plan, PlanState
from complaints.models.reveal import RevealReason
from complaints.models.search import Search
from complaints.models.signature import AwaitedSignature
from complaints.models.submission import Submission
from complaints.models.view import CaseView, ListColumns

__all__ = [
    "SIGNABLE",
    "ActDraft",
    "Attachment",
    "AwaitedSignature",
    "CaseEvent",
    "CaseText",
    "CaseView",
    "Complaint",
    "ComplaintQuerySet",
    "Draft",
    "HandedIn",
    "Hold",
    "IncomingMail",
    "Link",
    "ListColumns",
    "NumberSeries",
    "Particulars",
    "Plan",
    "PlanState",
    "Purpose",
    "Relation",
    "RevealReason",
    "Scan",
    "Search",
    "SubjectRequest",
    "Submission",
    "Told",
    "events_of",
]
