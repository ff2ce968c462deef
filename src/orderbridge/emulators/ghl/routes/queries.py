"""Query rules that many endpoints share, and how lists read them."""

from __future__ import annotations

from datetime import date as Day
from datetime import timedelta
from typing import Any

from orderbridge.emulators.ghl.calls import Call
from orderbridge.emulators.ghl.errors import unprocessable
from orderbridge.emulators.ghl.validation import Shape, filled_text, numeric_text, one_of, text

LOCATION = one_of("location")

# Required nearly everywhere.
ALT = Shape(required="altId altType", loose=True, altId=text, altType=LOCATION)
LOCATION_ID = Shape(required="locationId", loose=True, locationId=filled_text)
PAGED = ALT.extended(limit=numeric_text, offset=numeric_text)


def days(call: Call) -> tuple[str | None, str | None]:
    """``startAt`` and ``endAt``, both UTC days and both included, as stamps.

    Raises:
        Refusal: 422; not a day.
    """
    start, end = call.query.get("startAt"), call.query.get("endAt")
    try:
        first = Day.fromisoformat(start[:10]).isoformat() if start else None
        after = (Day.fromisoformat(end[:10]) + timedelta(days=1)).isoformat() if end else None
    except ValueError:
        raise unprocessable(["startAt and endAt must be valid dates (YYYY-MM-DD)"]) from None
    return first, after


def equal(call: Call, *names: str) -> dict[str, Any]:
    """The filters among ``names`` that were given."""
    return {name: call.query[name] for name in names if call.query.get(name)}


def live_mode(call: Call) -> dict[str, Any]:
    """``paymentMode`` as a filter; without it, lists mix live and test."""
    mode = call.query.get("paymentMode")
    return {"liveMode": mode == "live"} if mode in ("live", "test") else {}
