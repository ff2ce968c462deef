"""Operations that take what people know, such as a name, where the provider wants an id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Fields, object_of
from orderbridge.catalogue.operation import Operation
from orderbridge.core.jsonio import JsonObject

Resolve = Callable[[ActionContext, JsonObject], Awaitable[JsonObject]]


def resolving(operation: Operation, *, fields: Fields, resolve: Resolve, **more: Any) -> Operation:
    """Put a look-up in front of a declared operation.

    Args:
        operation: What is done in the end, with the provider's own ids.
        fields: The input that people give instead.
        resolve: Makes the operation's own input of it; raises where a name means nothing, or several things.
        more: Attributes of ``Operation`` that differ.
    """
    inner = operation.run
    assert inner is not None

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        return await inner(ctx, await resolve(ctx, given))

    own: dict[str, Any] = {"input_schema": object_of(fields), "run": run}
    return replace(operation, **(own | more))
