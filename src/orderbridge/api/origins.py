"""Whose pages may ask for a change: this server's own."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from orderbridge.access.errors import NotAllowedError
from orderbridge.api.names import is_loopback

_PORTS = {"http": 80, "https": 443}


class OwnOrigins:
    """Knows under which addresses pages of this server are opened."""

    def __init__(self, public_url: str | None) -> None:
        self._public = _origin(public_url) if public_url else None
        self._public_url = public_url

    async def __call__(self, request: Request) -> None:
        """Check a request; for routes that nobody has signed in for yet."""
        self.check(request)

    def check(self, request: Request) -> None:
        """Let a request pass that a page of this server sends, or no page at all.

        Raises:
            NotAllowedError: Another's page does; says what to set if it is right all the same.
        """
        given = request.headers.get("origin")
        if given is None:
            # Browsers send it with everything but reading.
            return
        origin = _origin(given)
        # A proxy that ends TLS passes the name on and not the scheme: the name is what counts.
        own = {_origin(f"{scheme}://{request.headers.get('host', '')}") for scheme in _PORTS}
        if origin is None or origin not in {self._public, *own}:
            raise NotAllowedError(
                "this was asked by a page of another site; open this server under its own address, or set "
                "ORDERBRIDGE_PUBLIC_URL to the one that it is reached under",
                cause="access.origin",
            )

    def base_url(self, request: Request) -> str:
        """Return what links to this server start with."""
        return self._public_url or str(request.base_url).rstrip("/")

    def secure(self, request: Request) -> bool:
        """Tell whether a cookie may go over encrypted connections only."""
        page = urlsplit(request.headers.get("origin") or "")
        if page.scheme == "http" and is_loopback(page.hostname or ""):
            # On this machine itself there is no certificate, whatever the public address has.
            return False
        return "https" in (request.url.scheme, urlsplit(self._public_url or "").scheme)

    def address(self, request: Request) -> str | None:
        """Return where a request comes from; None where a proxy on this machine stands for everybody."""
        host = request.client.host if request.client else None
        if host is None or (self._public is not None and is_loopback(host)):
            return None
        return host


def _origin(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.lower().rstrip("."), port
