"""Join a list to a text."""

from __future__ import annotations

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import anything, needing, text
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word

_PLAIN = {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}}


def _compute(given: JsonObject) -> JsonObject:
    words = [word(item) for item in given["items"] if item not in (None, "")]
    separator: str = given.get("separator", ", ")
    last: str = given.get("last_separator", separator)
    head, tail = words[:-1], words[-1:]
    return {"text": last.join([separator.join(head), *tail]) if head else "".join(tail)}


OPERATION = computing(
    id="core.list.join",
    title="Join a list to a text",
    description="Joins texts and numbers with a separator, and another before the last if you like; null and empty "
    "items are left out.",
    fields=needing(
        {
            "items": anything("The items.", **_PLAIN),
            "separator": text("Between items; a comma and a space unless given."),
            "last_separator": text("Before the last item, such as ' and '."),
        },
        "items",
    ),
    gives=needing({"text": text("The joined text.")}, "text"),
    compute=_compute,
    example={"items": ["red", "green", "blue"], "last_separator": " and "},
    example_output={"text": "red, green and blue"},
)
