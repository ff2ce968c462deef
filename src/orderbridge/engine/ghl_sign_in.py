"""The credentials of HighLevel accounts: a private token, an installed app's pair, or an agency's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

from orderbridge.connectors.base import Authenticator
from orderbridge.connectors.ghl.agency import AgencyClient
from orderbridge.connectors.ghl.auth import (
    AUTHORIZE_URL,
    COMPANY,
    LOCATION,
    Grant,
    OAuthApp,
    OAuthAuthenticator,
    PitAuthenticator,
)
from orderbridge.connectors.ghl.client import VERSION
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.core.clock import Clock
from orderbridge.core.errors import ReconnectError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.store import agencies, apps
from orderbridge.store.budgets import SharedBudgets
from orderbridge.store.connections import Connection
from orderbridge.store.crypto import SecretBox
from orderbridge.store.database import Database
from orderbridge.store.tokens import StoredTokens

log = get(__name__)

_DAILY_CALLS = 200_000


@dataclass(kw_only=True)
class GhlSignIn:
    """Makes what signs the calls of HighLevel accounts; one client for each app and agency of this process."""

    db: Database
    box: SecretBox
    clock: Clock
    rng: Random
    _apps: dict[str, tuple[str, OAuthApp]] = field(default_factory=dict)
    _agencies: dict[str, AgencyClient] = field(default_factory=dict)
    _retired: list[HttpClient] = field(default_factory=list)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def authenticator(self, connection: Connection, secret: JsonObject) -> Authenticator:
        """Return what signs a connection's calls.

        Its pair is renewed by whichever process comes first, and by no other; a location of an agency whose
        pair is lost gets a new one with the agency's token.
        """
        if "token" in secret:
            return PitAuthenticator(secret["token"])
        if "oauth_app" not in connection.config:
            raise ReconnectError(
                f"connection {connection.name!r} has neither a private token nor a marketplace app; sign in again",
                cause="ghl.not_connected",
            )
        agency_id = connection.config.get("agency")

        async def mint() -> Grant:
            return await self.mint(str(agency_id), connection.config["location_id"])

        return OAuthAuthenticator(
            _PresentApp(self, connection.config["oauth_app"]),
            StoredTokens(self.db, self.box, connection.id, self.rng),
            clock=self.clock,
            mint=mint if agency_id else None,
        )

    async def app(self, app_id: str) -> OAuthApp:
        """Return the calls in the name of a marketplace app, with its present secret."""
        async with self.db.begin() as tx:
            stored = await apps.by_id(tx, app_id)
            secret = await apps.client_secret(tx, self.box, app_id)
        config = stored.config
        known = self._apps.get(app_id)
        if known is not None and known[1].client_secret == secret and known[0] == repr(config):
            return known[1]
        if known is not None:
            self._retired.append(known[1].http)
        http = HttpClient(
            config["base_url"],
            dialect=GhlDialect(),
            # A sign-in's few calls are counted for its own location: there is no common allowance to spend.
            budget=WindowBudget(connection_id=f"{app_id}/oauth", clock=self.clock, limit=None),
            clock=self.clock,
            rng=self.rng,
            headers={"Version": config.get("version", VERSION)},
        )
        made = OAuthApp(http, stored.client_id, secret, config.get("authorize_url") or AUTHORIZE_URL)
        self._apps[app_id] = (repr(config), made)
        return made

    async def agency(self, agency_id: str) -> AgencyClient:
        """Return the client of an agency; its budget is shared by all processes."""
        async with self._opening:
            if agency_id not in self._agencies:
                async with self.db.begin() as tx:
                    stored = await agencies.by_id(tx, agency_id)
                    app = await apps.by_id(tx, stored.app_id)
                signer = OAuthAuthenticator(
                    _PresentApp(self, stored.app_id),
                    StoredTokens(self.db, self.box, agency_id, self.rng, holders=agencies),
                    clock=self.clock,
                    user_type=COMPANY,
                )
                http = HttpClient(
                    app.config["base_url"],
                    dialect=GhlDialect(),
                    budget=self._budget(agency_id, stored.config),
                    clock=self.clock,
                    rng=self.rng,
                    authenticator=signer,
                    headers={"Version": app.config.get("version", VERSION)},
                    max_concurrent=16,
                )
                self._agencies[agency_id] = AgencyClient(
                    http, company_id=stored.company_id, app_id=app.app_id
                )
            return self._agencies[agency_id]

    async def mint(self, agency_id: str, location_id: str) -> Grant:
        """Make a new pair for a location with the agency's token.

        Raises:
            ReconnectError: The agency's own pair is lost, or the app is not in this location any more.
        """
        client = await self.agency(agency_id)
        try:
            grant = await client.location_token(location_id)
        except ReconnectError as error:
            if error.cause == "ghl.wrong_location":
                # About that location, and no word against the agency's own pair.
                raise ReconnectError(
                    f"the agency has no location {location_id}; 'orderbridge connections locations' lists them",
                    cause=error.cause,
                ) from error
            await self.agency_broke(agency_id, error)
            raise
        except RejectedError as error:
            raise ReconnectError(
                f"the agency's token makes none for location {location_id} ({error}): the app is not installed "
                "there any more; install it again in HighLevel, then connect the location again",
                cause="ghl.not_installed",
            ) from error
        await self.agency_works(agency_id)
        return grant

    async def agency_broke(self, agency_id: str, error: ReconnectError) -> None:
        """Note that an agency's pair does not work; logged once."""
        async with self.db.begin() as tx:
            changed = await agencies.set_state(tx, agency_id, agencies.RECONNECT, str(error))
        if changed:
            log.error("an agency has to sign in again", agency_id=agency_id, reason=str(error))

    async def agency_works(self, agency_id: str) -> None:
        """Note that an agency's pair works."""
        async with self.db.begin() as tx:
            changed = await agencies.set_state(tx, agency_id, agencies.OK, None)
        if changed:
            log.info("an agency works again", agency_id=agency_id)

    def _budget(self, agency_id: str, config: JsonObject) -> WindowBudget:
        limits = config.get("limits", {})
        return WindowBudget(
            connection_id=agency_id,
            limit=limits.get("calls", 100),
            window_s=float(limits.get("window_s", 10.0)),
            daily_limit=limits.get("daily", _DAILY_CALLS),
            clock=self.clock,
            store=SharedBudgets(self.db),
        )

    async def close(self) -> None:
        """Close every client."""
        while self._agencies:
            await self._agencies.popitem()[1].close()
        while self._apps:
            await self._apps.popitem()[1][1].http.close()
        while self._retired:
            await self._retired.pop().close()


@dataclass(frozen=True, slots=True)
class _PresentApp:
    """Refreshes in the name of an app, with the secret that it has at that time."""

    sign_in: GhlSignIn
    app_id: str

    async def refresh(self, refresh_token: str, *, user_type: str = LOCATION) -> Grant:
        """Turn a refresh token into the next pair."""
        return await (await self.sign_in.app(self.app_id)).refresh(refresh_token, user_type=user_type)
