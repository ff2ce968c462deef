"""One HTTP request to a service that we know nothing about: to a checked address, once, with a limit to its answer."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from orderbridge.connectors import exchanges, permit
from orderbridge.connectors.exchanges import READING, Exchange, Message, Try
from orderbridge.connectors.ratelimit import retry_after_s
from orderbridge.connectors.reach import Allowed, Resolve, is_address, reachable, system_resolve
from orderbridge.core import jsonio
from orderbridge.core.clock import Clock
from orderbridge.core.errors import FlowError, InDoubtError, RateLimitedError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import HIDDEN

# Of an answer's headers, what a flow may need and is no secret.
_SHOWN = ("content-type", "location", "etag", "last-modified", "retry-after")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"})
_CONNECT_S = 10.0
_RETRY_S = 60.0


@dataclass(frozen=True, kw_only=True)
class WebRequest:
    """A request.

    Attributes:
        body: None sends none.
        expected: Statuses that are a success; empty means 200 to 299.
        most_bytes: Of the answer that are read.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    expected: frozenset[int] = frozenset()
    timeout_s: float = 30.0
    most_bytes: int = 1024 * 1024

    @property
    def reads(self) -> bool:
        """Whether it changes nothing over there."""
        return self.method in READING

    def succeeded(self, status: int) -> bool:
        """Tell whether a status is what the caller expects."""
        return status in self.expected if self.expected else 200 <= status < 300


class Web:
    """Sends requests, each on a connection of its own; redirects are answers and are not followed."""

    def __init__(
        self, clock: Clock, allowed: Allowed | None = None, resolve: Resolve = system_resolve
    ) -> None:
        self._clock, self._allowed, self._resolve = clock, allowed or Allowed(), resolve

    async def send(self, request: WebRequest) -> JsonObject:
        """Make a request and return its answer: status, some headers, and the body as JSON or as text.

        Raises:
            FlowError: The URL or a header cannot be used, or the address must not be called; nothing was sent.
            TransientError: Nothing was changed over there, and trying again may help.
            InDoubtError: It may have been carried out.
            RejectedError: The answer is not what was expected.
        """
        permit.called(request.method, request.url, (request.query, request.body))
        url = _url(request)
        _check_headers(request.headers)
        where = f"{request.method} {url.host}"
        if is_address(url.raw_host or ""):
            # The connection does not ask the resolver for these.
            await self.addresses(url.raw_host or "", url.port or 0)
        exchange = _begun(request)
        with exchanges.trying(exchange, self._clock) as this:
            this.sending(self._clock)
            shown = await self._exchange(request, url, where, exchange, this)
            this.ended(self._clock)
        return shown

    async def _exchange(
        self, request: WebRequest, url: URL, where: str, exchange: Exchange, this: Try
    ) -> JsonObject:
        try:
            async with (
                aiohttp.ClientSession(
                    connector=self._connector(url),
                    timeout=aiohttp.ClientTimeout(total=request.timeout_s, sock_connect=_CONNECT_S),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    trace_configs=[permit.asking()],
                ) as session,
                session.request(
                    request.method,
                    url,
                    headers=dict(request.headers),
                    data=request.body,
                    allow_redirects=False,
                ) as answer,
            ):
                # Of a refusal nothing is read: whoever refuses need not be heard out.
                exchange.answered(this, answer.status, Message(None, answer.content_length or 0))
                self._judge(request, where, answer)
                body, whole = await _read(answer, request.most_bytes)
        except aiohttp.ClientConnectorCertificateError as error:
            raise RejectedError(f"{where}: its certificate is not valid", cause="web.certificate") from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TransientError(f"{where}: no connection came about", cause="web.unreachable") from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise FlowError(f"{where}: the request cannot be written down", cause="web.unusable") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, aiohttp.ClientError) and (refusal := permit.refusal(error)) is not None:
                raise refusal from None
            raise _lost(request, f"{where}: its answer did not come") from error
        if not whole and request.reads:
            raise RejectedError(
                f"{where}: the answer has more than {request.most_bytes} bytes", cause="web.too_large"
            )
        shown = _shown(answer, body, whole=whole)
        kind = answer.headers.get("content-type", "")
        said = shown["text"] if shown["json"] is None else shown["json"]
        exchange.answered(this, answer.status, Message(said, len(body), kind))
        return shown

    def _connector(self, url: URL) -> aiohttp.TCPConnector:
        host, port = url.raw_host or "", url.port or 0
        listed = self._allowed.has_host(host, port)

        def checked_socket(info: Any) -> socket.socket:
            # The last look: what is connected to is exactly this address, whoever came up with it.
            family, kind, proto, _, where = info
            if not listed and self._allowed.refusal(str(where[0])) is not None:
                raise OSError(f"{host} must not be called")
            return socket.socket(family=family, type=kind, proto=proto)

        return aiohttp.TCPConnector(
            resolver=_Checked(self),
            use_dns_cache=False,
            force_close=True,
            socket_factory=checked_socket,
        )

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return a host's addresses, all of which may be called.

        Raises:
            FlowError: One of them must not be called.
            OSError: The host has no address.
        """
        return list(await reachable(host, port, self._allowed, self._resolve))

    def _judge(self, request: WebRequest, where: str, answer: aiohttp.ClientResponse) -> None:
        status = answer.status
        if request.succeeded(status):
            return
        if status == 429:
            pause_s = retry_after_s(answer.headers, self._clock.now())
            raise RateLimitedError(
                f"{where}: too many requests", retry_after_s=_RETRY_S if pause_s is None else pause_s
            )
        if status >= 500 or status == 408:
            raise _lost(request, f"{where}: answered {status}")
        told = " It leads elsewhere; redirects are not followed." if 300 <= status < 400 else ""
        raise RejectedError(
            f"{where}: answered {status}, which is not expected.{told}",
            cause=f"web.status_{status}",
            status=status,
        )


class _Checked(AbstractResolver):
    """Gives a connection only addresses that were checked; there is no second question to a name server."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in await self._web.addresses(host, port)
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _begun(request: WebRequest) -> Exchange:
    """Begin the call for whoever listens; the values of its headers and of its query are nobody's business."""
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    content: Any = request.body
    if content is not None and "json" in kind.lower():
        try:
            content = jsonio.decode(content)
        except ValueError:
            content = request.body
    message = Message(content, len(request.body or b""), kind)
    exchange = exchanges.begin(request.method, request.url, dict.fromkeys(request.query, HIDDEN), message)
    exchange.signed({name: value for name, value in request.headers.items() if value != kind})
    exchange.signed(request.query)
    return exchange


