"""Read a date that somebody wrote in their own way."""

from __future__ import annotations

from datetime import UTC, datetime

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.core.date import PATTERN, ZONE, checked_pattern, zone
from orderbridge.catalogue.fields import day, instant, needing, text
from orderbridge.core.errors import FlowError, HeldError
from orderbridge.core.jsonio import JsonObject


def _compute(given: JsonObject) -> JsonObject:
    pattern = checked_pattern(given["pattern"])
    try:
        found = datetime.strptime(given["text"].strip(), pattern)  # noqa: DTZ007 (placed in its zone below)
    except ValueError as error:
        raise HeldError(
            f"{given['text'][:40]!r} is no date of the pattern {pattern!r}", cause="date.unreadable"
        ) from error
    if found.tzinfo is None:
        if "zone" not in given:
            raise FlowError("the text has no offset (%z): give zone", cause="date.no_zone")
        found = _in_zone(found, given)
    return {"instant": found.astimezone(UTC).isoformat(), "day": found.date().isoformat()}


def _in_zone(found: datetime, given: JsonObject) -> datetime:
    placed = found.replace(tzinfo=zone(given["zone"]))
    # A skipped hour does not come back from UTC as it went; one that is there twice has two offsets.
    if placed.astimezone(UTC).astimezone(placed.tzinfo).replace(tzinfo=None) != found:
        raise HeldError(
            f"{given['text'][:40]!r} does not exist in {given['zone']}: the clocks skipped it",
            cause="date.skipped",
        )
    return placed


OPERATION = computing(
    id="core.date.parse",
    title="Read a date from text",
    description="Reads a date by the pattern and zone that you name, so that 03/04 is never guessed; of an hour that "
    "the clocks show twice it takes the first.",
    fields=needing({"text": text("The date as text."), "pattern": PATTERN, "zone": ZONE}, "text", "pattern"),
    gives=needing(
        {"instant": instant("The moment, in UTC."), "day": day("The day, in the zone.")}, "instant", "day"
    ),
    compute=_compute,
    example={"text": "01/31/2026 9:05 PM", "pattern": "%m/%d/%Y %I:%M %p", "zone": "America/New_York"},
    example_output={"instant": "2026-02-01T02:05:00+00:00", "day": "2026-01-31"},
)
