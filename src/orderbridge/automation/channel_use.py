"""Who sends through which channel, as far as the flows' texts say it: asked before a channel is removed."""

from __future__ import annotations

from collections.abc import Iterator

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.places import steps_of
from orderbridge.store import flows
from orderbridge.store.database import Tx

_SENDS = "core.notify."


async def by_channel(tx: Tx) -> dict[str, list[str]]:
    """Return the published flows that name a channel, by the channel's name.

    A channel that a flow computes as it runs is not known before.
    """
    found: dict[str, list[str]] = {}
    for flow in await flows.every(tx):
        for channel in dict.fromkeys(_named(flow.definition)):
            found.setdefault(channel, []).append(flow.name)
    return found


def _named(definition: JsonObject) -> Iterator[str]:
    for _, step in steps_of(definition):
        if str(step.get("action", "")).startswith(_SENDS):
            given = step.get("with", {}).get("channel")
            name = given.get("value") if isinstance(given, dict) else given
            if isinstance(name, str):
                yield name
