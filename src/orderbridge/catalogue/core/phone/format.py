"""Write a phone number in one way."""

from __future__ import annotations

import phonenumbers

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import choice, flag, needing, text
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import STYLES, valid, written


def _compute(given: JsonObject) -> JsonObject:
    number = valid(given["phone"], given.get("region"))
    if number is not None:
        return {
            "phone": written(number, given.get("style", "e164")),
            "valid": True,
            "region": phonenumbers.region_code_for_number(number),
        }
    wanted = given.get("if_invalid", "hold")
    if wanted == "hold":
        raise HeldError(
            "a phone number is not valid"
            + ("" if given.get("region") else ", or has no country code and no region was given")
            + "; correct it at its source and replay",
            cause="phone.invalid",
        )
    return {"phone": given["phone"] if wanted == "keep" else None, "valid": False, "region": None}


_NULLABLE = {"type": ["string", "null"]}

OPERATION = computing(
    id="core.phone.format",
    title="Write a phone number in one way",
    description="Checks a phone number against its country's numbering plan and writes it in one way; without a "
    "region only numbers that begin with + and their country can be read.",
    fields=needing(
        {
            "phone": text("The number as it was typed.", minLength=1),
            "region": text("Country of a number typed without one, such as US.", pattern="^[A-Z]{2}$"),
            "style": choice("How it is written; e164 unless given.", list(STYLES)),
            "if_invalid": choice(
                "What becomes of what is no number; hold unless given.", ["hold", "null", "keep"]
            ),
        },
        "phone",
    ),
    gives=needing(
        {
            "phone": text("The number.", **_NULLABLE),
            "valid": flag("Whether it is one."),
            "region": text("Its country.", **_NULLABLE),
        },
        "phone",
        "valid",
        "region",
    ),
    compute=_compute,
    example={"phone": "(212) 555-0123", "region": "US"},
    example_output={"phone": "+12125550123", "valid": True, "region": "US"},
)
