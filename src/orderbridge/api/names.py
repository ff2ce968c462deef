"""Under which names this server is asked: a web page must not get at it under a name of the page's own."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from orderbridge.core.errors import OrderBridgeError

_PORT = re.compile(r":\d*$")


class StrangeNameError(OrderBridgeError):
    """The request was sent to a name that is not this server's."""


class OwnNames:
    """Lets a request pass only under a name that leads here by right.

    A page in a browser on this machine may let its own name lead to this machine all of a sudden, and would then
    read what needs no token. That takes a full name: addresses and names without a dot are nobody's to give.
    """

    def __init__(self, listens_on: str, public_url: str | None) -> None:
        # Where others reach the port by themselves, a page on this machine learns nothing that they do not.
        self._checks = is_loopback(listens_on)
        self._public = urlsplit(public_url or "").hostname

    async def __call__(self, request: Request) -> None:
        """Check the Host header.

        Raises:
            StrangeNameError: It is another's; says what to set if it is right all the same.
        """
        # The header as it came: what the framework cannot read it replaces by the address that was called.
        name = _PORT.sub("", request.headers.get("host", "")).strip("[]").rstrip(".").lower()
        if self._checks and not (name == self._public or _is_local(name)):
            raise StrangeNameError(
                "this is shown under this machine's own name and the public address only; if a proxy passes on "
                "another name, set ORDERBRIDGE_PUBLIC_URL to it",
                cause="request.strange_name",
            )


def _is_local(name: str) -> bool:
    return "." not in name or name.endswith(".localhost") or _address(name)


def _address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine only."""
    return host == "localhost" or (_address(host.strip("[]")) and ip_address(host.strip("[]")).is_loopback)