def _url(request: WebRequest) -> URL:
    try:
        url = URL(request.url)
        port = url.port
    except ValueError as error:
        raise FlowError("the URL cannot be read", cause="web.bad_url") from error
    if url.scheme not in ("http", "https") or not url.raw_host or port is None:
        raise FlowError("the URL must begin with http:// or https:// and a host", cause="web.bad_url")
    if "@" in request.url.split("/", 3)[2]:
        raise FlowError(
            "the URL has a user or a password; put them into the header Authorization", cause="web.bad_url"
        )
    if url.raw_query_string:
        raise FlowError(
            "the URL has a query; give it as query, whose values are kept out of the journal",
            cause="web.bad_url",
        )
    return url.with_fragment(None).with_query(dict(request.query) or None)


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in _OURS:
            raise FlowError(f"the header {name} is set by the connection itself", cause="web.bad_header")
        if any(sign in name + value for sign in "\r\n\0"):
            raise FlowError("a header has a line break", cause="web.bad_header")


async def _read(answer: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    parts, size = [], 0
    async for part in answer.content.iter_chunked(64 * 1024):
        size += len(part)
        if size > most:
            return b"", False
        parts.append(part)
    return b"".join(parts), True


def _lost(request: WebRequest, said: str) -> TransientError:
    if request.reads:
        return TransientError(said, cause="web.lost")
    return InDoubtError(f"{said}; it may have been carried out.", cause="web.lost")


def _shown(answer: aiohttp.ClientResponse, body: bytes, *, whole: bool) -> JsonObject:
    shown: JsonObject = {
        "status": answer.status,
        "headers": {name: answer.headers[name] for name in _SHOWN if name in answer.headers},
        "json": None,
        "text": None,
        "truncated": not whole,
    }
    if "json" in answer.headers.get("content-type", "").lower():
        try:
            shown["json"] = jsonio.decode(body) if body else None
        except ValueError:
            pass
        else:
            return shown
    shown["text"] = body.decode(_charset(answer), errors="replace").replace("\0", "\ufffd")
    return shown


def _charset(answer: aiohttp.ClientResponse) -> str:
    try:
        "".encode(answer.charset or "utf-8")
    except LookupError:
        return "utf-8"
    return answer.charset or "utf-8"
