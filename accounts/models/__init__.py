from accounts.models.access_entry import AccessEntry, AccessHead
from accounts.models.change import ChangeEntry, ChangeHead
from accounts.models.daily_use import DailyUse, What
from accounts.models.departments import Department
from accounts.models.factors import Factor, FactorKind, FactorReset, FactorUse, RecoveryCodes
from accounts.models.guesses import Guesses
from accounts.models.identity import Identity
from accounts.models.past_password import PastPassword
from accounts.models.people import User
from accounts.models.policy_edition import PolicyEdition
from accounts.models.posts import Deputy, Post, Role
from accounts.models.session import Session
from accounts.models.sign_in_change import SignInChange

__all__ = [
    "AccessEntry",
    "AccessHead",
    "ChangeEntry",
    "ChangeHead",
    "DailyUse",
    "Department",
    "Deputy",
    "Factor",
    "FactorKind",
    "FactorReset",
    "FactorUse",
    "Guesses",
    "Identity",
    "PastPassword",
    "PolicyEdition",
    "Post",
    "RecoveryCodes",
    "Role",
    "Session",
    "SignInChange",
    "User",
    "What",
]
