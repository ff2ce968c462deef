"""Money is exact, equal content has one fingerprint, and secrets are not written down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError
from orderbridge.core.money import Money, is_whole_minor, minor_digits, quantized, total
from orderbridge.core.redact import redact, redact_text

AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=Decimal(-(10**9)), max_value=Decimal(10**9)
)


@pytest.mark.parametrize("value", [1.5, 1, "1.50", None])
def test_money_takes_nothing_but_decimals(value: Any) -> None:
    with pytest.raises(TypeError, match="takes a Decimal"):
        Money(value, "USD")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_money_is_a_number(value: str) -> None:
    with pytest.raises(BadRecordError, match="is not a number"):
        Money(Decimal(value), "USD")


@given(AMOUNTS, AMOUNTS)
def test_adding_and_taking_away_is_exact(one: Decimal, other: Decimal) -> None:
    back = Money(one, "EUR") + Money(other, "EUR") - Money(other, "EUR")
    assert back == Money(one, "EUR")
    assert isinstance(back.amount, Decimal)


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="cannot mix USD and EUR"):
        total([Money(Decimal(1), "USD"), Money(Decimal(1), "EUR")], "USD")


@pytest.mark.parametrize(("code", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_each_currency_has_its_own_smallest_unit(code: str, digits: int) -> None:
    assert minor_digits(code) == digits


@pytest.mark.parametrize("code", ["XXX", "XAU", "usd", "DOLLARS", "", "🪙"])
def test_an_unknown_currency_is_named(code: str) -> None:
    with pytest.raises(BadRecordError, match="not a currency of ISO 4217"):
        minor_digits(code)


@pytest.mark.parametrize(
    ("amount", "code", "expected"),
    [("1.005", "USD", "1.01"), ("0.5", "JPY", "1"), ("-0.005", "EUR", "-0.01"), ("1.0005", "KWD", "1.001")],
)
def test_half_a_unit_is_rounded_up(amount: str, code: str, expected: str) -> None:
    assert quantized(Decimal(amount), code) == Decimal(expected)
    assert not is_whole_minor(Decimal(amount), code)


@given(AMOUNTS)
def test_json_keeps_every_digit_and_uses_numbers(amount: Decimal) -> None:
    raw = jsonio.encode({"amount": amount})
    assert b'"amount":"' not in raw
    found = jsonio.decode(raw)["amount"]
    assert not isinstance(found, float)
    assert Decimal(found) == amount


# A NUL is not read; see below.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | AMOUNTS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_the_fingerprint_survives_writing_and_reading(value: Any) -> None:
    assert jsonio.fingerprint(jsonio.decode(jsonio.encode(value))) == jsonio.fingerprint(value)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=6), st.randoms())
def test_the_fingerprint_does_not_know_the_order_of_keys(value: dict[str, Any], random: Any) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert jsonio.fingerprint({key: value[key] for key in keys}) == jsonio.fingerprint(value)


@given(AMOUNTS, st.integers(0, 6))
def test_trailing_zeros_are_the_same_money(amount: Decimal, zeros: int) -> None:
    longer = Decimal(f"{amount:f}" + "0" * zeros)
    assert jsonio.fingerprint(longer) == jsonio.fingerprint(amount)


def test_a_cent_is_another_fingerprint() -> None:
    assert jsonio.fingerprint({"a": Decimal("1.10")}) != jsonio.fingerprint({"a": Decimal("1.11")})


SECRETS = {
    "bearer": ("Authorization: Bearer {}", st.from_regex(r"[A-Za-z0-9._~+/-]{12,40}", fullmatch=True)),
    "basic": ("basic {}", st.from_regex(r"[A-Za-z0-9+/]{12,40}={0,2}", fullmatch=True)),
    "private integration token": (
        "the token {} was refused",
        st.uuids().map(lambda value: f"pit-{value}"),
    ),
    "jwt": (
        "got {} back",
        st.from_regex(r"eyJ[A-Za-z0-9_-]{10,40}\.[A-Za-z0-9_-]{4,40}\.[A-Za-z0-9_-]{4,40}", fullmatch=True),
    ),
    "password in an address": (
        "postgresql://app:{}@db.test:5432/x",
        st.from_regex(r"[A-Za-z0-9!$&*+,;=._~%:@-]{4,30}", fullmatch=True).filter(
            lambda value: value not in "postgresql://app:@db.test:5432/x"
        ),
    ),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_survives_in_a_text(kind: str) -> None:
    template, secrets = SECRETS[kind]

    @given(secrets, st.sampled_from(["", "x ", "\n", '"', "("]))
    def holds(secret: str, before: str) -> None:
        assert secret not in redact_text(before + template.format(secret))

    holds()


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "Authorization",
        "api_key",
        "apiKey",
        "client_secret",
        "access_token",
        "refreshToken",
        "cookie",
        "private-key",
        "X-GHL-Signature",
    ],
)
def test_no_secret_survives_under_a_key_that_names_it(key: str) -> None:
    shown = redact({"outer": [{key: "hunter2-hunter2", "name": "kept"}]})
    assert "hunter2" not in str(shown)
    assert shown["outer"][0]["name"] == "kept"


def test_a_password_without_a_user_is_hidden_too() -> None:
    assert redact_text("redis://:hunter2@cache.test:6379/0") == "redis://[hidden]@cache.test:6379/0"


# A name without letters names no secret, and eight characters without @ hold none.
NO_NAMES = st.text(st.characters(categories=["Nd", "Po", "Zs"]), max_size=8)
NO_SECRETS = st.recursive(
    st.none()
    | st.integers(-(2**60), 2**60)
    | AMOUNTS
    | st.text(st.characters(codec="utf-8", exclude_characters="\0@"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NO_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(NO_SECRETS)
def test_what_is_no_secret_stays_as_it_is(value: Any) -> None:
    assert jsonio.fingerprint(redact({"amount": value})) == jsonio.fingerprint({"amount": value})


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "1e999999999", "-1e401", "1e-999999999", "0e999999"]
)
def test_a_number_that_would_fill_the_memory_is_no_json_of_ours(number: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        jsonio.decode(f'{{"amount":{number}}}')


@pytest.mark.parametrize("number", ["1.7976931348623157e308", "5e-324"])
def test_the_furthest_numbers_of_other_programs_are_read(number: str) -> None:
    assert jsonio.decode(number) == Decimal(number)


@pytest.mark.parametrize("raw", [b'{"a":' * 900 + b"1" + b"}" * 900, "[" * 102 + "]" * 102])
def test_what_is_nested_so_deeply_that_nothing_could_walk_through_it_is_no_json_of_ours(raw: bytes) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        jsonio.decode(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (r'"a\u0000b\u0000"', "a\ufffdb\ufffd"),
        (rb'{"\u0000":"\\\u0000"}', {"\ufffd": "\\\ufffd"}),
        (r'"\\u0000"', r"\u0000"),
        (rb'"\\\\u0000"', r"\\u0000"),
    ],
)
def test_no_nul_gets_in_which_no_database_keeps(raw: bytes | str, value: Any) -> None:
    assert jsonio.decode(raw) == value


def test_a_long_list_is_not_a_deep_one() -> None:
    rows = [{"lines": [{"id": number}]} for number in range(500)]
    assert jsonio.decode(jsonio.encode(rows)) == rows
    assert redact(jsonio.decode("[" * 100 + "]" * 100))


def test_looking_for_secrets_takes_no_longer_than_reading() -> None:
    # With a look ahead from each beginning this took minutes.
    assert redact_text("-eyJaaaaaaaa" * 100_000) == "-eyJaaaaaaaa" * 100_000


@pytest.mark.parametrize("before", ["", "-", "session-", "a-b-"])
def test_a_signed_token_is_found_behind_a_dash(before: str) -> None:
    assert "c2lnbmF0dXJl" not in redact_text(f"{before}eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")


def test_tokens_and_codes_of_our_own_addresses_are_hidden() -> None:
    text = (
        "GET https://o.test/connect/ghl/callback?code=hunter2-code&state=hunter2-state and "
        "POST https://o.test/hooks/in/hunter2-hunter2-hunter2 with "
        "obt_hunter2-hunter2-hunter2"
    )
    assert "hunter2" not in redact_text(text)
    assert redact_text("https://track.test/?code=RR1&state=TX") == "https://track.test/?code=RR1&state=TX"
