"""A location that an app was installed in becomes a connection, or an existing one works again."""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.accounts.pausing import wake
from orderbridge.accounts.scopes import how_to_add, missing_scopes
from orderbridge.connectors.ghl.agency import read_location
from orderbridge.connectors.ghl.auth import Grant
from orderbridge.connectors.ghl.models import Location
from orderbridge.connectors.http import HttpClient
from orderbridge.core.errors import ReconnectError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.apps import App
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.tokens import secret_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What was handed out for a location, proved by reading it.

    Attributes:
        agency_id: Whose token made it; None where the location itself installed the app.
    """

    grant: Grant
    location: Location
    app: App
    agency_id: str | None = None


async def prove(http: HttpClient, grant: Grant, *, location_id: str) -> Location:
    """Read the location with its new token, before anything is stored.

    Raises:
        ReconnectError: The token is good for another location, or for none.
    """
    location = await read_location(http, grant, location_id)
    if location.id != location_id or grant.location_id not in (None, location_id):
        raise ReconnectError(
            f"HighLevel handed out a token of location {grant.location_id or location.id} where one of {location_id} "
            "was asked for; nothing was stored",
            cause="ghl.wrong_location",
        )
    return location


async def keep(
    runtime: Runtime, pair: Pair, *, name: str, mode: str, wanted: list[str], config: JsonObject | None = None
) -> JsonObject:
    """Store a proved pair: a new connection, or the same location's existing one that works again.

    Args:
        runtime: The opened accounts.
        pair: What was handed out.
        name: Of the connection.
        mode: Its world; an existing connection keeps its own.
        wanted: The scopes that were asked for.
        config: Further settings of a new connection.

    Raises:
        SetupError: The name belongs to another account, or the location to another name.
    """
    missing = missing_scopes(wanted, pair.grant.scopes)
    now = runtime.clock.now()
    location_id = pair.location.id
    signed_in: JsonObject = {
        "oauth_app": pair.app.id,
        "client_id": pair.app.client_id,
        # Its webhooks name the app; those of other apps in the same location are not ours.
        "app_id": pair.app.app_id,
        "agency": pair.agency_id,
        "signed_in_at": now.isoformat(),
        "missing_scopes": missing,
    }
    secret = secret_of(pair.grant.token(version=1, now=now))
    state, reason = (connections.DEGRADED, how_to_add(missing)) if missing else (connections.OK, None)
    async with runtime.db.begin() as tx:
        known = await _same(tx, name=name, location_id=location_id, mode=mode)
        if known is None:
            base: JsonObject = {"base_url": pair.app.config["base_url"], "location_id": location_id}
            if pem := pair.app.config.get("webhook_key_pem"):
                base["webhook_key_pem"] = pem
            stored = await connections.create(
                tx,
                runtime.box,
                random_id,
                name=name,
                system="ghl",
                mode=mode,
                account=location_id,
                config=base | signed_in | (config or {}),
                secret=secret,
            )
        else:
            stored = known
            await connections.set_config(tx, known.id, signed_in)
            await connections.replace_secret(tx, runtime.box, known.id, secret, replaces=None, entered=True)
        await connections.set_state(tx, stored.id, state, reason)
        await wake(tx, stored.id)
    found = f"HighLevel location {pair.location.name} ({location_id}), time zone {pair.location.time_zone}"
    return {
        "id": stored.id,
        "name": name,
        "system": "ghl",
        "mode": stored.mode,
        "location": location_id,
        "found": found,
        "reconnected": known is not None,
        "missing_scopes": missing,
        "advice": reason,
    }


async def _same(tx: Tx, *, name: str, location_id: str, mode: str) -> Connection | None:
    """Return the connection that this would be again, having refused what would mix two accounts."""
    by_name = await connections.find(tx, name)
    by_account = await connections.of_account(tx, "ghl", location_id)
    if by_name is None and by_account is None:
        return None
    if by_name is None and by_account is not None:
        raise SetupError(
            f"location {location_id} is connected already, as {by_account.name!r}; nothing was changed: to renew its "
            f"sign-in, sign in under the name {by_account.name}",
            cause="connection.exists",
        )
    assert by_name is not None
    if by_account is None or by_account.id != by_name.id:
        raise SetupError(
            f"connection {name!r} is {by_name.system} account {by_name.account}, and the sign-in was for location "
            f"{location_id}; nothing was changed: sign in again and choose {by_name.account}, or give the other "
            "location a name of its own",
            cause="connection.other_account",
        )
    if by_name.mode != mode:
        raise SetupError(
            f"connection {name!r} is {by_name.mode}, not {mode}; nothing was changed: sign in in the mode "
            f"{by_name.mode}",
            cause="connection.other_mode",
        )
    return by_name
