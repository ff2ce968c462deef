"""Calling operations in tests, as a person would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from orderbridge.accounts import act_webhooks
from orderbridge.catalogue.operation import NEEDS_CONSENT, Operation
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import operations
from orderbridge.flows.model import Flow
from orderbridge.store import connections as stored_connections
from orderbridge.store import flows
from orderbridge.store.flows import StoredFlow
from support.world import ACT, GHL, World

# How a change becomes known. Whichever way, it is one event.
PUSH, POLL, PUSH_THEN_POLL, POLL_THEN_PUSH, PUSH_TWICE = (
    "push", "poll", "push then poll", "poll then push", "push twice",
)  # fmt: skip
WAYS = (PUSH, POLL, PUSH_THEN_POLL, POLL_THEN_PUSH, PUSH_TWICE)
PUSHED = (PUSH, PUSH_TWICE)
_NO_ORDER = {"id": "none", "currency": "USD", "amount": 0, "subtotal": 0, "discount": 0, "items": []}


class Operations:
    """Calls operations in a world with one connection of each system.

    Attributes:
        world: The stand-ins and the product.
        done: The operations that succeeded, in order.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.done: list[str] = []

    async def run(self, ref: str, call_id: str | None = None, **given: Any) -> JsonObject:
        """Call an operation with everything allowed; the same ``call_id`` is the same call."""
        action = operation(ref)
        result = await operations.call(
            self.world.application.runtime,
            ref,
            given,
            await self._accounts(action),
            allowed=sorted(NEEDS_CONSENT),
            call_id=call_id,
        )
        self.done.append(action.ref)
        return result

    async def at_once(self, slow: str, ref: str, *inputs: JsonObject) -> list[JsonObject]:
        """Call an operation with each input at the same time; nobody's write arrives before all have looked.

        Args:
            slow: The call that takes its time: ``POST /api/tasks``.
            ref: The operation.
            inputs: One for each caller.
        """
        side = "act" if " /api/" in slow else "ghl"
        length = "seconds" if side == "act" else "value"
        await self.world.faults(side, slow_s={length: 0.6, "match": slow})
        try:
            return await asyncio.gather(*(self.run(ref, **given) for given in inputs))
        finally:
            await self.world.faults(side, slow_s=0)

    async def preview(self, ref: str, **given: Any) -> JsonObject:
        """Say what a call would write."""
        accounts = await self._accounts(operation(ref))
        return (await operations.preview(self.world.application.runtime, ref, given, accounts)).as_json()

    async def refused(
        self, ref: str, *, allowed: tuple[str, ...] = tuple(NEEDS_CONSENT), **given: Any
    ) -> str:
        """Call an operation that is refused; returns the message."""
        accounts = await self._accounts(operation(ref))
        with pytest.raises(OrderBridgeError) as caught:
            await operations.call(self.world.application.runtime, ref, given, accounts, allowed=allowed)
        return str(caught.value)

    @asynccontextmanager
    async def listening(
        self, *triggers: str, given: dict[str, JsonObject] | None = None
    ) -> AsyncIterator[Fired]:
        """Enable a small flow on each trigger, look at what is there, and work for the length of the block.

        Args:
            triggers: ``ghl.contact.created``; a name may be followed by ``#`` and anything, to use it twice.
            given: The triggers' own input, by the name above.
        """
        names = {await self.enable(name, (given or {}).get(name, {})): name for name in triggers}
        async with self.world.working():
            await self.looked()
            try:
                yield Fired(self, names)
            finally:
                async with self.world.db.begin() as tx:
                    for flow_id in names:
                        await flows.set_enabled(tx, f"test {flow_id}", enabled=False)

    async def enable(self, name: str, given: JsonObject) -> str:
        """Enable a small flow on a trigger, named as in ``listening``; returns its id."""
        trigger = operation(name.partition("#")[0])
        flow_id = random_id()
        connections = self.world.connections
        source, target = (ACT, GHL) if trigger.system == "act" else (GHL, ACT)
        step = {"id": "step", "action": "core.order.lines@1", "with": {"order": {"object": _NO_ORDER}}}
        flow = Flow.model_validate(
            {"flow": "test", "title": "Test", "trigger": trigger.ref, "trigger_with": given, "steps": [step]}
        )
        async with self.world.db.begin() as tx:
            await flows.publish(
                tx,
                flow_id=flow_id,
                name=f"test {flow_id}",
                template=None,
                source_connection=connections[source],
                target_connection=connections[target],
                definition=flow.as_json(),
                enabled=True,
            )
        return flow_id

    @asynccontextmanager
    async def known(self, way: str) -> AsyncIterator[None]:
        """Let what changes in HighLevel within the block become known in one of ``WAYS``; a worker must work."""
        world = self.world
        if way == POLL:
            yield
            await self.looked()
            return
        await world.faults(
            "ghl", webhook_paused=way == POLL_THEN_PUSH, webhook_duplicate=100 * (way == PUSH_TWICE)
        )
        async with world.hooks():
            yield
            if way == POLL_THEN_PUSH:
                await self.looked()
                await world.faults("ghl", webhook_paused=False)
                await world.control("ghl", "webhooks/resend", {})
        await world.faults("ghl", webhook_duplicate=0)
        await world.idle()
        if way == PUSH_THEN_POLL:
            await self.looked()

    @asynccontextmanager
    async def known_of_act(self, way: str, area: str) -> AsyncIterator[None]:
        """Let what changes in Act! within the block become known by a poll, by Act!'s own webhooks, or both.

        Args:
            way: ``POLL``, ``PUSH_THEN_POLL`` or ``POLL_THEN_PUSH``.
            area: What Act! calls the records: ``Contacts``.
        """
        world = self.world
        if way == POLL:
            yield
            await self.looked()
            return
        await world.faults("act", webhooks=True)
        async with world.db.read() as tx:
            connection = await stored_connections.by_id(tx, world.connections[ACT])
        async with world.hooks() as url:
            await act_webhooks.register(world.application.runtime, connection, base_url=url, areas=[area])
            yield
            if way == POLL_THEN_PUSH:
                await self.looked()
            told = await world.control("act", "webhooks/tick", {})
            assert told["sent"]
            assert not told["failed"]
        await world.idle()
        if way == PUSH_THEN_POLL:
            await self.looked()

    async def ghl(self, method: str, path: str, body: JsonObject | None = None, **params: Any) -> Any:
        """Do something in HighLevel as a person at its screens would."""
        client = await self.world.application.runtime.ghl(self.world.connections[GHL])
        return (await client.request(method, path, params=params, body=body)).body

    async def told(self, event: str, body: JsonObject) -> None:
        """Let HighLevel send a webhook of something that its stand-in keeps no records of."""
        await self.world.control("ghl", "webhooks/tell", {"type": event, "body": body})

    async def act(self, entity: str, record_id: str | None = None, **order: Any) -> Any:
        """Do something in Act! as a person at its screens would; returns the record."""
        return await self.world.control("act", "edit", {"entity": entity, "id": record_id} | order)

    async def looked(self) -> None:
        """Poll everything and let the worker finish."""
        results = await self.world.poll()
        errors = [item.error for item in results if item.error]
        assert not errors, errors
        await self.world.idle()

    @property
    def location(self) -> str:
        """The connected HighLevel location."""
        return str(self.world.sandbox.details["location_id"])

    async def _accounts(self, action: Operation) -> list[Any]:
        return await operations.chosen(
            self.world.application.runtime,
            action,
            ghl=None if action.system == "act" and not _both(action) else "highlevel",
            act=None if action.system == "ghl" and not _both(action) else "act",
        )


