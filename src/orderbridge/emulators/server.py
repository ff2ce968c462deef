"""Both twins together as a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from orderbridge.core.clock import Clock
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.serving import run_app
from orderbridge.emulators.act.app import create_act_app
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.ghl.app import create_ghl_app
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.seeds.act_world import seeded_act_world
from orderbridge.emulators.seeds.ghl_history import empty_ghl_world, seeded_ghl_world

__all__ = ["Sandbox", "run_app", "run_sandbox"]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Both twins, running.

    Attributes:
        ghl: The state of the HighLevel twin.
        act: The state of the Act! twin.
        details: Where they are and how to get in: what ``orderbridge sandbox --json`` prints.
    """

    ghl: GhlWorld
    act: ActWorld
    details: JsonObject


@asynccontextmanager
async def run_sandbox(
    *,
    ghl_port: int = 0,
    act_port: int = 0,
    webhook_url: str | None = None,
    seed: int = 7,
    clock: Clock,
    seeded: bool = True,
    custom_tables: bool = True,
) -> AsyncIterator[Sandbox]:
    """Serve both twins on loopback.

    Args:
        ghl_port: 0 takes any free port.
        act_port: 0 takes any free port.
        webhook_url: Where HighLevel's events go; None sends none. It can be set later on the twin.
        seed: Equal seeds give equal histories.
        clock: Where the time comes from.
        seeded: False begins with goods and people but nothing sold.
        custom_tables: Whether the Act! database has the custom tables from the start.

    Raises:
        SetupError: A port is taken.
    """
    build = seeded_ghl_world if seeded else empty_ghl_world
    ghl = build(seed=seed, clock=clock, webhook_url=webhook_url)
    act = seeded_act_world(seed=seed, clock=clock, custom_tables=custom_tables)
    try:
        async with (
            run_app(create_ghl_app(ghl), port=ghl_port) as ghl_url,
            run_app(create_act_app(act), port=act_port) as act_url,
        ):
            yield Sandbox(ghl, act, _details(ghl, act, ghl_url, act_url))
    finally:
        await ghl.close()


def _details(ghl: GhlWorld, act: ActWorld, ghl_url: str, act_url: str) -> JsonObject:
    return {
        "ghl_url": ghl_url,
        "act_url": f"{act_url}/act.web.api",
        "location_id": ghl.location_id,
        "company_id": ghl.company_id,
        "user_id": ghl.user_id,
        "pit_token": ghl.pit_token,
        "oauth_client_id": ghl.oauth_client_id,
        "oauth_client_secret": ghl.oauth_client_secret,
        "webhook_public_key_pem": ghl.webhooks.signer.public_key_pem,
        "act_database": act.database,
        "act_user": act.user,
        "act_password": act.password,
    }
