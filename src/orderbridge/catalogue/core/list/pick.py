"""Pick one item of a list."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import anything, flag, needing, text, whole
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import look_up

_LIST = {"type": "array"}


def _compute(given: JsonObject) -> JsonObject:
    if ("equals" in given) != ("field" in given):
        raise FlowError("field and equals belong together", cause="flow.input_refused")
    fitting: list[Any] = [
        item
        for item in given["items"]
        if "field" not in given
        or (isinstance(item, dict) and look_up(item, given["field"]) == given["equals"])
    ]
    at = given.get("position", 1)
    if at == 0 or abs(at) > len(fitting):
        return {"item": None, "found": False, "count": len(fitting)}
    return {"item": fitting[at - 1 if at > 0 else at], "found": True, "count": len(fitting)}


OPERATION = computing(
    id="core.list.pick",
    title="Pick an item of a list",
    description="Picks an item by its position, or the one whose field has a value; says how many there were, so "
    "that a second match does not go unseen.",
    fields=needing(
        {
            "items": anything("The list.", **_LIST),
            "position": whole("1 is the first, -1 the last; the first unless given."),
            "field": text("Path of a field that must fit."),
            "equals": anything("What that field must be."),
        },
        "items",
    ),
    gives=needing(
        {
            "item": anything("The item, null where there is none."),
            "found": flag("Whether there is one."),
            "count": whole("How many fitted."),
        },
        "item",
        "found",
        "count",
    ),
    compute=_compute,
    example={"items": [{"sku": "A"}, {"sku": "B"}], "field": "sku", "equals": "B"},
    example_output={"item": {"sku": "B"}, "found": True, "count": 1},
)
