"""Filling an action's fields from the event and from earlier steps.

A value in a flow is taken as it stands, unless it is an object with one of these keys:

- ``from: event.contact.email`` takes a field; a missing one is None, or ``otherwise``.
- ``text: "Order {event.id}"`` fills the places in braces; a missing one is an error, never an empty text.
- ``map: {paid: Won}`` with ``from`` translates; what the map lacks is ``otherwise``, or an error.
- ``object: {…}`` builds an object of such values.
"""

from __future__ import annotations

from typing import Any

from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import filled, look_up, word


def render(value: Any, scope: JsonObject) -> Any:
    """Return what ``value`` stands for within ``scope``.

    Raises:
        FlowError: The mapping itself is wrong.
        HeldError: The event holds a value that the flow's author did not provide for.
    """
    if isinstance(value, list):
        return [render(item, scope) for item in value]
    if not isinstance(value, dict):
        return value
    if "map" in value:
        return _translated(value, scope)
    if "from" in value:
        found = look_up(scope, value["from"])
        return render(value["otherwise"], scope) if found is None and "otherwise" in value else found
    if "text" in value:
        return filled(value["text"], scope)
    if "object" in value:
        return {key: render(item, scope) for key, item in value["object"].items()}
    raise FlowError(
        f"a mapping has the keys {', '.join(value)}; it needs one of from, text, map, object",
        cause="flow.bad_mapping",
    )


def _translated(value: JsonObject, scope: JsonObject) -> Any:
    found = look_up(scope, value.get("from", ""))
    table = value["map"]
    if not isinstance(found, dict | list) and word(found) in table:
        return table[word(found)]
    if "otherwise" in value:
        return render(value["otherwise"], scope)
    raise HeldError(
        f"{value.get('from')} is {found!r}, which the value map ({', '.join(table)}) does not have; add it to the "
        "flow and replay",
        cause=f"mapping.unmapped.{value.get('from')}",
    )


def holds(condition: JsonObject, scope: JsonObject) -> bool:
    """Tell whether a filter's condition is true: ``{from: event.live, equals: true}`` or ``in: […]``."""
    found = look_up(scope, condition["from"])
    if "equals" in condition:
        return bool(found == condition["equals"])
    if "in" in condition:
        return found in condition["in"]
    if "present" in condition:
        return (found is not None) is condition["present"]
    raise FlowError("a condition needs one of equals, in, present", cause="flow.bad_condition")
