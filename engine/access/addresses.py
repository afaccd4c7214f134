"""Which addresses may be called from here: public ones over HTTP, and those the operator names.

A name is resolved once and the connection goes to that very address, so a name that changes its mind between the check
and the call (rebinding) gains nothing; redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.errors import InvalidInput

_PORTS = {"http": 80, "https": 443}

Lookup = Callable[[str, int], Sequence[str]]
"""The addresses a name stands for now; raises OSError where there are none."""


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


_LONGEST = 2000
_EMBEDDING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""The last 32 bits of these are an IPv4 address."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the name it asks for, and the addresses that name may stand for now."""

    host: str
    port: int
    addresses: tuple[str, ...]


def check_address(address: str, allowed: Collection[str] = ()) -> None:
    """Refuses what can be seen from the text alone: InvalidInput `address_refused`.

    `allowed`: `host:port` pairs that may be private. Names are resolved when they are called, not here.
    """
    host, port = _parts(address)
    if f"{host}:{port}" in allowed:
        return
    literal = _literal(host)
    if literal is not None and not _is_public(literal):
        raise _refused(address, "a public address")
    is_local = host == "localhost" or "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))
    if literal is None and is_local:
        raise _refused(address, "a public name")


def resolve(address: str, allowed: Collection[str] = (), *, lookup: Lookup = _look_up) -> Target:
    """The addresses to call. `address_refused` where any of them is not public and the pair is not allowed."""
    check_address(address, allowed)
    host, port = _parts(address)
    try:
        found = lookup(host, port)
    except (OSError, UnicodeError) as fault:
        raise _refused(address, f"a name that can be resolved ({fault})") from None
    addresses = tuple(dict.fromkeys(found))
    if f"{host}:{port}" not in allowed:
        for each in addresses:
            if not _is_public(ipaddress.ip_address(each.partition("%")[0])):
                raise _refused(address, "a name of public addresses")
    return Target(host, port, addresses)


def _parts(address: str) -> tuple[str, int]:
    if len(address) > _LONGEST or any(letter <= " " for letter in address):
        raise _refused(address, "an http or https address")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused(address, "an http or https address") from None
    if parts.scheme not in _PORTS or not host or parts.username or parts.password:
        raise _refused(address, "an http or https address without a user name")
    return host.rstrip("."), port or _PORTS[parts.scheme]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:  # what a resolver would take for an address although it does not look like one: 127.1, 0x7f000001
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return _is_public(inner)
        if any(address in network for network in _EMBEDDING):
            return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


def _refused(address: str, expected: str) -> InvalidInput:
    return InvalidInput("address_refused", f"expected {expected}, but the address is {address[:200]!r}")
