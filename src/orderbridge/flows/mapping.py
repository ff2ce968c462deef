"""Filling an action's fields from the event and from earlier steps.

A value in a flow is taken as it stands, unless it is an object; that is a mapping (``flows.field_mapping``):

- ``from: event.contact.email`` takes a field; ``text: "Order {event.id}"`` fills the places in braces;
  ``expression: "event.amount * 2"`` computes; ``object: {…}`` builds an object of such values; ``value: …`` is itself.
- ``if_missing``, ``if_null``, ``if_empty`` say what becomes of nothing, null and an empty text, which are three
  things; ``otherwise`` is a fallback; ``required: true`` holds what has no value.
- ``convert: phone`` writes it in another way; ``map: {paid: Won}`` and ``lookup`` translate.

Missing is never written, null clears only where the author says so, and an empty text is an empty text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING, find
from orderbridge.flows.model import Check
from orderbridge.flows.rendering import Addition, Evaluate, Rendering, case_of, settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """An action's input as it was filled.

    Attributes:
        given: The fields; what is missing is not among them.
        additions: To the target's drop-down lists, to be made before the action.
    """

    given: JsonObject
    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders mappings and answers conditions.

    Attributes:
        evaluate: Computes an expression within a scope.
    """

    evaluate: Evaluate

    async def render(self, value: Any, scope: JsonObject) -> Any:
        """Return what ``value`` stands for within ``scope``; MISSING for what is not there, None for null.

        Raises:
            FlowError: The mapping itself is wrong.
            HeldError: The event holds a value that the flow's author did not provide for.
        """
        rendering = Rendering(self.evaluate, scope)
        return settled(await rendering.of(value, ""), {}, "")

    async def inputs(self, fields: JsonObject, scope: JsonObject, *, step: str, schema: JsonObject) -> Inputs:
        """Fill the fields of an action.

        Args:
            fields: Each with its mapping.
            scope: What it is filled from.
            step: Its id, for messages.
            schema: JSON Schema of the action's input; what it requires and is missing is held.

        Raises:
            FlowError: A mapping is wrong, or a field cannot be cleared.
            HeldError: A required value is missing, or one that the author did not provide for came.
        """
        properties, required = schema.get("properties", {}), set(schema.get("required", []))
        given: JsonObject = {}
        additions: list[Addition] = []
        for name, value in fields.items():
            wanted = properties.get(name, {})
            rendering = Rendering(self.evaluate, scope, writing=True, step=step, additions=additions)
            try:
                found = await rendering.of(value, name)
                if name in required:
                    rendering.needed(name, value, found, wanted)
                elif found is None:
                    found = MISSING
                found = settled(found, wanted, name)
            except (HeldError, FlowError) as error:
                raise _placed(error, rendering.where(name)) from error
            if found is not MISSING:
                given[name] = found
        _one_of_several(fields, given, schema, Rendering(self.evaluate, scope, step=step))
        return Inputs(given=given, additions=tuple(additions))

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
            if not asked:
                return found is True
        else:
            found = find(scope, check.from_ or "")
        if not asked:
            raise FlowError(
                "a condition needs one of equals, not_equals, in, not_in, present, is, above, below",
                cause="flow.bad_condition",
            )
        return all(_answers(name, getattr(check, name), found) for name in asked)


def _one_of_several(fields: JsonObject, given: JsonObject, schema: JsonObject, rendering: Rendering) -> None:
    """Hold a record that has none of several values of which the action needs one, such as e-mail or phone."""
    ways = [item["required"] for item in schema.get("anyOf", []) if set(item) == {"required"}]
    mapped = [names for names in ways if set(names) <= set(fields)]
    if not mapped or any(set(names) <= set(given) for names in ways):
        return
    wanted = " or ".join(" and ".join(names) for names in mapped)
    raise HeldError(
        f"{rendering.where(wanted)}: none of them is there, and the action needs one; complete the record at "
        "its source and replay. Nothing was written",
        cause=f"mapping.missing.{mapped[0][0]}",
    )


def _placed(error: OrderBridgeError, where: str) -> OrderBridgeError:
    kind = HeldError if isinstance(error, HeldError) else FlowError
    return kind(f"{where}: {error}", cause=error.cause)


def _answers(name: str, wanted: Any, found: Any) -> bool:
    if name == "is_":
        return bool(case_of(found) == wanted)
    # To the other questions nothing is what null is.
    found = None if found is MISSING else found
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
