"""Write a day or a moment for people."""

from __future__ import annotations

from datetime import datetime

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.core.date import PATTERN, ZONE, checked_pattern, read, zone
from orderbridge.catalogue.fields import needing, text
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    pattern, value = checked_pattern(given["pattern"]), read(given["value"])
    if not isinstance(value, datetime):
        return {"text": value.strftime(pattern)}
    if "zone" not in given:
        raise FlowError("a moment is a different time in each zone: give zone", cause="date.no_zone")
    try:
        return {"text": value.astimezone(zone(given["zone"])).strftime(pattern)}
    except OverflowError as error:
        raise HeldError(
            "there the moment falls before the year 1 or after 9999; correct it at its source",
            cause="date.out_of_range",
        ) from error


OPERATION = computing(
    id="core.date.format",
    title="Write a date as text",
    description="Writes a day, or a moment as the clock of the zone you name shows it; no zone is ever assumed.",
    fields=needing(
        {
            "value": text("A day, or a moment with its offset."),
            "pattern": PATTERN,
            "zone": ZONE,
        },
        "value",
        "pattern",
    ),
    gives=needing({"text": text("The date as text.")}, "text"),
    compute=_compute,
    example={"value": "2026-01-31T03:30:00Z", "pattern": "%d %b %Y, %H:%M", "zone": "America/New_York"},
    example_output={"text": "30 Jan 2026, 22:30"},
)
