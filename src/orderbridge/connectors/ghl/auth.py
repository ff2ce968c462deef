"""HighLevel sign-in: OAuth pairs that may be used once, location tokens, private integration tokens.

A refresh token works once, and using it kills the pair it came from. So one refresher runs at a time
across all processes, and the new pair is saved before anybody uses it.

Source: HighLevel API notes, section 2.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from orderbridge.connectors.answers import complaint
from orderbridge.connectors.base import Answer, Token, TokenStore
from orderbridge.connectors.fields import text
from orderbridge.connectors.ghl.refusals import is_suspended, renewal_may_help
from orderbridge.connectors.http import HttpClient
from orderbridge.core import log
from orderbridge.core.clock import Clock
from orderbridge.core.errors import InDoubtError, ReconnectError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject

AUTHORIZE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
LOCATION = "Location"
COMPANY = "Company"

_USUAL_LIFE_S = 24 * 3600.0
_EARLY = 0.2
_AFTER_FAILURE_S = 60.0
_APP_SECRET = re.compile(r"client (credentials|secret|id)", re.IGNORECASE)
_log = log.get("connectors.ghl.auth")


@dataclass(frozen=True, slots=True)
class Grant:
    """What HighLevel hands out for a code, a refresh token or a location.

    Attributes:
        user_type: ``Location`` or ``Company``; tokens of a company do not work on payments.
        life_s: How long ``access`` works.
    """

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    life_s: float
    user_type: str | None
    company_id: str | None
    location_id: str | None
    user_id: str | None
    scopes: tuple[str, ...]

    @classmethod
    def parse(cls, data: JsonObject) -> Grant:
        """Read a token answer in either spelling.

        Raises:
            InDoubtError: There is no token in it; the old pair may be gone.
        """
        access = text(data, "access_token", "accessToken")
        if access is None:
            raise InDoubtError(
                "HighLevel POST /oauth: accepted, but the answer holds no token", cause="ghl.no_token"
            )
        life = data.get("expires_in", data.get("expiresIn"))
        return cls(
            access=access,
            refresh=text(data, "refresh_token", "refreshToken"),
            life_s=float(life) if isinstance(life, int) and not isinstance(life, bool) else _USUAL_LIFE_S,
            user_type=text(data, "userType"),
            company_id=text(data, "companyId"),
            location_id=text(data, "locationId"),
            user_id=text(data, "userId"),
            scopes=tuple((text(data, "scope") or "").split()),
        )

    def token(self, *, version: int, now: datetime) -> Token:
        """Return the pair to save."""
        return Token(
            access=self.access,
            refresh=self.refresh,
            expires_at=now + timedelta(seconds=self.life_s),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """Our marketplace app: its name and secret, and the calls made in its name.

    Attributes:
        http: A client of the HighLevel host without an authenticator.
        authorize_at: The consent page, or the install link that HighLevel shows for the app: what else is in
            its query (``version_id``, which private apps need) stays.
    """

    http: HttpClient
    client_id: str
    client_secret: str = field(repr=False)
    authorize_at: str = AUTHORIZE_URL

    def authorize_url(self, *, redirect_uri: str, scopes: Sequence[str], state: str) -> str:
        """Return the address where a person installs the app."""
        parts = urlsplit(self.authorize_at)
        query = dict(parse_qsl(parts.query)) | {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
        }
        return urlunsplit(parts._replace(query=urlencode(query), fragment=""))

    async def exchange_code(self, code: str, *, redirect_uri: str, user_type: str = LOCATION) -> Grant:
        """Turn the code of an installation into a grant; a code works once and not for long.

        Raises:
            ReconnectError: The code or the app's secret is not accepted, or the answer was lost.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "user_type": user_type,
            "redirect_uri": redirect_uri,
        }
        try:
            return await self._ask(form, lost="sign in again")
        except InDoubtError as error:
            raise ReconnectError(
                "HighLevel's answer to the sign-in was lost, and its code works only once; sign in again",
                cause="ghl.code_lost",
            ) from error

    async def refresh(self, refresh_token: str, *, user_type: str = LOCATION) -> Grant:
        """Turn a refresh token into the next pair; the old pair is dead afterwards.

        Raises:
            ReconnectError: The refresh token was used before or revoked: the pair is lost.
            InDoubtError: Nobody knows whether it was used now.
        """
        return await self._ask(
            {"grant_type": "refresh_token", "refresh_token": refresh_token, "user_type": user_type},
            lost="it was used before, or the app was uninstalled: the pair of tokens is lost; sign in again",
        )

    async def _ask(self, form: dict[str, str], *, lost: str) -> Grant:
        answer = await self.http.call(
            "POST",
            "/oauth/token",
            form={"client_id": self.client_id, "client_secret": self.client_secret} | form,
            signed=False,
            accept=(400, 401, 403),
        )
        if not answer.ok:
            if is_suspended(answer):
                raise ReconnectError(
                    f"HighLevel refuses new tokens while the location is suspended ({complaint(answer)}); the "
                    "saved ones are kept: have the location activated in HighLevel, then work goes on by itself",
                    cause="ghl.location_suspended",
                )
            if _APP_SECRET.search(complaint(answer).message):
                raise ReconnectError(
                    f"HighLevel does not accept the marketplace app's client id and secret ({complaint(answer)}); the "
                    "saved tokens are kept: give the app's current secret with 'orderbridge connect ghl --oauth "
                    "--client-secret-stdin'",
                    cause="ghl.app_secret",
                )
            raise ReconnectError(
                f"HighLevel refused the {form['grant_type'].replace('_', ' ')} "
                f"({answer.status}: {complaint(answer)}): {lost}",
                cause="ghl.pair_lost" if form["grant_type"] == "refresh_token" else "ghl.code_refused",
            )
        return grant_of(answer)


