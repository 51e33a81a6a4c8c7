from notices.models.attempt import Attempt, Outcome
from notices.models.muted import Muted
from notices.models.notice import LEASE, PERSONAL, Channel, Notice, Topic
from notices.models.outlet import Outlet

__all__ = [
    "LEASE",
    "PERSONAL",
    "Attempt",
    "Channel",
    "Muted",
    "Notice",
    "Outcome",
    "Outlet",
    "Topic",
]
