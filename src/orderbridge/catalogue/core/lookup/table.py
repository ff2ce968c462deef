"""Translate a value by a table."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import anything, choice, flag, needing, owners_fields
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word

_CASES = ("missing", "null", "empty")


def _compute(given: JsonObject) -> JsonObject:
    case = _case_of(given)
    if case in _CASES:
        fallbacks: tuple[str, ...] = (f"if_{case}", "otherwise")
    else:
        found, value = _in_table(given)
        if found:
            return {"value": value, "case": "found"}
        fallbacks = ("otherwise",)
    for name in fallbacks:
        if name in given:
            return {"value": given[name], "case": case}
    known = ", ".join(given["table"])
    raise HeldError(
        f"the value is {case if case in _CASES else word(given['value'])!r}, which the table ({known}) does not have; "
        f"add it, or give {' or '.join(fallbacks)}, and replay",
        cause="lookup.unknown_value",
    )


def _case_of(given: JsonObject) -> str:
    if "value" not in given:
        return "missing"
    if given["value"] is None:
        return "null"
    return "empty" if given["value"] == "" else "otherwise"


def _in_table(given: JsonObject) -> tuple[bool, Any]:
    table, key = given["table"], given["value"]
    if isinstance(key, dict | list):
        return False, None
    wanted = word(key)
    if given.get("ignore_case"):
        table, wanted = {name.casefold(): value for name, value in table.items()}, wanted.casefold()
    return wanted in table, table.get(wanted)


OPERATION = computing(
    id="core.lookup.table",
    title="Look a value up in a table",
    description="Translates a value by your table; a missing value, null and an empty text are told apart, and what "
    "you did not provide for is held, never guessed.",
    fields=needing(
        {
            "value": anything("What is looked up: a text, a number, or yes or no."),
            "table": owners_fields("Each value, as text, with what it becomes."),
            "otherwise": anything("What every other value becomes."),
            "if_missing": anything("What it becomes where no value is given."),
            "if_null": anything("What null becomes."),
            "if_empty": anything("What an empty text becomes."),
            "ignore_case": flag("Whether Paid and paid are the same."),
        },
        "table",
    ),
    gives=needing(
        {
            "value": anything("What it became."),
            "case": choice("How.", ["found", "otherwise", *_CASES]),
        },
        "value",
        "case",
    ),
    compute=_compute,
    example={"value": "paid", "table": {"paid": "Closed - Won", "open": "Open"}, "otherwise": "Open"},
    example_output={"value": "Closed - Won", "case": "found"},
)
