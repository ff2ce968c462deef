"""The opened accounts: one client each, shared by everything that runs in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from orderbridge.catalogue.act.profile import ActProfile, discover
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.base import Budget
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ratelimit import WindowBudget
from orderbridge.connectors.reach import Allowed
from orderbridge.connectors.web import Web
from orderbridge.core.clock import Clock
from orderbridge.core.errors import FlowError, OrderBridgeError, ReconnectError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.brake import Brake
from orderbridge.engine.context import Accounts, RunContext
from orderbridge.engine.expressions.pool import Expressions
from orderbridge.engine.ghl_sign_in import GhlSignIn
from orderbridge.engine.health import ConnectionPausedError, GatedAuthenticator, GatedBudget, Health
from orderbridge.engine.lane_handlers import LaneHandler
from orderbridge.engine.transcripts import Kept
from orderbridge.engine.writes import Writer
from orderbridge.notify.notices import Notices
from orderbridge.store import connections, switches
from orderbridge.store.budgets import Allowance, SharedBudgets
from orderbridge.store.connections import Connection
from orderbridge.store.crypto import SecretBox
from orderbridge.store.database import Database

_CONNECTION_LIFE_S = 1.5
JOURNAL_INCOMPLETE = "journal_incomplete"


@dataclass(kw_only=True)
class Runtime:
    """Clients, profiles and settings of this process.

    Attributes:
        settle_s: How long a lost answer's write may still be under way at the provider.
        poll_interval_s: How soon recent records are looked at again where a connection says nothing else.
        lease_s: For how long a lane is held before it has to be renewed.
        http_kept: How much is kept of what is said to the accounts, and ``http_kept_days`` for how long.
        allowed: What flows may reach besides the public internet.
        lane_handlers: By kind of lane, who handles deliveries that are not records of an account.
        expressions: The processes that compute expressions.
        sign_in: The credentials of HighLevel accounts.
    """

    db: Database
    box: SecretBox
    clock: Clock
    rng: Random
    allowed: Allowed = field(default_factory=Allowed)
    lease_s: float = 30.0
    settle_s: float = 2.0
    write_timeout_s: float = 30.0
    profile_life_s: float = 600.0
    poll_interval_s: float = 60.0
    http_kept: Kept = "writes"
    http_kept_days: int = 30
    lane_handlers: dict[str, LaneHandler] = field(default_factory=dict)
    expressions: Expressions = field(default_factory=Expressions)
    sign_in: GhlSignIn = field(init=False)
    _ghl: dict[str, GhlClient] = field(default_factory=dict)
    _act: dict[str, ActClient] = field(default_factory=dict)
    _profiles: dict[str, tuple[float, ActProfile, JsonObject]] = field(default_factory=dict)
    _connections: dict[str, tuple[float, Connection]] = field(default_factory=dict)
    _opened_with: dict[str, int] = field(default_factory=dict)
    _retired: list[GhlClient | ActClient] = field(default_factory=list)
    _looking: dict[str, asyncio.Lock] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    health: Health = field(init=False)
    brake: Brake = field(init=False)

    def __post_init__(self) -> None:
        """Know nothing yet about how the connections are."""
        self.health = Health(self.db, self.clock)
        self.brake = Brake(self.db, self.clock)
        self.sign_in = GhlSignIn(db=self.db, box=self.box, clock=self.clock, rng=self.rng)

    @property
    def web(self) -> Web:
        """Other web services, as far as the owner lets flows reach."""
        return Web(self.clock, self.allowed)

    @property
    def notices(self) -> Notices:
        """The channels for messages to the owner's people."""
        return Notices(db=self.db, box=self.box, clock=self.clock, web=self.web)

    async def connection(self, connection_id: str) -> Connection:
        """Return a connection, remembered for a moment: a pause is met within two seconds."""
        known = self._connections.get(connection_id)
        now = self.clock.monotonic_s()
        if known and known[0] > now:
            return known[1]
        async with self.db.begin() as tx:
            connection = await connections.by_id(tx, connection_id)
        self._connections[connection_id] = (now + _CONNECTION_LIFE_S, connection)
        return connection

    async def ghl(self, connection_id: str) -> GhlClient:
        """Return the client of a HighLevel connection."""
        await self.usable(connection_id)
        await self._drop_outdated(connection_id)
        if connection_id in self._ghl:
            return self._ghl[connection_id]
        # One at a time: many lanes start at once, and each account shall have one client.
        async with self._opening:
            if connection_id in self._ghl:
                return self._ghl[connection_id]
            connection = await self.connection(connection_id)
            async with self.db.begin() as tx:
                secret, version = await connections.secret(tx, self.box, connection_id)
            self._opened_with[connection_id] = version
            self._ghl[connection_id] = GhlClient.connect(
                base_url=connection.config["base_url"],
                location_id=connection.config["location_id"],
                authenticator=GatedAuthenticator(
                    await self.sign_in.authenticator(connection, secret), partial(self.usable, connection_id)
                ),
                version=connection.config.get("version", "2021-07-28"),
                budget=self._budget(connection),
                clock=self.clock,
                rng=self.rng,
                timeout_s=self.write_timeout_s,
            )
        return self._ghl[connection_id]

    async def act(self, connection_id: str) -> ActClient:
        """Return the client of an Act! connection."""
        await self.usable(connection_id)
        await self._drop_outdated(connection_id)
        if connection_id in self._act:
            return self._act[connection_id]
        async with self._opening:
            if connection_id in self._act:
                return self._act[connection_id]
            connection = await self.connection(connection_id)
            async with self.db.begin() as tx:
                secret, version = await connections.secret(tx, self.box, connection_id)
            self._opened_with[connection_id] = version
            self._act[connection_id] = ActClient.connect(
                base_url=connection.config["base_url"],
                database=connection.config["database"],
                user=connection.config["user"],
                password=secret["password"],
                budget=self._budget(connection),
                clock=self.clock,
                rng=self.rng,
                timeout_s=self.write_timeout_s,
            )
        return self._act[connection_id]

    async def profile(self, connection_id: str) -> ActProfile:
        """Return what an Act! database has, looked up again from time to time."""
        client = await self.act(connection_id)
        async with self._looking.setdefault(connection_id, asyncio.Lock()):
            known = self._profiles.get(connection_id)
            now = self.clock.monotonic_s()
            connection = await self.connection(connection_id)
            if known and known[0] > now and known[2] == connection.config:
                return known[1]
            profile = await discover(client, connection.config)
            self._profiles[connection_id] = (now + self.profile_life_s, profile, connection.config)
            return profile

    async def context(
        self,
        connection_ids: Sequence[str],
        writer: Writer,
        *,
        began_at: datetime | None = None,
        unhurried: bool = False,
    ) -> RunContext:
        """Return what a run between these connections may use.

        Args:
            connection_ids: Source and target; one alone is both, none suits what needs no account.
            writer: Proves the run's writes.
            began_at: When the run was begun first; None means now.
            unhurried: Whether its calls let live ones go first.

        Raises:
            FlowError: The connections belong to different worlds (live, test, sandbox).
        """
        chosen = [await self.connection(item) for item in connection_ids]
        for other in chosen[1:]:
            if other.mode != chosen[0].mode:
                raise FlowError(
                    f"connection {chosen[0].name!r} is {chosen[0].mode} and {other.name!r} is {other.mode}; "
                    "test and live never meet",
                    cause="flow.modes_differ",
                )
        async with self.db.read() as tx:
            journal_complete = not await switches.read(tx, JOURNAL_INCOMPLETE)
        by_system = {item.system: item.id for item in chosen}
        act, ghl = by_system.get("act"), by_system.get("ghl")
        act_client = await self.act(act) if act else None
        ghl_client = await self.ghl(ghl) if ghl else None
        if unhurried:
            act_client = act_client and act_client.unhurried()
            ghl_client = ghl_client and ghl_client.unhurried()
        return RunContext(
            accounts=Accounts(
                act=act_client,
                ghl=ghl_client,
                profile=await self.profile(act) if act else None,
            ),
            web=self.web,
            notices=self.notices,
            clock=self.clock,
            writer=writer,
            source_connection=chosen[0].id if chosen else "",
            target_connection=chosen[-1].id if chosen else "",
            journal_complete=journal_complete,
            live=bool(chosen) and chosen[0].mode != "test",
            began_at=began_at or self.clock.now(),
            rng=self.rng,
            # Longer than any single write takes, shorter than a person waits.
            claim_lease_s=max(3.0, 2 * self.lease_s),
        )

    async def systems(self, *connection_ids: str) -> dict[str, str]:
        """Return the connection id of each system among these connections."""
        return {(await self.connection(item)).system: item for item in connection_ids}

    async def evaluate(self, expression: str, scope: JsonObject) -> Any:
        """Compute an expression of a mapping, in another process; ``MISSING`` where it gives nothing.

        Raises:
            FlowError: It is wrong, or takes too much time or memory.
        """
        return await self.expressions.evaluate(expression, scope, now=self.clock.now())

    def look_again(self, connection_id: str) -> None:
        """Ask the database with the next use of a connection, not only after a moment."""
        self._connections.pop(connection_id, None)

    async def usable(self, connection_id: str) -> None:
        """Do nothing, unless a person paused the connection.

        Raises:
            ConnectionPausedError: It is paused.
        """
        connection = await self.connection(connection_id)
        if connection.state == connections.PAUSED:
            raise ConnectionPausedError(connection)

    async def broke(self, connection_id: str, error: ReconnectError) -> None:
        """Note that an account does not let us in; logged once, not with every call."""
        await self.health.broke(connection_id, error)

    async def failed(self, connection_id: str, error: OrderBridgeError) -> None:
        """Note that an account could not be reached; several times in a row make it degraded."""
        await self.health.failed(connection_id, error)

    async def works(self, connection_id: str) -> None:
        """Note that an account works; cheap enough to be said after every piece of work."""
        await self.health.works(connection_id)

    async def _drop_outdated(self, connection_id: str) -> None:
        """Let go of a client that does not get in, once a person has entered another token or password."""
        if self.health.working(connection_id) or connection_id not in self._opened_with:
            return
        async with self.db.read() as tx:
            _, version = await connections.secret(tx, self.box, connection_id)
        if self._opened_with[connection_id] == version:
            return
        # It may be another kind of credentials by now, with other settings beside them.
        self._connections.pop(connection_id, None)
        # Others may be using the old one just now, so it is closed only at the end.
        self._retired += [
            client
            for client in (self._ghl.pop(connection_id, None), self._act.pop(connection_id, None))
            if client is not None
        ]

    def _budget(self, connection: Connection) -> Budget:
        allowance = Allowance.of(connection)
        budget = WindowBudget(
            connection_id=connection.id,
            limit=allowance.calls,
            window_s=allowance.window_s,
            daily_limit=allowance.daily,
            clock=self.clock,
            store=SharedBudgets(self.db),
        )
        return GatedBudget(budget, partial(self.usable, connection.id))

    async def forget(self, connection_id: str) -> None:
        """Close what is open for a connection, so that the next use reads its settings anew."""
        for client in (self._ghl.pop(connection_id, None), self._act.pop(connection_id, None)):
            if client is not None:
                await client.close()
        self._profiles.pop(connection_id, None)
        self._connections.pop(connection_id, None)

    async def close(self) -> None:
        """Close every client, and end the processes that compute."""
        await self.expressions.close()
        for connection_id in [*self._ghl, *self._act]:
            await self.forget(connection_id)
        while self._retired:
            await self._retired.pop().close()
        await self.sign_in.close()
