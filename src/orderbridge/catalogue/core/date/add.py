"""Add days, months or hours to a date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.core.date import ZONE, read, zone
from orderbridge.catalogue.fields import Fields, needing, text, whole
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

_BY_CALENDAR = ("years", "months", "weeks", "days")
_BY_CLOCK = ("hours", "minutes", "seconds")
_MOST = 1_000_000


def _compute(given: JsonObject) -> JsonObject:
    value = read(given["value"])
    dates = {unit: given[unit] for unit in _BY_CALENDAR if unit in given}
    times = {unit: given[unit] for unit in _BY_CLOCK if unit in given}
    try:
        if not isinstance(value, datetime):
            if times:
                raise FlowError("hours cannot be added to a day; give a moment", cause="flow.input_refused")
            return {"value": (value + relativedelta(**dates)).isoformat()}
        if dates and "zone" not in given:
            raise FlowError(
                "a day is 23 to 25 hours long, depending on the zone: give zone", cause="date.no_zone"
            )
        if dates:
            local = value.astimezone(zone(given["zone"])) + relativedelta(**dates)
            # Through UTC and back: an hour that the clocks skip becomes the one after it.
            value = local.astimezone(UTC).astimezone(local.tzinfo)
        moved = (value.astimezone(UTC) + timedelta(**times)).astimezone(value.tzinfo)
    except (OverflowError, ValueError) as error:
        raise FlowError("the date lies outside the years 1 to 9999", cause="date.out_of_range") from error
    return {"value": moved.isoformat()}


_FIELDS: Fields = {
    "value": text("A day, or a moment with its offset."),
    **{
        unit: whole(f"How many {unit}; negative goes back.", minimum=-_MOST, maximum=_MOST)
        for unit in (*_BY_CALENDAR, *_BY_CLOCK)
    },
    "zone": ZONE,
}

OPERATION = computing(
    id="core.date.add",
    title="Add to a date",
    description="Adds calendar units by the clock of your zone, and hours exactly; a month after 31 January is the "
    "last day of February.",
    fields=needing(_FIELDS, "value"),
    gives=needing({"value": text("The new day or moment.")}, "value"),
    compute=_compute,
    example={"value": "2026-01-31", "months": 1},
    example_output={"value": "2026-02-28"},
)
