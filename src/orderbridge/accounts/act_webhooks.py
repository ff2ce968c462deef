"""Act!'s webhooks on servers of one's own: registered once, watched, resumed when Act! gave up, removed.

Ours are told from other people's by their callback id, and others are never touched. The token that Act! sends
back is kept sealed in the connection's secret; beside it, in the configuration, stands its digest, which is all
that the receiving end needs.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from orderbridge.accounts.act_webhook_round import Round, make_true, ours_of
from orderbridge.accounts.discovery import address_of
from orderbridge.connectors.act.address import CLOUD, is_this_machine
from orderbridge.connectors.act.webhooks import CUSTOM, KINDS, TRIGGERS, Monitor, Webhook, digest
from orderbridge.core.errors import NotFoundError, RejectedError, SetupError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import claims, connections
from orderbridge.store.connections import Connection

# The key of a connection's configuration that says what is registered and how it fares.
WEBHOOKS = "webhooks"
_TOKEN = "webhook_token"  # noqa: S105 (the name of a key)
PATH = "/hooks/act"
_NOT_OFFERED = "polling finds what changed instead, every minute ('orderbridge serve' does it by itself)"


@dataclass(frozen=True, slots=True)
class Listed:
    """The webhooks of a database: ours, and how many are somebody else's."""

    ours: tuple[Webhook, ...]
    others: int


def chosen_monitors(
    areas: Iterable[str], triggers: Iterable[str], tables: Sequence[str]
) -> tuple[Monitor, ...]:
    """Return what to watch; without a choice everything, each custom table included.

    Raises:
        SetupError: A name is none of Act!'s.
    """
    wanted_areas = _known(areas, tuple(KINDS), "--monitor")
    wanted_triggers = _known(triggers, TRIGGERS, "--trigger")
    return tuple(
        Monitor(area, trigger, table)
        for area in wanted_areas
        for table in (tables if area == CUSTOM else (None,))
        for trigger in wanted_triggers
    )


async def register(
    runtime: Runtime,
    connection: Connection,
    *,
    base_url: str,
    areas: Iterable[str] = (),
    triggers: Iterable[str] = (),
) -> Round:
    """Register webhooks that call ``base_url``; what is there already stays as it is.

    Raises:
        SetupError: Act! cannot have webhooks here, or could not reach that address.
    """
    _refuse_cloud(connection)
    _refuse_unreachable(connection, base_url)
    async with alone(runtime, connection) as fresh:
        client = await runtime.act(connection.id)
        try:
            tables = [table.name for table in await client.tables() if table.custom]
        except NotFoundError:
            tables = []
        monitors = chosen_monitors(areas, triggers, tables)
        token, new = await _token(runtime, fresh)
        config = {
            "url": f"{base_url}{PATH}/{connection.id}",
            "token_sha256": digest(token),
            "monitors": [[item.area, item.trigger, item.table] for item in monitors],
            # The watch takes it back when its next look finds all in order.
            "health": (fresh.config.get(WEBHOOKS) or {}).get("health"),
        }
        # Before Act! hears of it: its first call may come at once.
        await _keep(runtime, connection, config)
        try:
            return await make_true(client, connection.id, config, token, renew=new)
        except RejectedError as error:
            # A server that is not well is asked again by the watch; one that refuses is left as it was.
            await _keep(runtime, connection, fresh.config.get(WEBHOOKS))
            if not isinstance(error, NotFoundError):
                raise
            raise _unknown_here() from error


async def listed(runtime: Runtime, connection: Connection) -> Listed:
    """Return the webhooks that are registered in this database.

    Raises:
        SetupError: Act! cannot have webhooks here.
    """
    _refuse_cloud(connection)
    client = await runtime.act(connection.id)
    try:
        every = await client.webhooks()
    except NotFoundError as error:
        raise _unknown_here() from error
    ours = ours_of(every, connection.id)
    return Listed(tuple(ours), len(every) - len(ours))


