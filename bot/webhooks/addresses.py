"""Which addresses webhooks may go to: public ones, and those inside that a setting names.

A caller who may choose a webhook's URL must not get the house to call what only the house can reach: its own Redis, a
cloud's metadata, a router. So the addresses behind a name are looked at, not the name, and the very address that was
looked at is connected to.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from bot.domain.errors import OcrbotError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host; raises `OSError`."""

SETTING: Final = "OCRBOT_WEBHOOKS__INTERNAL"
_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")  # what is handed out: RFC 4291, IANA
# In these stands an IPv4 address that a gateway may call: NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380).
_CARRIERS: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
_RELAYS: Final = ipaddress.IPv4Network("192.88.99.0/24")  # of 6to4, RFC 7526
_MOST_URL: Final = 2000


class WebhookNotAllowed(OcrbotError):  # noqa: N818 - what it is about, as its siblings
    """A webhook's URL, or an address behind it, that is not called; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalHosts:
    """The hosts and networks inside that webhooks may go to."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def names(self, host: str) -> bool:
        """Return whether a URL's host is named: by its name, or as an address in a named network."""
        address = _literal(host)
        return host.lower() in self.hosts or (address is not None and self.hold(address))

    def hold(self, address: Address) -> bool:
        """Return whether an address is in a named network."""
        plain = _unmapped(address)
        return any(plain in network for network in self.networks if network.version == plain.version)


def internal_hosts(named: Iterable[str]) -> InternalHosts:
    """Return the hosts and networks of the setting; an address is a network of one."""
    hosts, networks = set(), []
    for name in named:
        try:
            networks.append(ipaddress.ip_network(name, strict=False))
        except ValueError:
            hosts.add(name.lower())
    return InternalHosts(hosts=frozenset(hosts), networks=tuple(networks))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTarget:
    """A URL and the addresses behind it that may be called."""

    url: httpx.URL
    addresses: tuple[str, ...]


def resolved(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses of a host, as the system finds them; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_url(url: str, internal: InternalHosts) -> httpx.URL:
    """Return a webhook's URL; raises `WebhookNotAllowed` for one that is never called, whatever is behind its name."""
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, TypeError, ValueError):
        raise WebhookNotAllowed("it is no URL") from None
    if len(url) > _MOST_URL or parsed.scheme not in {"http", "https"} or not host:
        raise WebhookNotAllowed("it is no URL of https")
    if parsed.userinfo:
        raise WebhookNotAllowed("a user or a password may not stand in it")
    if parsed.scheme == "http" and not internal.names(host):
        raise WebhookNotAllowed(f"it must begin with https: only a host that {SETTING} names may be called without")
    return parsed


def checked_target(url: str, internal: InternalHosts, *, resolve: Resolve = resolved) -> CheckedTarget:
    """Return a URL with the addresses behind it that may be called.

    Raises `WebhookNotAllowed` if there is none, and `OSError` if the name is not known.
    """
    parsed = checked_url(url, internal)
    host = parsed.raw_host.decode("ascii").strip("[]")
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    found = resolve(host, port)
    if host.lower() in internal.hosts:
        return CheckedTarget(url=parsed, addresses=tuple(found))
    allowed = tuple(address for address in found if _may_be_called(address, internal))
    if not allowed:
        shown = ", ".join(found[:3])
        raise WebhookNotAllowed(f"{shown} is not public: name the host or its network in {SETTING} if that is meant")
    return CheckedTarget(url=parsed, addresses=allowed)


def _may_be_called(address: str, internal: InternalHosts) -> bool:
    parsed = _literal(address)
    return parsed is not None and (internal.hold(parsed) or _is_public(parsed))


def _is_public(address: Address) -> bool:
    plain = _unmapped(address)
    if plain.is_multicast or not plain.is_global or plain.is_reserved:
        return False
    if isinstance(plain, ipaddress.IPv4Address):
        return plain not in _RELAYS
    return plain in _PUBLIC_V6 and not any(plain in network for network in _CARRIERS)


def _unmapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address like ::ffff:10.0.0.1 stands for, else the address."""
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
