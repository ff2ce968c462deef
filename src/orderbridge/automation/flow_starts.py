"""Flows that a person or another program starts: starting one, and the secret address at which it is called."""

from __future__ import annotations

import secrets
from typing import Any

from orderbridge.catalogue.own_events import INBOUND, MANUAL
from orderbridge.connectors.fields import wire_time
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.own_events import happened, require
from orderbridge.engine.runtime import Runtime
from orderbridge.store import flows, hook_paths

PATH = "/hooks/in"
_PATH_BYTES = 32


async def start(runtime: Runtime, name: str, given: Any) -> None:
    """Start a flow that listens to ``core.manual.started``; the worker runs it.

    Args:
        runtime: The opened accounts.
        name: Of the flow.
        given: What it gets as ``event.input``.

    Raises:
        FlowError: It is switched off, or listens to something else.
        SetupError: There is no such flow.
    """
    async with runtime.db.begin() as tx:
        flow = await flows.by_name(tx, name)
        require(flow, MANUAL, "core.manual.started")
        state = {"input": given, "started_at": wire_time(runtime.clock.now())}
        await accept_all(tx, [happened(flow, MANUAL, random_id(), state)])


async def has_address(runtime: Runtime, name: str) -> bool:
    """Whether a flow has an address at which other programs start it.

    Raises:
        SetupError: There is no such flow.
    """
    async with runtime.db.read() as tx:
        return await hook_paths.exists(tx, (await flows.by_name(tx, name)).id)


async def make_address(runtime: Runtime, name: str, *, replace: bool) -> str:
    """Make the path at which other programs start a flow that listens to ``core.webhook.received``.

    Args:
        runtime: The opened accounts.
        name: Of the flow.
        replace: Also where it has one, which is not answered any more then.

    Returns:
        The path, to be shown this once: only its hash is kept.

    Raises:
        FlowError: It is switched off, or listens to something else.
        SetupError: There is no such flow, or it has an address already.
    """
    path = secrets.token_urlsafe(_PATH_BYTES)
    async with runtime.db.begin() as tx:
        flow = await flows.by_name(tx, name)
        require(flow, INBOUND, "core.webhook.received")
        if not replace and await hook_paths.exists(tx, flow.id):
            raise SetupError(
                f"flow {name!r} has an address, which is kept as a hash only and cannot be shown again; --replace "
                "makes another one",
                cause="flow.hook_exists",
            )
        await hook_paths.keep(tx, flow.id, path)
    return f"{PATH}/{path}"
