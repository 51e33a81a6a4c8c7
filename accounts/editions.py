"""Writing down the edition of the policy file that is in use, after each migration, as the owner."""

from accounts.models import PolicyEdition
from accounts.policy import policy_digest, policy_text
from records import clock


def note_policy(using="default", **kwargs):
    """Add the policy file as the newest edition, unless it is that already."""
    editions = PolicyEdition.objects.using(using)
    if not is_noted(editions.first()):
        editions.create(digest=policy_digest(), text=policy_text(), noted_at=clock.now())


def is_noted(newest: PolicyEdition | None) -> bool:
    """Say whether the newest edition is the file in use."""
    return newest is not None and newest.digest == policy_digest()
