"""Filling an action's fields from the event and from earlier steps.

A value in a flow is taken as it stands, unless it is an object with one of these keys:

- ``from: event.contact.email`` takes a field; a missing one is None, or ``otherwise``.
- ``text: "Order {event.id}"`` fills the places in braces; a missing one is an error, never an empty text.
- ``map: {paid: Won}`` with ``from`` translates; what the map lacks is ``otherwise``, or an error.
- ``expression: "event.amount * 2"`` computes; nothing is None, or ``otherwise``.
- ``object: {…}`` builds an object of such values.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING, filled, look_up, word
from orderbridge.flows.model import Check

Evaluate = Callable[[str, JsonObject], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders mappings and answers conditions.

    Attributes:
        evaluate: Computes an expression within a scope; ``MISSING`` where it gives nothing.
    """

    evaluate: Evaluate

    async def render(self, value: Any, scope: JsonObject) -> Any:
        """Return what ``value`` stands for within ``scope``.

        Raises:
            FlowError: The mapping itself is wrong.
            HeldError: The event holds a value that the flow's author did not provide for.
        """
        if isinstance(value, list):
            return [await self.render(item, scope) for item in value]
        if not isinstance(value, dict):
            return value
        if "map" in value:
            return await self._translated(value, scope)
        if "from" in value:
            found = look_up(scope, value["from"])
            if found is None and "otherwise" in value:
                return await self.render(value["otherwise"], scope)
            return found
        if "text" in value:
            return filled(value["text"], scope)
        if "expression" in value:
            return await self._computed(value, scope)
        if "object" in value:
            return {key: await self.render(item, scope) for key, item in value["object"].items()}
        raise FlowError(
            f"a mapping has the keys {', '.join(value)}; it needs one of from, text, map, expression, object",
            cause="flow.bad_mapping",
        )

    async def _computed(self, value: JsonObject, scope: JsonObject) -> Any:
        found = await self.evaluate(value["expression"], scope)
        if found is not MISSING:
            return found
        return await self.render(value["otherwise"], scope) if "otherwise" in value else None

    async def _translated(self, value: JsonObject, scope: JsonObject) -> Any:
        found = look_up(scope, value.get("from", ""))
        table = value["map"]
        if not isinstance(found, dict | list) and word(found) in table:
            return table[word(found)]
        if "otherwise" in value:
            return await self.render(value["otherwise"], scope)
        raise HeldError(
            f"{value.get('from')} is {found!r}, which the value map ({', '.join(table)}) does not have; add it to "
            "the flow and replay",
            cause=f"mapping.unmapped.{value.get('from')}",
        )

    async def hold(self, checks: Sequence[Check], scope: JsonObject) -> bool:
        """Tell whether all of these hold; no check always does."""
        for check in checks:
            if not await self.holds(check, scope):
                return False
        return True

    async def holds(self, check: Check, scope: JsonObject) -> bool:
        """Tell whether a condition is true.

        Raises:
            FlowError: It asks nothing, or compares what cannot be compared.
        """
        asked = check.model_fields_set - {"from_", "expression", "reason"}
        if check.expression is not None:
            found = await self.evaluate(check.expression, scope)
            # As a field that is not there: a condition on it asks whether it is present.
            found = None if found is MISSING else found
            if not asked:
                return found is True
        else:
            found = look_up(scope, check.from_ or "")
        if not asked:
            raise FlowError(
                "a condition needs one of equals, not_equals, in, not_in, present, above, below",
                cause="flow.bad_condition",
            )
        return all(_answers(name, getattr(check, name), found) for name in asked)


def _answers(name: str, wanted: Any, found: Any) -> bool:
    match name:
        case "equals":
            return bool(found == wanted)
        case "not_equals":
            return bool(found != wanted)
        case "in_":
            return found in wanted
        case "not_in":
            return found not in wanted
        case "present":
            return (found is not None) is wanted
    if found is None:
        return False
    try:
        return bool(found > wanted if name == "above" else found < wanted)
    except TypeError as error:
        raise FlowError(
            f"a condition compares {found!r} with {wanted!r}, which have no order", cause="flow.bad_condition"
        ) from error
