"""Asking addresses that somebody entered: over TLS, of hosts outside the house or on its list, once.

The name is resolved here and the connection goes to an address that was checked, so that no other answer
of a name server leads it elsewhere in between. Redirects are not followed, and answers not read.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings

TIMEOUT_SECONDS = 10
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# The internet of IPv6, and within it what stands for an address of IPv4 behind a relay.
INTERNET = ip_network("2000::/3")
RELAYED = (ip_network("2001::/32"), ip_network("2002::/16"))


class NotCalled(Exception):
    """An address that is not asked, or that did not take what was sent; the text is a short code."""


def post(url: str, body: bytes, headers: dict[str, str], *, by_settings: bool = False) -> None:
    """Send a body as JSON, once; an answer of the 200s is the end of it. Raises NotCalled.

    `by_settings` says that the installation names the address, and nobody in the house could enter it:
    then it may lie inside.
    """
    parts = parted(url, by_settings=by_settings)
    if not by_settings and not is_listed(parts):
        raise NotCalled("not_listed")
    inside = by_settings or parts.hostname in settings.CALLBACK_HOSTS_INSIDE or _is_own(parts)
    found = _resolved(parts)
    if not inside and not all(map(is_outside, found)):
        raise NotCalled("inside_the_house")
    problem = "no_such_host"
    for one in found:
        try:
            return _sent(parts, one, body, headers)
        except (
            urllib3.exceptions.ConnectTimeoutError,
            urllib3.exceptions.NewConnectionError,
        ) as away:
            problem = type(away).__name__
        except urllib3.exceptions.HTTPError as broken:
            raise NotCalled(type(broken).__name__) from broken
    raise NotCalled(problem)


def parted(url: str, *, by_settings: bool = False) -> SplitResult:
    """Return the parts of an address that may be asked as it is written. Raises NotCalled."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise NotCalled("bad_address") from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if not whole or not plain or "@" in parts.netloc:
        raise NotCalled("bad_address")
    own = parts.hostname in OWN_NAMES and (by_settings or settings.CALLBACK_LOCALHOST)
    if parts.scheme != "https" and not (parts.scheme == "http" and own):
        raise NotCalled("not_https")
    return parts


def is_listed(parts: SplitResult) -> bool:
    """Say whether the installation's lists let a host be called."""
    hosts = {*settings.CALLBACK_HOSTS, *settings.CALLBACK_HOSTS_INSIDE}
    return "*" in hosts or parts.hostname in hosts or _is_own(parts)


def is_outside(address: str) -> bool:
    """Say whether an IP address is one of the internet: not this machine's, the house's or a relay's."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            relayed = any(found in one for one in RELAYED)
            return found in INTERNET and found.is_global and not relayed
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def _is_own(parts: SplitResult) -> bool:
    return settings.CALLBACK_LOCALHOST and parts.hostname in OWN_NAMES


def _resolved(parts: SplitResult) -> list[str]:
    """Return the IP addresses of a host, each once, as the name server gives them."""
    try:
        rows = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _sent(parts: SplitResult, address: str, body: bytes, headers: dict[str, str]) -> None:
    """Send to one address; a certificate has to be that of the name."""
    with _pool(parts, address) as pool:
        answer = pool.urlopen(
            "POST",
            parts._replace(scheme="", netloc="").geturl() or "/",
            body,
            {"Content-Type": "application/json", "Host": parts.netloc, **headers},
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )
        answer.close()
    if not 200 <= answer.status < 300:
        raise NotCalled(f"HTTP {answer.status}")


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(total=TIMEOUT_SECONDS)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, _port(parts), timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        address,
        _port(parts),
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=settings.CALLBACK_CA_FILE,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )
