"""How a connection is used: what of its settings a person may see and change."""

from __future__ import annotations

from orderbridge.accounts.act_options import check_options, check_process
from orderbridge.core.business_day import zone_of
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import time_zones
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

_SHOWN = (
    "base_url",
    "location_id",
    "database",
    "user",
    "currency",
    "process",
    "negative_prices",
    "region",
    "app_id",
    "time_zone",
    "time_zone_from",
    "missing_scopes",
)


def options_of(connection: Connection) -> JsonObject:
    """Return the settings that are no inner matter, and how the account was signed in to; never a secret."""
    config = connection.config
    signed_in = "agency" if config.get("agency") else "app" if config.get("oauth_app") else "entered"
    return {key: config.get(key) for key in _SHOWN} | {
        "signed_in": signed_in,
        "processes": [item["name"] for item in (config.get("discovered") or {}).get("processes") or []],
    }


async def change(runtime: Runtime, name: str, given: JsonObject, *, zone: str | None) -> JsonObject:
    """Change options and time zone together or not at all; returns what is kept.

    Args:
        runtime: The opened accounts.
        name: Of the connection.
        given: As for ``set_options``; these are for Act! only.
        zone: In which its days are counted; None leaves it as it is.

    Raises:
        SetupError: As ``set_options``, or there is no such time zone.
    """
    if zone is not None:
        zone_of(zone)
    changed: JsonObject = {}
    if given or zone is None:
        changed = await set_options(runtime, name, given)
    if zone is not None:
        await time_zones.set_time_zone(runtime, name, zone)
        changed["time_zone"] = zone
    return changed


async def set_options(runtime: Runtime, name: str, given: JsonObject) -> JsonObject:
    """Change how an Act! connection is used; returns what is kept. A running worker takes it up within seconds.

    Args:
        runtime: The opened accounts.
        name: Of the connection.
        given: ``negative_prices``, ``currency``, ``process``, ``region``; None leaves one as it is, and an empty
            currency or process takes it back.

    Raises:
        SetupError: There is no such connection, or no such currency, country or sales process.
    """
    changes = {key: value for key, value in given.items() if value is not None}
    for key in ("currency", "region"):
        if key in changes:
            changes[key] = changes[key].strip().upper()
    for key in ("currency", "process"):
        if key in changes:
            changes[key] = changes[key] or None
    if not changes:
        raise SetupError("nothing to change was given", cause="setup.option")
    check_options(changes)
    async with runtime.db.begin() as tx:
        item = await connections.by_name(tx, name, system="act")
        check_process(changes.get("process"), item.config)
        await connections.set_config(tx, item.id, changes)
    runtime.look_again(item.id)
    return changes
