"""Which addresses a flow may call: the public internet, and what the owner of this machine lists.

A flow's author, or whoever fills the field that becomes a URL, must not get at this machine, at the network
behind it, or at the metadata service of a cloud.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from orderbridge.core.errors import FlowError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[list[str]]]

# Networks in which an IPv4 address is wrapped, and addresses that are public by number only.
_WRAPPED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
# Python's own tables of these differ from version to version.
_RESERVED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
            "100::/64", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
        ),
    )
)  # fmt: skip
_METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "169.254.169.254", "fd00:ec2::254"))
)


@dataclass(frozen=True)
class Allowed:
    """What the owner of this machine lets flows reach besides the public internet.

    Attributes:
        hosts: Names with or without a port: ``erp.example.lan``, ``localhost:8080``.
        networks: Whole networks, or single addresses.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Allowed:
        """Read ``erp.example.lan, localhost:8080, 10.1.0.0/16``.

        Raises:
            ValueError: A part is neither a host nor a network.
        """
        hosts, networks = set(), []
        for part in filter(None, (item.strip().lower() for item in text.split(","))):
            try:
                networks.append(ip_network(part))
            except ValueError:
                if "/" in part or part.startswith("*") or any(sign.isspace() for sign in part):
                    raise ValueError(
                        f"{part!r} is neither a host such as erp.example.lan:8080 nor a network such as 10.1.0.0/16"
                    ) from None
                hosts.add(part)
        return cls(frozenset(hosts), tuple(networks))

    def has_host(self, host: str, port: int) -> bool:
        """Tell whether the owner listed this very host."""
        name = host.lower().rstrip(".")
        return name in self.hosts or f"{name}:{port}" in self.hosts

    def refusal(self, address: str) -> str | None:
        """Say why an address must not be called; None where it may."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            # What some systems read as one all the same: 2130706433, 0x7f.1, 127.1.
            return "is not written as an address usually is"
        if _within(found, self.networks):
            return None
        return _why_not(found)


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _why_not(found: Address) -> str | None:
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    if mapped is not None or _within(found, _WRAPPED):
        return "wraps another address"
    if found in _METADATA:
        return "is the metadata service of a cloud"
    for applies, words in (
        (found.is_loopback, "is this machine itself"),
        (found.is_link_local, "is in the local link, where clouds keep their metadata"),
        (found.is_multicast, "is no single machine"),
        (
            not found.is_global or found.is_reserved or _within(found, _RESERVED),
            "is in a private or reserved network",
        ),
    ):
        if applies:
            return words
    return None


def is_address(host: str) -> bool:
    """Tell whether a host never goes to a name server: what is all digits is an address or nothing."""
    return ":" in host or host.replace(".", "").isdigit()


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


async def reachable(host: str, port: int, allowed: Allowed, resolve: Resolve) -> Sequence[str]:
    """Return the addresses of a host, every one of which may be called.

    Raises:
        FlowError: One of them must not be called.
        OSError: The host has no address.
    """
    addresses = [host] if is_address(host) else await resolve(host, port)
    if allowed.has_host(host, port):
        return addresses
    for address in addresses:
        why = allowed.refusal(address)
        if why is not None:
            raise FlowError(
                f"{host} must not be called: its address {why}. If it is yours, add {host}:{port} to "
                "ORDERBRIDGE_HTTP_ALLOW. Nothing was sent",
                cause="web.address_refused",
            )
    return addresses
