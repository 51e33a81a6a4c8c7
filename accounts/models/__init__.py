from accounts.models.access_entry import AccessEntry, AccessHead
from accounts.models.change import ChangeEntry, ChangeHead
from accounts.models.departments import Department
from accounts.models.guesses import Guesses
from accounts.models.people import User
from accounts.models.policy_edition import PolicyEdition
from accounts.models.posts import Deputy, Post, Role
from accounts.models.session import Session

__all__ = [
    "AccessEntry",
    "AccessHead",
    "ChangeEntry",
    "ChangeHead",
    "Department",
    "Deputy",
    "Guesses",
    "PolicyEdition",
    "Post",
    "Role",
    "Session",
    "User",
]
