"""Where people are known from outside: the providers that the house uses, and whom they mean."""

from django.conf import settings

from accounts.models import Identity, User


def in_use() -> list[str]:
    """Return the providers that the settings name."""
    return [Identity.LDAP] * bool(settings.LDAP_URL) + [settings.OIDC_ISSUER] * bool(
        settings.OIDC_ISSUER
    )


def person_of(provider: str, subject: str) -> User | None:
    """Return who is known by an id at a provider, None for nobody who works here; nobody is created."""
    people = User.objects.filter(is_active=True)
    return people.filter(identities__provider=provider, identities__subject=subject).first()


def is_known_elsewhere(person: User) -> bool:
    """Say whether somebody comes in through a provider, so not by a password of this application."""
    used = in_use()
    return bool(used) and Identity.objects.filter(person=person, provider__in=used).exists()
