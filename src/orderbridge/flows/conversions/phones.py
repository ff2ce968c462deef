"""Phone numbers, by the numbering plans of all countries."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.fields import choice, text
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import STYLES, valid, written
from orderbridge.core.places import MISSING
from orderbridge.flows.conversions.conversion import HOLD, IF_UNKNOWN, KEEP, Conversion, refused, text_of


def _phone(value: Any, options: JsonObject) -> Any:
    region = options.get("region")
    wanted = "is no phone number" + (
        f" of {region}" if region else " with its country, +12015550100; or name a region"
    )
    typed = text_of("phone", value, wanted)
    number = valid(typed, region)
    if number is not None:
        return written(number, options.get("style", "e164"))
    unknown = options.get("if_unknown", HOLD)
    if unknown == HOLD:
        raise refused("phone", value, wanted)
    return typed if unknown == KEEP else MISSING


PHONE = Conversion(
    name="phone",
    title="Phone number",
    description="A number checked against its country's numbering plan: +12015550100, or as people write it there.",
    options={
        "region": text("Country of a number that was typed without one, such as US.", pattern="^[A-Z]{2}$"),
        "style": choice("How it is written; e164 unless given.", list(STYLES)),
        "if_unknown": choice("What becomes of what is no number; hold unless given.", IF_UNKNOWN),
    },
    example={"region": "US", "style": "e164"},
    convert=_phone,
)