class PitAuthenticator:
    """Signs with a private integration token, which does not end by itself and cannot be renewed."""

    def __init__(self, token: str) -> None:
        if not token.strip():
            raise ReconnectError("HighLevel: the token is empty; enter it", cause="ghl.incomplete")
        self._headers = {"Authorization": f"Bearer {token.strip()}"}

    async def headers(self) -> dict[str, str]:
        """Return the token."""
        return self._headers

    async def on_unauthorised(self, answer: Answer) -> bool:
        """Nothing can be renewed."""
        return False


class Refresher(Protocol):
    """Who turns a refresh token into the next pair: an ``OAuthApp``, or whatever looks one up."""

    async def refresh(self, refresh_token: str, *, user_type: str = LOCATION) -> Grant:
        """As ``OAuthApp.refresh``."""
        ...


class OAuthAuthenticator:
    """Signs with the pair in the store and renews it at 80 % of its life, one refresher at a time."""

    def __init__(
        self,
        app: Refresher,
        store: TokenStore,
        *,
        clock: Clock,
        user_type: str = LOCATION,
        mint: Callable[[], Awaitable[Grant]] | None = None,
    ) -> None:
        """Make an authenticator.

        Args:
            app: Refreshes.
            store: Keeps the pair for all processes.
            clock: Tells the time.
            user_type: As when the app was installed.
            mint: Makes a new grant without a refresh token, where an agency's token can.
        """
        self._app = app
        self._store = store
        self._clock = clock
        self._user_type = user_type
        self._mint = mint
        self._token: Token | None = None
        self._life_s = _USUAL_LIFE_S
        # Since when this process has known its pair: a call that began before was signed with an older one.
        self._known_since_s = float("-inf")
        self._not_before_s = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def headers(self) -> dict[str, str]:
        """Return the access token, renewed beforehand where its time has come.

        Raises:
            ReconnectError: No pair is saved, or the pair is lost and its access token has ended.
        """
        token = self._token or await self._load()
        if self._is_due(token):
            token = await self._renew(token, forced=False)
        return {"Authorization": f"Bearer {token.access}"}

    async def on_unauthorised(self, answer: Answer) -> bool:
        """Renew once, if the refusal is about the token and no newer one has come since the call began."""
        if not renewal_may_help(answer):
            return False
        if self._known_since_s <= answer.started_at_s:
            await self._renew(self._token or await self._load(), forced=True)
        return True

    async def _load(self) -> Token:
        token = await self._store.load()
        if token is None:
            raise ReconnectError(
                "HighLevel: no tokens are saved for this connection; connect the account",
                cause="ghl.not_connected",
            )
        return self._take(token)

    def _take(self, token: Token) -> Token:
        """Keep the newer of two pairs; a slow look at the store may bring an old one."""
        if self._token is None or token.version > self._token.version:
            self._token = token
            self._known_since_s = self._clock.monotonic_s()
        return self._token

    def _is_due(self, token: Token) -> bool:
        if token.expires_at is None or self._clock.monotonic_s() < self._not_before_s:
            return False
        return (token.expires_at - self._clock.now()).total_seconds() < self._life_s * _EARLY

    def _still_works(self, token: Token) -> bool:
        return token.expires_at is None or token.expires_at > self._clock.now()

    async def _renew(self, used: Token, *, forced: bool) -> Token:
        async with self._one_at_a_time:
            mine = self._token
            if mine is not None and (mine.version != used.version or not (forced or self._is_due(mine))):
                return mine
            async with self._store.refreshing():
                current = await self._load()
                if current.version != used.version:
                    # Another process was quicker.
                    return current
                return await self._replace(current, forced=forced)

    async def _replace(self, current: Token, *, forced: bool) -> Token:
        try:
            grant = await self._next(current)
        except (TransientError, ReconnectError) as error:
            # While the old access token works, work goes on with it and the refresh is tried again.
            if forced or not self._still_works(current):
                raise
            self._not_before_s = self._clock.monotonic_s() + _AFTER_FAILURE_S
            _log.warning("token refresh failed", cause=error.cause, works_until=str(current.expires_at))
            return current
        token = grant.token(version=current.version + 1, now=self._clock.now())
        if not await self._store.save(token, replaces=current.version):
            # A person reconnected the account meanwhile; that pair is the newer one.
            return await self._load()
        self._life_s = grant.life_s
        return self._take(token)

    async def _next(self, current: Token) -> Grant:
        if current.refresh is None:
            if self._mint is not None:
                return await self._mint()
            raise ReconnectError(
                "HighLevel: the access token has ended and there is no refresh token; sign in again",
                cause="ghl.token_ended",
            )
        try:
            return await self._refreshed(current.refresh)
        except ReconnectError as error:
            if self._mint is None or error.cause != "ghl.pair_lost":
                raise
        return await self._mint()

    async def _refreshed(self, refresh_token: str) -> Grant:
        try:
            return await self._app.refresh(refresh_token, user_type=self._user_type)
        except InDoubtError:
            # The answer was lost. If the token was not used up after all, asking again works.
            return await self._app.refresh(refresh_token, user_type=self._user_type)


def grant_of(answer: Answer) -> Grant:
    """Read the grant in a successful answer.

    Raises:
        InDoubtError: There is none in it.
    """
    if not isinstance(answer.body, dict):
        raise InDoubtError(
            f"HighLevel POST /oauth: accepted ({answer.status}), but the answer cannot be read",
            cause="ghl.unreadable_answer",
        )
    try:
        return Grant.parse(answer.body)
    except RejectedError as error:
        raise InDoubtError(str(error), cause=error.cause) from error
