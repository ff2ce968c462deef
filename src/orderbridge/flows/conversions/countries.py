"""Countries and their states, by ISO 3166: names and codes."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pycountry

from orderbridge.catalogue.fields import choice, needed, text
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING
from orderbridge.flows.conversions.conversion import HOLD, IF_UNKNOWN, KEEP, Conversion, refused, text_of

_COUNTRIES: Any = pycountry.countries
_SUBDIVISIONS: Any = pycountry.subdivisions
# Written everywhere and reserved by ISO, though not the codes themselves.
_ALSO = {"uk": "GB", "el": "GR"}
_CODES = ("alpha_2", "alpha_3", "name")
_NAMES = ("name", "common_name", "official_name")
_UNKNOWN = choice("What becomes of what is not known; hold unless given.", IF_UNKNOWN)
_LANGUAGE = text(
    "Language of the names, such as de; English unless given.", pattern="^[a-z]{2,3}(_[A-Z]{2})?$"
)


def _country(value: Any, options: JsonObject) -> Any:
    wanted = "is no country's name or code of ISO 3166, such as Germany, DE or DEU"
    typed = text_of("country", value, wanted)
    translated = _translation(options.get("language"))
    code = _countries(options.get("language")).get(typed.casefold())
    if code is None:
        return _unknown("country", typed, value, options, wanted)
    found = _COUNTRIES.get(alpha_2=code)
    to = options.get("to", "alpha_2")
    return translated(_short_name(found)) if to == "name" else getattr(found, to)


def _short_name(country: Any) -> str:
    # People write Bolivia and Taiwan, and not what the standard puts behind a comma.
    return str(getattr(country, "common_name", country.name))


@cache
def _countries(language: str | None) -> dict[str, str]:
    translated = _translation(language)
    known: dict[str, str] = dict(_ALSO)
    for country in _COUNTRIES:
        for name in [getattr(country, name, None) for name in _NAMES]:
            if name:
                known.setdefault(name.casefold(), country.alpha_2)
                known.setdefault(translated(name).casefold(), country.alpha_2)
    # A code is never taken for a name of another one.
    known |= {code.casefold(): item.alpha_2 for item in _COUNTRIES for code in (item.alpha_2, item.alpha_3)}
    return known


@cache
def _translation(language: str | None) -> Callable[[str], str]:
    if language is None:
        return str
    try:
        return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext
    except OSError as error:
        raise FlowError(
            f"the names of countries are not known in the language {language!r}; give a code such as de or pt_BR",
            cause="mapping.unknown_language",
        ) from error


def check_language(language: str) -> None:
    """Raise where names of countries are not known in a language.

    Raises:
        FlowError: They are not.
    """
    _translation(language)


def _state(value: Any, options: JsonObject) -> Any:
    country = _countries(None).get(str(options["country"]).strip().casefold())
    if country is None:
        raise refused("state", options["country"], "is given as country and is none")
    wanted = f"is no state or province of {country} in ISO 3166-2, by its name or code"
    typed = text_of("state", value, wanted)
    found = _states(country).get(typed.casefold(), set())
    if len(found) > 1:
        raise refused(
            "state", value, f"is the name of several in {country}: {', '.join(sorted(found))}; use a code"
        )
    if not found:
        return _unknown("state", typed, value, options, wanted)
    [code] = found
    if options.get("to", "code") == "name":
        return _SUBDIVISIONS.get(code=f"{country}-{code}").name
    return code


@cache
def _states(country: str) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    every: Iterable[Any] = _SUBDIVISIONS.get(country_code=country) or ()
    codes = {item.code.partition("-")[2]: item.name for item in every}
    for code, name in codes.items():
        known.setdefault(name.casefold(), set()).add(code)
    for code in codes:
        known[code.casefold()] = {code}
        known[f"{country}-{code}".casefold()] = {code}
    return known


def _unknown(name: str, typed: str, value: Any, options: JsonObject, wanted: str) -> Any:
    unknown = options.get("if_unknown", HOLD)
    if unknown == HOLD:
        raise refused(name, value, wanted)
    return typed if unknown == KEEP else MISSING


COUNTRY = Conversion(
    name="country",
    title="Country",
    description="A country's two or three letters, or its name; any of them is read.",
    options={
        "to": choice("How it is written; alpha_2 unless given.", _CODES),
        "language": _LANGUAGE,
        "if_unknown": _UNKNOWN,
    },
    example={"to": "alpha_2"},
    convert=_country,
)
STATE = Conversion(
    name="state",
    title="State or province",
    description="A state's code or name within a country, which may itself be taken from the record.",
    options={
        "country": needed(text("Its country: a code, or {from: event.contact.country}.", minLength=2)),
        "to": choice("How it is written; code unless given.", ["code", "name"]),
        "if_unknown": _UNKNOWN,
    },
    example={"country": "US", "to": "code"},
    convert=_state,
)
