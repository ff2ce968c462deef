"""Signing in to Act!: a user and a password for a bearer token that lives about an hour.

Source: Act! Web API notes, section 2.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field

from orderbridge.connectors.act.refusals import sign_in_refusal
from orderbridge.connectors.base import Answer
from orderbridge.connectors.http import HttpClient
from orderbridge.core.clock import Clock
from orderbridge.core.errors import ReconnectError, TransientError


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person entered; the password never shows in ``repr``."""

    database: str
    user: str
    password: str = field(repr=False)


class ActAuthenticator:
    """Keeps one session open and renews it before it ends.

    The token's life is not published and its claims say nothing, so a timer decides; a 401 before that
    signs in anew once.
    """

    def __init__(self, credentials: Credentials, *, clock: Clock, session_life_s: float) -> None:
        self._credentials = credentials
        self._clock = clock
        self._life_s = session_life_s
        self._token: str | None = None
        self._since_s = 0.0
        self._one_at_a_time = asyncio.Lock()
        self._http: HttpClient | None = None

    def use(self, http: HttpClient) -> None:
        """Sign in through ``http``."""
        self._http = http

    async def headers(self) -> dict[str, str]:
        """Return the bearer token, renewed where its time has come."""
        if self._token is None or self._clock.monotonic_s() - self._since_s >= self._life_s:
            await self._sign_in(unless_since_s=None)
        return {"Authorization": f"Bearer {self._token}"}

    async def on_unauthorised(self, answer: Answer) -> bool:
        """Sign in anew, unless another call did so after this one began."""
        await self._sign_in(unless_since_s=answer.started_at_s)
        return True

    async def sign_in(self) -> None:
        """Sign in now, whatever is there.

        Raises:
            ReconnectError: The user, the password or the database is wrong, or the user may not.
        """
        async with self._one_at_a_time:
            await self._authorize()

    async def _sign_in(self, *, unless_since_s: float | None) -> None:
        async with self._one_at_a_time:
            if self._token is not None:
                now_s = self._clock.monotonic_s()
                if unless_since_s is None and now_s - self._since_s < self._life_s:
                    return
                if unless_since_s is not None and self._since_s > unless_since_s:
                    return
            await self._authorize()

    async def _authorize(self) -> None:
        if self._http is None:
            raise RuntimeError("use() was not called")
        pair = f"{self._credentials.user}:{self._credentials.password}".encode()
        answer = await self._http.call(
            "GET",
            "/authorize",
            headers={"Authorization": "Basic " + base64.b64encode(pair).decode()},
            signed=False,
            accept=(401, 403),
        )
        if not answer.ok:
            raise sign_in_refusal(answer, user=self._credentials.user, database=self._credentials.database)
        # Usually bare text sent as text/html, on some builds a quoted JSON string.
        token = (answer.body if isinstance(answer.body, str) else answer.text).strip().strip('"')
        if not token or any(character.isspace() or character in "<>{" for character in token):
            raise TransientError(
                "Act! GET /authorize: answered without a token; it is tried again by itself. If this lasts, "
                "check that the server address ends in /act.web.api",
                cause="act.no_token",
            )
        self._token = token
        self._since_s = self._clock.monotonic_s()


def required(value: str, name: str) -> str:
    """Return ``value``, or say that ``name`` was left empty."""
    if not value.strip():
        raise ReconnectError(f"Act!: {name} is empty; enter it and reconnect", cause="act.incomplete")
    return value
