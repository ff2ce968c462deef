"""Watching Act!'s webhooks: Act! gives up after three calls that failed and tells nobody, so somebody has to look."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.accounts.act_webhook_round import Round, make_true, monitors_of
from orderbridge.accounts.act_webhooks import WEBHOOKS, alone, token_of
from orderbridge.connectors.diagnosis import Finding, dubious, fine, passed_over
from orderbridge.core.errors import OrderBridgeError, ReconnectError, RejectedError, TransientError
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

log = get(__name__)

_OK, _DEGRADED = connections.OK, connections.DEGRADED


@dataclass(frozen=True, slots=True)
class Health:
    """How the webhooks of a connection fare; ``says`` is empty while all is well."""

    state: str
    says: str


async def watch_all(runtime: Runtime) -> None:
    """Look after the webhooks of every Act! connection that has some."""
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    for item in every:
        paused = item.state == connections.PAUSED
        if item.system == "act" and not paused and monitors_of(item.config.get(WEBHOOKS)):
            try:
                await watch(runtime, item)
                await runtime.works(item.id)
            except ReconnectError as error:
                await runtime.broke(item.id, error)
            except OrderBridgeError as error:
                log.info("webhooks could not be watched", connection_id=item.id, reason=str(error))
            except Exception:
                log.exception("watching webhooks failed", connection_id=item.id)


async def watch(runtime: Runtime, connection: Connection) -> Health:
    """Resume what Act! suspended and register what is missing; the findings are kept with the connection.

    Raises:
        TransientError: The server is not well; nothing is known, and the next round looks again.
    """
    async with alone(runtime, connection) as fresh:
        config = fresh.config.get(WEBHOOKS)
        token = await token_of(runtime, fresh)
        if not monitors_of(config) or config is None:
            return Health(_OK, "")
        if token is None:
            again = f"repeat 'orderbridge connections webhooks {fresh.name} --register'"
            health = Health(_DEGRADED, f"the token of the webhooks is not known any more; {again}")
            await _note(runtime, fresh, health)
            return health
        client = (await runtime.act(fresh.id)).unhurried()
        try:
            health = _judged(await make_true(client, fresh.id, config, token), config["url"])
        except TransientError as error:
            if error.cause != "act.webhooks_absent":
                raise
            health = Health(_DEGRADED, str(error))
        except RejectedError as error:
            health = Health(
                _DEGRADED, f"Act! refuses to show or resume the webhooks ({error}); polling goes on"
            )
        await _note(runtime, fresh, health)
    return health


def health_of(connection: Connection) -> Health | None:
    """Return how the webhooks fared when they were looked at last; None where there are none."""
    config = connection.config.get(WEBHOOKS)
    if not monitors_of(config) or config is None:
        return None
    known = config.get("health") or {}
    return Health(known.get("state", _OK), known.get("says", ""))


def finding_of(connection: Connection) -> Finding:
    """Return the diagnosis of the webhooks, without a call."""
    health = health_of(connection)
    if health is None:
        return passed_over("none are registered; polling finds what changed")
    if health.state == _OK:
        return fine(f"{len(monitors_of(connection.config[WEBHOOKS]))} are registered and watched")
    return dubious(
        health.says,
        "see from the Act! server whether that address can be reached; polling goes on meanwhile",
        cause="act.webhooks",
    )


def _judged(done: Round, url: str) -> Health:
    said = []
    if done.resumed:
        said.append(
            f"Act! had given up calling {len(done.resumed)} webhooks, since calls to {url} failed; they were resumed"
        )
    if done.registered:
        said.append(f"{len(done.registered)} webhooks were missing in Act! and were registered again")
    return Health(_DEGRADED, "; ".join(said)) if said else Health(_OK, "")


async def _note(runtime: Runtime, connection: Connection, health: Health) -> None:
    before = health_of(connection)
    if before is None or before == health:
        return
    since = runtime.clock.now().isoformat(timespec="seconds")
    config = connection.config[WEBHOOKS] | {
        "health": {"state": health.state, "says": health.says, "since": since}
    }
    async with runtime.db.begin() as tx:
        await connections.set_config(tx, connection.id, {WEBHOOKS: config})
        # What others found wrong with this connection is not ours to overwrite or to take back.
        if health.state == _DEGRADED and (connection.state == _OK or connection.state_reason == before.says):
            if connection.state == _DEGRADED:
                await connections.set_state(tx, connection.id, _OK, None)
            await connections.set_state(tx, connection.id, _DEGRADED, health.says)
        elif connection.state == _DEGRADED and connection.state_reason == before.says:
            await connections.set_state(tx, connection.id, _OK, None)
    if health.state == before.state:
        return
    if health.state == _OK:
        log.info("webhooks work again", connection_id=connection.id)
    else:
        log.warning("webhooks had to be mended", connection_id=connection.id, reason=health.says)
