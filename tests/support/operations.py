"""Calling operations in tests, as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.catalogue.operation import NEEDS_CONSENT, Operation
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import operations
from support.world import World


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

    async def _accounts(self, action: Operation) -> list[Any]:
        return await operations.chosen(
            self.world.application.runtime,
            action,
            ghl=None if action.system == "act" and not _both(action) else "highlevel",
            act=None if action.system == "ghl" and not _both(action) else "act",
        )


def _both(action: Operation) -> bool:
    # Composite operations use both sides; a second account does the others no harm.
    return action.method is None
