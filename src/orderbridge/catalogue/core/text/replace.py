"""Replace words in a text."""

from __future__ import annotations

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import needing, text, whole
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    found = given["text"].count(given["find"])
    return {"text": given["text"].replace(given["find"], given["put"]), "count": found}


OPERATION = computing(
    id="core.text.replace",
    title="Replace within a text",
    description="Replaces each occurrence of a text exactly as written; there are no patterns that could run away.",
    fields=needing(
        {
            "text": text("The text."),
            "find": text("What is replaced.", minLength=1),
            "put": text("What stands there instead; empty removes it."),
        },
        "text",
        "find",
        "put",
    ),
    gives=needing(
        {"text": text("The new text."), "count": whole("How many were replaced.")}, "text", "count"
    ),
    compute=_compute,
    example={"text": "red, green", "find": ", ", "put": " / "},
    example_output={"text": "red / green", "count": 1},
)