class Fired:
    """How often the flows of a block ran."""

    def __init__(self, ops: Operations, names: dict[str, str]) -> None:
        self._ops, self._names = ops, names

    async def times(self) -> dict[str, int]:
        """Count the runs of each trigger; those that never ran are left out."""
        await self._ops.world.idle()
        rows = await self._ops.world.rows(
            "SELECT flow_id, count(*) AS n FROM runs WHERE state = 'done' AND flow_id = ANY($1::text[])"
            " GROUP BY flow_id",
            list(self._names),
        )
        dead = await self._ops.world.rows(
            "SELECT reason FROM runs WHERE state = 'dead' AND flow_id = ANY($1::text[])", list(self._names)
        )
        assert dead == []
        found = {self._names[row["flow_id"]]: row["n"] for row in rows}
        self._ops.done += [operation(name.partition("#")[0]).ref for name in found]
        return found

    async def flow(self, trigger: str) -> StoredFlow:
        """The flow of a trigger."""
        [flow_id] = [flow_id for flow_id, name in self._names.items() if name == trigger]
        async with self._ops.world.db.begin() as tx:
            return await flows.by_name(tx, f"test {flow_id}")

    async def states(self, trigger: str) -> Sequence[JsonObject]:
        """What the flow of a trigger was given, oldest first."""
        flow_ids = [flow_id for flow_id, name in self._names.items() if name == trigger]
        rows = await self._ops.world.rows(
            "SELECT events.state FROM events JOIN runs ON event_id = events.id WHERE flow_id = ANY($1::text[])"
            " ORDER BY seq",
            flow_ids,
        )
        return [row["state"] for row in rows]


def _both(action: Operation) -> bool:
    # Composite operations use both sides; a second account does the others no harm.
    return action.method is None
