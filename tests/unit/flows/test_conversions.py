"""Conversions: exact, asked for, and held rather than guessed; there and back is where one began."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.catalogue import schema
from orderbridge.core.errors import FlowError, HeldError, OrderBridgeError
from orderbridge.core.money import minor_digits, quantized
from orderbridge.core.places import MISSING
from orderbridge.flows import conversions


def convert(value: Any, name: str, **options: Any) -> Any:
    return conversions.apply(value, name, options)


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("2026-01-31T23:30:00Z", {"zone": "Europe/Berlin"}, "2026-02-01"),
        ("2026-01-31T23:30:00Z", {"zone": "America/New_York"}, "2026-01-31"),
        ("2026-01-31T23:30:00", {}, "2026-01-31"),
        (" 2026-01-31 ", {}, "2026-01-31"),
        ("01/02/2026", {"read_as": "%d/%m/%Y"}, "2026-02-01"),
        ("2026-02-01", {"write_as": "%d.%m.%Y"}, "01.02.2026"),
    ],
)
def test_a_day_is_the_day_in_the_zone(value: str, options: dict[str, str], expected: str) -> None:
    assert convert(value, "date", **options) == expected


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("2026-01-31 09:05", {"zone": "Europe/Berlin"}, "2026-01-31T08:05:00Z"),
        ("2026-07-31 09:05", {"zone": "Europe/Berlin"}, "2026-07-31T07:05:00Z"),
        ("2026-01-31T09:05:00+02:00", {}, "2026-01-31T07:05:00Z"),
        ("2026-01-31T09:05:00Z", {"write_zone": "America/New_York"}, "2026-01-31T04:05:00-05:00"),
        ("31.01.26 9:05 PM", {"read_as": "%d.%m.%y %I:%M %p", "zone": "UTC"}, "2026-01-31T21:05:00Z"),
        ("2026-10-25 02:30", {"zone": "Europe/Berlin", "twice": "first"}, "2026-10-25T00:30:00Z"),
        ("2026-10-25 02:30", {"zone": "Europe/Berlin", "twice": "second"}, "2026-10-25T01:30:00Z"),
    ],
)
def test_a_moment_is_read_in_its_zone(value: str, options: dict[str, str], expected: str) -> None:
    assert convert(value, "date_time", **options) == expected


@pytest.mark.parametrize(
    ("value", "options", "said"),
    [
        ("2026-03-29 02:30", {"zone": "Europe/Berlin"}, "the clocks skipped it"),
        ("2026-10-25 02:30", {"zone": "Europe/Berlin"}, "is there twice in Europe/Berlin"),
        ("2026-01-31", {"zone": "UTC"}, "is a day without a time"),
        ("03/04/2026", {"zone": "UTC"}, "read_as names another pattern"),
        ("", {}, "an empty text"),
        (5, {}, "a number"),
    ],
)
def test_a_moment_that_would_be_guessed_is_held(value: Any, options: dict[str, str], said: str) -> None:
    with pytest.raises(HeldError, match=said):
        convert(value, "date_time", **options)


def test_a_moment_without_a_zone_is_the_authors_fault() -> None:
    with pytest.raises(FlowError, match="needs zone"):
        convert("2026-01-31 09:05", "date_time")
    with pytest.raises(FlowError, match="needs zone"):
        convert("2026-01-31T09:05:00Z", "date")


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
MOMENTS = st.integers(0, 3_000_000_000).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@given(MOMENTS, ZONES)
def test_a_moment_written_in_a_zone_is_read_back_as_the_same(moment: datetime, zone: str) -> None:
    wanted = moment.isoformat().replace("+00:00", "Z")
    there = convert(wanted, "date_time", write_zone=zone)
    assert convert(there, "date_time") == wanted
    assert convert(wanted, "date", zone=zone) == moment.astimezone(ZoneInfo(zone)).date().isoformat()
    pattern = {"write_zone": zone, "write_as": "%d.%m.%Y %H:%M:%S"}
    local = convert(wanted, "date_time", **pattern)
    read = {"read_as": "%d.%m.%Y %H:%M:%S", "zone": zone}
    assert wanted in {convert(local, "date_time", **read, twice=which) for which in ("first", "second")}


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("(201) 555-0123", {"region": "US"}, "+12015550123"),
        ("+1 201 555 0123", {}, "+12015550123"),
        ("+12015550123", {"style": "national"}, "(201) 555-0123"),
        ("030 901820", {"region": "DE", "style": "international"}, "+49 30 901820"),
        ("ask Ada", {"region": "US", "if_unknown": "keep"}, "ask Ada"),
    ],
)
def test_a_phone_number_is_written_in_one_way(value: str, options: dict[str, str], expected: str) -> None:
    assert convert(value, "phone", **options) == expected


@pytest.mark.parametrize(
    ("value", "options"), [("555", {"region": "US"}), ("(201) 555-0123", {}), (5, {}), ([], {})]
)
def test_what_is_no_phone_number_is_held(value: Any, options: dict[str, str]) -> None:
    with pytest.raises(HeldError, match="is no phone number"):
        convert(value, "phone", **options)


def test_what_is_not_known_can_be_left_out() -> None:
    assert convert("555", "phone", region="US", if_unknown="leave_out") is MISSING
    assert convert("Utopia", "country", if_unknown="leave_out") is MISSING
    assert convert("Utopia", "state", country="US", if_unknown="leave_out") is MISSING


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
@settings(max_examples=60)
def test_a_national_number_comes_back_as_the_same(region: str) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    wanted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = convert(wanted, "phone", style="national")
    assert convert(national, "phone", region=region) == wanted


@pytest.mark.parametrize("to", ["alpha_2", "alpha_3", "name"])
@pytest.mark.parametrize("language", [None, "de", "pt_BR"])
def test_every_country_is_found_by_its_code_and_name(to: str, language: str | None) -> None:
    options = {"language": language} if language else {}
    for country in pycountry.countries:
        written = convert(country.alpha_2, "country", to=to, **options)
        assert convert(written, "country", **options) == country.alpha_2


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("germany", {}, "DE"),
        ("Deutschland", {"language": "de", "to": "alpha_3"}, "DEU"),
        ("UK", {"to": "name"}, "United Kingdom"),
        ("Bolivia", {}, "BO"),
        ("United States of America", {}, "US"),
    ],
)
def test_a_country_is_known_as_people_write_it(value: str, options: dict[str, str], expected: str) -> None:
    assert convert(value, "country", **options) == expected


def test_every_state_of_some_countries_is_found_by_its_code_and_name() -> None:
    for country in ("US", "CA", "DE", "AU", "BR", "IN"):
        for item in pycountry.subdivisions.get(country_code=country):
            code = item.code.partition("-")[2]
            assert convert(item.code, "state", country=country) == code
            assert convert(code.lower(), "state", country=country, to="name") == item.name
            assert convert(item.name, "state", country=country) == code


def test_a_state_is_looked_for_in_its_country_only() -> None:
    assert convert("WA", "state", country="Australia", to="name") == "Western Australia"
    assert convert("WA", "state", country="US", to="name") == "Washington"
    with pytest.raises(HeldError, match="is no state or province of DE"):
        convert("California", "state", country="DE")
    with pytest.raises(HeldError, match="is given as country and is none"):
        convert("California", "state", country="Utopia")


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("1,234.50", {"currency": "USD"}, "1234.50"),
        ("1.234,5 €", {"currency": "EUR", "decimal": "comma"}, "1234.50"),
        ("USD 1 234", {"currency": "USD"}, "1234.00"),
        ("1'234.05 CHF", {"currency": "CHF"}, "1234.05"),
        ("($12.00)", {"currency": "USD"}, "-12.00"),
        ("-12", {"currency": "JPY"}, "-12"),
        ("1.005", {"currency": "USD", "rounding": "round"}, "1.01"),
        ("1.0005", {"currency": "KWD", "rounding": "round"}, "1.001"),
        (Decimal("10.5"), {"currency": "USD"}, "10.50"),
        (7, {"currency": "USD"}, "7.00"),
    ],
)
def test_money_is_read_in_its_notation(value: Any, options: dict[str, str], expected: str) -> None:
    found = convert(value, "money", **options)
    assert (found, str(found)) == (Decimal(expected), expected)


@pytest.mark.parametrize(
    ("value", "options", "said"),
    [
        ("1,23", {"currency": "USD"}, "is no number like 1,234.56"),
        ("1.234.5", {"currency": "EUR", "decimal": "comma"}, "is no number like 1.234,56"),
        ("1,234 567", {"currency": "USD"}, "is no number"),
        ("(-5)", {"currency": "USD"}, "is no number"),
        ("1e5", {"currency": "USD"}, "is no number"),
        ("١٢", {"currency": "USD"}, "is no number"),
        ("12.345", {"currency": "USD"}, "more than 2 digits"),
        ("12.5", {"currency": "JPY"}, "more than 0 digits"),
        ("€12", {"currency": "USD"}, "another currency than USD"),
        ("12 GBP", {"currency": "USD"}, "another currency than USD"),
        ("12", {"currency": "XXQ"}, "no code of ISO 4217"),
        (True, {"currency": "USD"}, "yes or no"),
        ("9" * 80, {"currency": "USD"}, "more digits than any amount"),
    ],
)
def test_money_that_would_be_guessed_is_held(value: Any, options: dict[str, str], said: str) -> None:
    with pytest.raises(HeldError, match=re.escape(said)):
        convert(value, "money", **options)


AMOUNTS = st.decimals(-(10**40), 10**40, places=4, allow_nan=False, allow_infinity=False)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF"])
NOTATIONS = st.sampled_from(["point", "comma"])


@given(AMOUNTS, CURRENCIES, NOTATIONS)
def test_money_as_a_text_comes_back_to_the_last_digit(amount: Decimal, currency: str, decimal: str) -> None:
    exact = Decimal(int(amount)).scaleb(0) + Decimal(1).scaleb(-minor_digits(currency))
    written = convert(exact, "money", currency=currency, to="text", decimal=decimal)
    assert convert(written, "money", currency=currency, decimal=decimal) == exact
    assert convert(f"{written} {currency}", "money", currency=currency, decimal=decimal) == exact


@given(st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False), CURRENCIES)
def test_money_is_rounded_by_the_currencys_own_rule(amount: Decimal, currency: str) -> None:
    assert convert(amount, "money", currency=currency, rounding="round") == quantized(amount, currency)


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("1.234,5", {"decimal": "comma"}, Decimal("1234.5")),
        ("12", {"places": 2, "to": "text"}, "12.00"),
        ("0.125", {"places": 2, "rounding": "round"}, Decimal("0.13")),
        ("+3", {}, Decimal(3)),
    ],
)
def test_a_number_is_exact(value: Any, options: dict[str, Any], expected: Any) -> None:
    assert convert(value, "number", **options) == expected


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("YES", {}, True),
        (" off ", {}, False),
        (1, {}, True),
        (False, {}, False),
        ("Ja", {"yes": ["ja"], "no": ["nein"]}, True),
        (True, {"yes": ["Ja"], "no": ["Nein"], "to": "word"}, "Ja"),
    ],
)
def test_yes_and_no_go_by_their_words(value: Any, options: dict[str, Any], expected: Any) -> None:
    assert convert(value, "boolean", **options) == expected


@pytest.mark.parametrize("value", ["maybe", "", 2, []])
def test_what_is_neither_yes_nor_no_is_held(value: Any) -> None:
    with pytest.raises(HeldError, match=r"neither yes nor no|none of the words"):
        convert(value, "boolean")


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        (" Ada  Lovelace\n", {}, "Ada  Lovelace"),
        (" Ada  Lovelace\n", {"one_line": True, "case": "upper"}, "ADA LOVELACE"),
        (" a ", {"trim": False}, " a "),
        (Decimal("12.50"), {}, "12.50"),
        (True, {}, "true"),
        ("abc def", {"max_length": 4, "too_long": "cut"}, "abc"),
        ("abcd", {"max_length": 4}, "abcd"),
    ],
)
def test_a_text_is_shaped(value: Any, options: dict[str, Any], expected: str) -> None:
    assert convert(value, "text", **options) == expected


def test_a_text_that_is_too_long_is_held_rather_than_cut() -> None:
    with pytest.raises(HeldError, match="a text of 5 characters is longer than the 4 that fit"):
        convert("abcde", "text", max_length=4)


ITEMS = st.lists(
    st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=";"), min_size=1, max_size=6),
    max_size=5,
)


@given(ITEMS)
def test_a_list_as_one_text_comes_back(items: list[str]) -> None:
    assert convert(convert(items, "join"), "split") == items


def test_a_part_with_the_separator_in_it_is_held() -> None:
    with pytest.raises(HeldError, match="has a part with ';'"):
        convert(["a;b"], "join")


ANY_OPTIONS = {
    "money": {"currency": "USD"},
    "state": {"country": "US"},
    "date": {"zone": "UTC"},
    "date_time": {"zone": "UTC"},
}
VALUES = (
    st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=30)
    | st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)
    | st.from_regex(r"[-+(]?[$€]?[0-9.,' ]{1,12}\)?", fullmatch=True)
    | st.from_regex(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d", fullmatch=True)
)


def refusal(value: Any, name: str) -> HeldError | None:
    try:
        convert(value, name, **ANY_OPTIONS.get(name, {}))
    except HeldError as error:
        return error
    return None


@given(st.sampled_from(sorted(conversions.NAMES)), VALUES)
@settings(max_examples=400)
def test_whatever_comes_is_converted_or_held_and_never_shown(name: str, value: Any) -> None:
    error = refusal(value, name)
    if error is not None:
        assert error.cause == f"mapping.convert.{name}"
        assert not isinstance(value, str) or len(value) <= 12 or value not in str(error)


@pytest.mark.parametrize("name", sorted(conversions.NAMES))
def test_every_conversion_says_what_it_takes(name: str) -> None:
    found = conversions.NAMES[name]
    schema.check_schema(found.schema)
    schema.check(found.schema, found.example, what=name, example=found.example)
    assert conversions.problems({name: found.example}, "x") == []
    schema.check(conversions.json_schema(), {name: found.example}, what=name, example={})


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ("fone", "at.convert", "no conversion 'fone'"),
        ({"phone": {}, "text": {}}, "at.convert", "takes a name"),
        ([{"date": {"zone": "Mars/Base"}}], "at.convert.date", "no time zone 'Mars/Base'"),
        ({"date": {"read_as": "%Q"}}, "at.convert.date", "the date pattern has '%Q'"),
        ({"money": {}}, "at.convert.money", "'currency' is missing"),
        ({"state": {"country": {"from": "event.c"}, "too": 1}}, "at.convert.state", "unknown"),
        ({"country": {"language": "zz"}}, "at.convert.country", "not known in the language 'zz'"),
    ],
)
def test_options_are_checked_before_anything_runs(given: Any, place: str, said: str) -> None:
    [problem] = conversions.problems(given, "at.convert")
    assert problem.place == place
    assert said in problem.message


def test_errors_are_of_our_own() -> None:
    for name in conversions.NAMES:
        with pytest.raises(OrderBridgeError):
            convert({"an": "object"}, name, **ANY_OPTIONS.get(name, {}))
