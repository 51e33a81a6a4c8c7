"""Names and passwords of the house's directory (LDAP, Active Directory), over TLS.

The directory says whether a password is right, and by which id it knows the person; who that is here
and what they may do is stored here.
"""

import logging
import ssl
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from accounts.models import Identity, User
from accounts.signing import providers

log = logging.getLogger(__name__)
SECONDS = 5


class Entry(NamedTuple):
    dn: str
    subject: str


class DirectoryBackend(BaseBackend):
    """Asked after the application's own passwords; does nothing where no directory is named."""

    def authenticate(self, request, username=None, password=None):
        # A bind without a password succeeds and says nothing.
        if not settings.LDAP_URL or not username or not password:
            return None
        try:
            subject = _subject(username, password)
        except (LDAPException, OSError) as problem:
            log.warning("the directory does not answer: %s", type(problem).__name__)
            return None
        if subject is None:
            return None
        person = providers.person_of(Identity.LDAP, subject)
        if person is None and request is not None:
            request.unknown_here = True
        return person

    def get_user(self, user_id):
        return User.objects.filter(pk=user_id, is_active=True).first()


def _subject(username: str, password: str) -> str | None:
    """Return the id of whoever has this name and password. Raises LDAPException, OSError."""
    with _connected(settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD) as service:
        entry = _found(service, username) if service.bind() else None
        if not service.bound:
            log.warning("the directory refuses LDAP_BIND_DN")
    if entry is None:
        return None
    with _connected(entry.dn, password) as own:
        return entry.subject if own.bind() else None


def _found(service: Connection, username: str) -> Entry | None:
    """Return the one entry of a name; two of them are nobody's."""
    wanted = f"({settings.LDAP_NAME_ATTRIBUTE}={escape_filter_chars(username)})"
    id_attribute = settings.LDAP_ID_ATTRIBUTE
    service.search(settings.LDAP_BASE, wanted, SUBTREE, attributes=[id_attribute], size_limit=2)
    rows = [row for row in service.response or [] if row["type"] == "searchResEntry"]
    if len(rows) != 1:
        return None
    subject = _text(rows[0]["attributes"].get(id_attribute))
    return Entry(rows[0]["dn"], subject) if subject else None


def _text(value) -> str:
    """Return an id as text: of an id in bytes its hexadecimal digits, of several values none."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else ""
    return value.hex() if isinstance(value, bytes) else str(value or "")


def _connected(dn: str, password: str) -> Connection:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.LDAP_CA_FILE)
    server = Server(settings.LDAP_URL, tls=tls, connect_timeout=SECONDS, get_info="NO_INFO")
    return Connection(
        server, dn or None, password or None, receive_timeout=SECONDS, check_names=False
    )
