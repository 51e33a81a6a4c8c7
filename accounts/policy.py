"""The policy file, read once: URL x method x role, act x grantee, admin x role, personal value x grantee."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

EVERYONE = "everyone"
SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Policy:
    """The file's content. Anything that is not listed is refused."""

    pages: dict[str, dict[str, list[str]]]
    actions: dict[str, list[str]]
    admin: dict[str, dict[str, list[str]]]
    second_factor: list[str]
    personal: dict[str, dict[str, list[str]]]

    def page(self, name: str) -> dict[str, list[str]] | None:
        """Return the methods of a URL name with their grantees; None when it is not listed."""
        if name in self.pages:
            return self.pages[name]
        namespace, colon, _ = name.partition(":")
        return self.pages.get(f"{namespace}:*") if colon else None

    def allows(self, name: str, method: str, roles: frozenset[str] | None) -> bool:
        """Say whether somebody with `roles` (None: not signed in) may use a page."""
        grantees = (self.page(name) or {}).get("GET" if method == "HEAD" else method, [])
        if EVERYONE in grantees:
            return True
        return roles is not None and (SIGNED_IN in grantees or not roles.isdisjoint(grantees))

    def opens_admin(self, role: str) -> bool:
        return role in self.admin

    def grants_app(self, role: str, app: str) -> bool:
        return app in self.admin.get(role, {})

    def grants_model(self, role: str, permission: str) -> bool:
        """Answer for a Django permission such as `accounts.change_post`."""
        app, _, codename = permission.partition(".")
        return codename.partition("_")[0] in self.admin.get(role, {}).get(app, [])


@cache
def policy() -> Policy:
    """Return the policy of this process."""
    return Policy(**yaml.safe_load(policy_text()))


def policy_text() -> str:
    """Return the policy file as it stands."""
    return Path(__file__).with_name("policy.yaml").read_text(encoding="utf-8")


def policy_digest() -> str:
    """Return the SHA-256 by which an edition of the file is known."""
    return hashlib.sha256(policy_text().encode()).hexdigest()
