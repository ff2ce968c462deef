"""The options of an Act! connection that a person types, checked before they are kept."""

from __future__ import annotations

import phonenumbers

from orderbridge.accounts.discovery import DISCOVERED
from orderbridge.core.errors import BadRecordError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import minor_digits


def check_options(given: JsonObject) -> None:
    """Refuse a currency or a country that does not exist.

    Args:
        given: ``currency`` and ``region``, where they are to be set.

    Raises:
        SetupError: Names the option and what it can be.
    """
    if currency := given.get("currency"):
        try:
            minor_digits(currency)
        except BadRecordError:
            raise SetupError(
                f"the currency is {currency!r}, which is not a currency of ISO 4217; it is like USD or EUR",
                cause="setup.option",
            ) from None
    if (region := given.get("region")) is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise SetupError(
            f"the region is {region!r}, which is no country code of ISO 3166; it is like US or GB",
            cause="setup.option",
        )


def check_process(name: str | None, config: JsonObject) -> None:
    """Refuse a sales process that the database was seen not to have.

    Raises:
        SetupError: Names the processes that there are.
    """
    known = [item["name"] for item in config.get(DISCOVERED, {}).get("processes") or []]
    if name and known and name not in known:
        raise SetupError(
            f"the sales process is {name!r}, and this database has no such sales process; it has {', '.join(known)}. "
            "Is it new? 'orderbridge connections discover' looks again",
            cause="setup.option",
        )
