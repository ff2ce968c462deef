"""Calls over HTTP: signed, within the budget, repeated only where that is safe, refused in plain words.

Source of the measurements behind aiohttp: design notes, section 6.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from orderbridge.connectors import exchanges, permit
from orderbridge.connectors.answers import complaint, decoded
from orderbridge.connectors.base import Answer, Authenticator, Budget, Dialect
from orderbridge.connectors.exchanges import Exchange, Message
from orderbridge.connectors.ratelimit import Sleep, reset_s, retry_after_s
from orderbridge.connectors.retrying import Verdict, after_answer, after_silence, pause_s
from orderbridge.core import jsonio, log
from orderbridge.core.clock import Clock
from orderbridge.core.errors import InDoubtError, RateLimitedError, ReconnectError, TransientError
from orderbridge.core.jsonio import JsonObject

_CONNECT_S = 10.0
# The header has whole seconds, and an answer takes its time.
_SAME_CLOCK_S = 5.0
_IDS_IN_PATH = re.compile(r"/(?=[^/]*\d)[A-Za-z0-9_-]{15,}(?=/|$)")
_log = log.get("connectors.http")

Params = Mapping[str, Any]


class _LostError(Exception):
    """The connection ended before the answer was here."""


class _NotSentError(Exception):
    """No connection came about, so the call never left this machine."""


class HttpClient:
    """One account's calls to one provider.

    Attributes:
        skew_s: Seconds by which the provider's clock is ahead of ours, as its last answer said.
    """

    def __init__(
        self,
        base_url: str,
        *,
        dialect: Dialect,
        budget: Budget,
        clock: Clock,
        rng: random.Random,
        authenticator: Authenticator | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 30.0,
        max_concurrent: int | None = None,
        attempts: int = 4,
        patience_s: float = 60.0,
        sleep: Sleep = asyncio.sleep,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        """Make a client; the first call opens the connection.

        Args:
            base_url: Scheme, host and a path prefix, if any.
            dialect: How this provider says no.
            budget: The allowance of calls.
            clock: Tells the time.
            rng: Spreads the repeats.
            authenticator: Signs the calls; None for calls that need no credentials.
            headers: Sent with every call.
            timeout_s: For one attempt, from connecting to the last byte.
            max_concurrent: Calls under way at once; None sets no limit.
            attempts: How often one call is sent at most.
            patience_s: How long a call waits for a provider that asked for a pause.
            sleep: Waits; tests pass one that moves their clock.
            connector: The pool of connections to share with other accounts; it is not closed with
                this client. None opens an own one.
        """
        self.base_url = base_url.rstrip("/")
        self.budget = budget
        self._dialect = dialect
        self._clock = clock
        self._rng = rng
        self._authenticator = authenticator
        self._headers = {"Accept": "application/json", "User-Agent": "orderbridge"} | dict(headers or {})
        self._timeout = _timeout(timeout_s)
        self._slots = asyncio.Semaphore(max_concurrent) if max_concurrent else None
        self._attempts = attempts
        self._patience_s = patience_s
        self._sleep = sleep
        self._connector = connector
        self._session: aiohttp.ClientSession | None = None
        self.skew_s = 0.0
        # As the provider counts them, since the client was made.
        self.calls_made = 0

    async def close(self) -> None:
        """Close the connections; a later call would open new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def guard(self, method: str, path: str) -> None:
        """Raise ``RejectedError`` for a call that must never be made."""
        self._dialect.guard(method, path)

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: JsonObject | list[Any] | None = None,
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        urgent: bool = True,
        timeout_s: float | None = None,
        signed: bool = True,
        calls: int = 1,
        accept: Collection[int] = (),
    ) -> Answer:
        """Make a call and return its successful answer.

        Args:
            method: An HTTP method in upper case.
            path: Below ``base_url``, ids already quoted.
            params: The query; a None value leaves its key out, a list repeats it.
            body: Sent as JSON with exact decimals.
            form: Sent as a form instead.
            raw: Sent as it is instead, with a Content-Type in ``headers``.
            headers: Beside the standing ones.
            repeatable: Whether doing it twice is the same as doing it once; by default only for GET.
            urgent: False lets live calls go first.
            timeout_s: For one attempt, instead of the client's own.
            signed: False sends it without credentials.
            calls: How many calls the provider counts for it.
            accept: Refusals to return like a success, for a caller who knows them better.

        Raises:
            RateLimitedError: The allowance is used up.
            TransientError: The provider is not reachable or not well; nothing was changed.
            InDoubtError: A write was sent and its outcome is unknown.
            ReconnectError: The provider does not accept this account.
            RejectedError: The provider refused this call, or it is one that must never be made.
        """
        self._dialect.guard(method, path)
        permit.called(method, path, (params, body, form, raw))
        what = f"{method} {path}"
        again_is_safe = method == "GET" if repeatable is None else repeatable
        url = URL(f"{self.base_url}{path}{_query(params)}", encoded=True)
        data, content_type = _payload(body, form, raw)
        sent_headers = self._headers | content_type | dict(headers or {})
        timeout = self._timeout if timeout_s is None else _timeout(timeout_s)
        exchange = exchanges.begin(
            method,
            f"{self.base_url}{path}",
            params,
            _message(body if form is None else form, data, sent_headers),
            private=not signed,
        )
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = await self._attempt(
                    method,
                    url,
                    data,
                    sent_headers,
                    timeout,
                    exchange,
                    urgent=urgent,
                    signed=signed,
                    calls=calls,
                )
            except (_NotSentError, _LostError) as error:
                sent = isinstance(error, _LostError)
                verdict = after_silence(sent=sent, repeatable=again_is_safe)
                if verdict is Verdict.IN_DOUBT:
                    raise self._in_doubt(what, str(error)) from error
                if attempt >= self._attempts:
                    raise TransientError(
                        f"{self._dialect.provider} {what}: {error} ({attempt} attempts); it is tried again "
                        "by itself; if this lasts, check the address and the network",
                        cause="http.unreachable",
                    ) from error
                await self._sleep(pause_s(attempt, self._rng))
                continue
            if answer.status == 401 and signed and not renewed and await self._renewed(answer):
                renewed = True
                attempt -= 1
                continue
            verdict = after_answer(
                answer, repeatable=again_is_safe, throttled=self._dialect.throttled(answer)
            )
            if verdict is Verdict.DONE or answer.status in accept:
                return answer
            if verdict is Verdict.THROTTLED:
                await self._wait_out(answer, what, last=attempt >= self._attempts)
            elif verdict is Verdict.IN_DOUBT:
                raise self._in_doubt(what, f"answered {answer.status}: {complaint(answer)}")
            elif verdict is Verdict.AGAIN and attempt < self._attempts:
                await self._sleep(pause_s(attempt, self._rng))
            else:
                raise self._dialect.refusal(answer, what=what)

    async def _attempt(
        self,
        method: str,
        url: URL,
        data: bytes | None,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
        exchange: Exchange,
        *,
        urgent: bool,
        signed: bool,
        calls: int,
    ) -> Answer:
        if signed and self._authenticator is not None:
            proof = await self._authenticator.headers()
            exchange.signed(proof)
            headers = headers | proof
        # After signing in: a token that ends right after it was made must count as one that can be renewed.
        started_s = self._clock.monotonic_s()
        with exchanges.trying(exchange, self._clock) as this:
            await self.budget.acquire(calls=calls, urgent=urgent)
            self.calls_made += calls
            status = 0
            answer_headers: Mapping[str, str] = {}
            try:
                async with self._slots or nullcontext():
                    sent_s = this.sending(self._clock)
                    status, answer_headers, raw = await self._exchange(method, url, data, headers, timeout)
                    this.ended(self._clock)
            finally:
                # Calls without credentials are counted elsewhere, if at all: nothing is learnt from them.
                await self.budget.observe(answer_headers, status if signed else 0)
        elapsed_s = self._clock.monotonic_s() - sent_s
        self._compare_clocks(answer_headers)
        if _log.is_enabled_for(logging.DEBUG):
            template = _IDS_IN_PATH.sub("/{id}", url.path)
            elapsed_ms = round(elapsed_s * 1000, 1)
            _log.debug("called", method=method, path=template, status=status, elapsed_ms=elapsed_ms)
        content_type = answer_headers.get("Content-Type", "")
        body, text = decoded(raw, content_type)
        exchange.answered(this, status, Message(body if body is not None else text, len(raw), content_type))
        return Answer(status, answer_headers, body, text, elapsed_s, started_s)

    def _compare_clocks(self, headers: Mapping[str, str]) -> None:
        """Keep how far the provider's clock is ahead of ours; its header holds whole seconds."""
        try:
            said = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
        except ValueError:
            return
        ahead_s = (said - self._clock.now()).total_seconds()
        self.skew_s = 0.0 if abs(ahead_s) < _SAME_CLOCK_S else ahead_s

    async def _exchange(
        self,
        method: str,
        url: URL,
        data: bytes | None,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
    ) -> tuple[int, Mapping[str, str], bytes]:
        session = self._session or self._open()
        # aiohttp itself repeats a PUT or DELETE when a kept connection breaks; here that is a decision.
        middlewares = (_no_hidden_repeat,) if method in ("PUT", "DELETE") else ()
        try:
            async with session.request(
                method,
                url,
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=timeout,
                middlewares=middlewares,
            ) as response:
                return response.status, response.headers, await response.read()
        except aiohttp.ClientConnectorCertificateError as error:
            raise ReconnectError(
                f"{self._dialect.provider}: the certificate of {url.host} is not trusted "
                f"({error.certificate_error}); install its authority on this machine or correct the address",
                cause="http.certificate",
            ) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _NotSentError(f"no connection to {url.host}: {_kind(error)}") from error
        except aiohttp.ClientConnectionError as error:
            if (refusal := permit.refusal(error)) is not None:
                raise refusal from None
            raise _LostError(f"connection lost: {_kind(error)}") from error
        except TimeoutError as error:
            raise _LostError(f"no answer within {timeout.total:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _LostError(f"connection lost: {_kind(error)}") from error

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=self._connector or aiohttp.TCPConnector(limit=64),
            connector_owner=self._connector is None,
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[permit.asking()],
        )
        return self._session

    async def _renewed(self, answer: Answer) -> bool:
        return self._authenticator is not None and await self._authenticator.on_unauthorised(answer)

    async def _wait_out(self, answer: Answer, what: str, *, last: bool) -> None:
        now = self._clock.now()
        wait_s = retry_after_s(answer.headers, now)
        if wait_s is None:
            wait_s = reset_s(answer.headers, now)
        if wait_s is None:
            wait_s = self.budget.state().window_s
        if last or wait_s > self._patience_s:
            raise RateLimitedError(
                f"{self._dialect.provider} {what}: too many calls ({answer.status}); it is tried again by "
                f"itself in {wait_s:.0f} s",
                retry_after_s=wait_s,
            )
        await self._sleep(wait_s + self._rng.uniform(0, 0.1 * wait_s))

    def _in_doubt(self, what: str, why: str) -> InDoubtError:
        return InDoubtError(
            f"{self._dialect.provider} {what}: {why}; whether it was carried out is unknown, so the record "
            "is looked up before anything is sent again",
            cause="http.in_doubt",
        )


async def _no_hidden_repeat(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        raise _LostError(f"connection lost: {_kind(error)}") from error


def _query(params: Params | None) -> str:
    # A list repeats its key, which both providers read.
    given = [
        (key, str(item).lower() if isinstance(item, bool) else item)
        for key, value in (params or {}).items()
        for item in (value if isinstance(value, list | tuple) else (value,))
        if item is not None
    ]
    return "?" + urlencode(given) if given else ""


def _payload(
    body: JsonObject | list[Any] | None, form: Mapping[str, str] | None, raw: bytes | None
) -> tuple[bytes | None, dict[str, str]]:
    if body is not None:
        return jsonio.encode(body), {"Content-Type": "application/json"}
    if form is not None:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return raw, {}


def _message(content: Any, data: bytes | None, headers: Mapping[str, str]) -> Message:
    return Message(data if content is None else content, len(data or b""), headers.get("Content-Type", ""))


def _timeout(total_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total_s, sock_connect=min(_CONNECT_S, total_s))


def _kind(error: BaseException) -> str:
    return str(error.__cause__ or error) or type(error).__name__
