"""Change upper and lower case."""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import choice, needing, text
from orderbridge.core.jsonio import JsonObject


def _names(value: str) -> str:
    # Not str.title: it goes by letters alone and makes Day'S of day's after any sign, digits included.
    done, start = [], True
    for letter in value.lower():
        done.append(letter.upper() if start else letter)
        start = letter in " -'’"
    return "".join(done)


_CASES: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "sentence": lambda value: value[:1].upper() + value[1:].lower(),
    "names": _names,
}


def _compute(given: JsonObject) -> JsonObject:
    return {"text": _CASES[given["case"]](given["text"])}


OPERATION = computing(
    id="core.text.case",
    title="Change upper and lower case",
    description="Writes a text in capitals, small letters, as a sentence or as a name; O'BRIEN becomes O'Brien.",
    fields=needing({"text": text("The text."), "case": choice("How.", list(_CASES))}, "text", "case"),
    gives=needing({"text": text("The new text.")}, "text"),
    compute=_compute,
    example={"text": "ada LOVELACE", "case": "names"},
    example_output={"text": "Ada Lovelace"},
)
