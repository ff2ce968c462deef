"""Split a text."""

from __future__ import annotations

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import flag, needing, text, texts, whole
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    most = given.get("most", 0)
    parts = given["text"].split(given["separator"], most - 1 if most else -1)
    if not given.get("keep_spaces"):
        parts = [part.strip() for part in parts]
    return {"parts": parts if given.get("keep_empty") else [part for part in parts if part]}


OPERATION = computing(
    id="core.text.split",
    title="Split a text",
    description="Splits a text at a separator; spaces around the parts and empty parts are dropped unless kept.",
    fields=needing(
        {
            "text": text("The text."),
            "separator": text("Where it is split.", minLength=1),
            "most": whole("Parts at most; the last one keeps the rest.", minimum=1),
            "keep_spaces": flag("Whether spaces around the parts stay."),
            "keep_empty": flag("Whether empty parts stay."),
        },
        "text",
        "separator",
    ),
    gives=needing({"parts": texts("The parts.")}, "parts"),
    compute=_compute,
    example={"text": "ada@example.com, bob@example.com", "separator": ","},
    example_output={"parts": ["ada@example.com", "bob@example.com"]},
)
