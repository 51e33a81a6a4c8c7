from notices.models.attempt import Attempt, Outcome
from notices.models.muted import Muted
from notices.models.notice import LEASE, OF_STAFF, PERSONAL, Channel, Notice, Topic
from notices.models.outlet import Outlet

__all__ = [
    "LEASE",
    "OF_STAFF",
    "PERSONAL",
    "Attempt",
    "Channel",
    "Muted",
    "Notice",
    "Outcome",
    "Outlet",
    "Topic",
]