async def remove(runtime: Runtime, connection: Connection) -> int:
    """Remove our webhooks and forget their token; returns how many there were."""
    async with alone(runtime, connection) as fresh:
        ours = (await listed(runtime, connection)).ours
        client = await runtime.act(connection.id)
        for hook in ours:
            await client.delete_webhook(hook.id)
        left = (await listed(runtime, connection)).ours
        if left:
            raise TransientError(
                f"Act! kept {len(left)} of {len(ours)} webhooks; repeat the command",
                cause="act.webhooks_kept",
            )
        await _keep(runtime, connection, None)
        health = (fresh.config.get(WEBHOOKS) or {}).get("health") or {}
        async with runtime.db.begin() as tx:
            if fresh.state == connections.DEGRADED and fresh.state_reason == health.get("says"):
                await connections.set_state(tx, connection.id, connections.OK, None)
            secret, version = await connections.secret(tx, runtime.box, connection.id)
            if secret.pop(_TOKEN, None) is not None:
                await connections.replace_secret(tx, runtime.box, connection.id, secret, replaces=version)
    return len(ours)


async def token_of(runtime: Runtime, connection: Connection) -> str | None:
    """Return the token that our webhooks carry."""
    async with runtime.db.read() as tx:
        secret, _ = await connections.secret(tx, runtime.box, connection.id)
    found = secret.get(_TOKEN)
    return found if isinstance(found, str) else None


async def _token(runtime: Runtime, connection: Connection) -> tuple[str, bool]:
    """Return the token and whether it is new."""
    while True:
        async with runtime.db.begin() as tx:
            secret, version = await connections.secret(tx, runtime.box, connection.id)
            if isinstance(secret.get(_TOKEN), str):
                return secret[_TOKEN], False
            token = secrets.token_urlsafe(32)
            fresh = secret | {_TOKEN: token}
            # Over that version only: a password that is being replaced must not come back.
            if await connections.replace_secret(tx, runtime.box, connection.id, fresh, replaces=version):
                return token, True


async def _keep(runtime: Runtime, connection: Connection, config: JsonObject | None) -> None:
    async with runtime.db.begin() as tx:
        await connections.set_config(tx, connection.id, {WEBHOOKS: config})


@asynccontextmanager
async def alone(runtime: Runtime, connection: Connection) -> AsyncIterator[Connection]:
    """Hold the right to change this connection's webhooks; yields the connection as it is now."""
    async with claims.claim(runtime.db, [f"act-webhooks/{connection.id}"], lease_s=10, rng=runtime.rng):
        async with runtime.db.begin() as tx:
            fresh = await connections.by_id(tx, connection.id)
        yield fresh


def _known(given: Iterable[str], names: tuple[str, ...], option: str) -> tuple[str, ...]:
    by_key = {name.casefold(): name for name in names}
    wanted = list(given)
    for item in wanted:
        if item.casefold() not in by_key:
            raise SetupError(f"{option} is {item!r}; it can be {', '.join(names)}", cause="act.webhook_names")
    # In our order, each once.
    chosen = {by_key[item.casefold()] for item in wanted} or set(names)
    return tuple(name for name in names if name in chosen)


def _refuse_cloud(connection: Connection) -> None:
    if address_of(connection).deployment == CLOUD:
        raise SetupError(f"Act! Cloud offers no webhooks; {_NOT_OFFERED}", cause="act.no_webhooks")


def _unknown_here() -> SetupError:
    return SetupError(f"this Act! server knows no webhooks; {_NOT_OFFERED}", cause="act.no_webhooks")


def _refuse_unreachable(connection: Connection, base_url: str) -> None:
    if is_this_machine(urlsplit(base_url).hostname or "") and not address_of(connection).local:
        raise SetupError(
            f"the Act! server cannot call {base_url}: that is this machine's name for itself; set "
            "ORDERBRIDGE_PUBLIC_URL to the address under which the Act! server reaches this one",
            cause="act.webhook_address",
        )
