"""Switches and validation of the HighLevel twin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderbridge.core.errors import NotFoundError, RejectedError
from orderbridge.emulators.ghl.faults import SWITCHES, GhlFaults
from orderbridge.emulators.ghl.routes import ALL_ROUTES
from orderbridge.emulators.ghl.routing import RouteTable
from orderbridge.emulators.ghl.validation import Shape, list_of, number, one_of, text
from orderbridge.emulators.ghl.wire import plain, snake


def test_every_switch_starts_at_its_default_and_says_what_it_does() -> None:
    faults = GhlFaults()
    for name, switch in SWITCHES.items():
        assert faults[name] == switch.default
        assert switch.meaning


def test_a_count_is_used_up_and_the_default_comes_back() -> None:
    faults = GhlFaults(throttle_429=2)
    assert [faults.take("throttle_429") for _ in range(3)] == [True, True, False]


def test_true_lasts_until_it_is_switched_off() -> None:
    faults = GhlFaults(error_500_before=True)
    assert [faults.take("error_500_before") for _ in range(3)] == [True, True, True]
    faults.set("error_500_before", False)
    assert faults.take("error_500_before") is False


def test_zero_and_a_count_of_zero_switch_off() -> None:
    faults = GhlFaults(throttle_429=5)
    faults.set("throttle_429", 0)
    assert faults.take("throttle_429") is False
    faults.set("slow_s", {"value": 1.5, "count": 0})
    assert faults["slow_s"] == 0.0


def test_a_match_leaves_other_requests_alone() -> None:
    faults = GhlFaults(html_error={"count": 1, "match": "GET /payments/*"})
    assert faults.take("html_error", "POST /invoices/") is False
    assert faults.take("html_error", "GET /payments/orders/{orderId}") is True
    assert faults.take("html_error", "GET /payments/orders/{orderId}") is False


def test_a_value_can_be_given_for_a_number_of_requests() -> None:
    faults = GhlFaults(slow_s={"value": Decimal("0.5"), "count": 1})
    assert [faults.take("slow_s"), faults.take("slow_s")] == [0.5, 0.0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slow_s", "long"),
        ("by_id_split", "yes"),
        ("rate_burst", True),
        ("throttle_body", 7),
        ("upsert_ignored_fields", "source"),
        ("orders_missing_from_list", "all"),
        ("html_error", {"count": -1}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(RejectedError, match=name):
        GhlFaults().set(name, value)


def test_an_unknown_switch_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(NotFoundError, match="invoice_makes_order"):
        GhlFaults(gravity=True)


SHAPE = Shape(
    required="name rows",
    name=text,
    kind=one_of("a", "b"),
    rows=list_of(Shape(required="amount", amount=number), filled=True),
)


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"name": "x", "rows": [{"amount": 1}]}, []),
        ({"name": "x", "rows": [{"amount": Decimal("0.1")}], "kind": "b"}, []),
        (
            {"rows": [{"amount": 1}]},
            ["name must be a string", "name should not be empty"],
        ),
        ({"name": "x", "rows": []}, ["rows should not be empty"]),
        ({"name": "x", "rows": None}, ["rows must be an array"]),
        ({"name": 1, "rows": [{"amount": 1}]}, ["name must be a string"]),
        (
            {"name": "x", "rows": [{"amount": "1"}, {"amount": True}, {"amount": 1, "x": 1}, 7]},
            [
                "rows.0.amount must be a number conforming to the specified constraints",
                "rows.1.amount must be a number conforming to the specified constraints",
                "rows.2.property x should not exist",
                "rows.3 must be an object",
            ],
        ),
        (
            {"name": "x", "rows": [{"amount": 1}], "kind": "c", "extra": None},
            ["property extra should not exist", "kind must be one of the following values: a, b"],
        ),
    ],
)
def test_everything_wrong_is_named_in_highlevels_words(body: Any, messages: list[str]) -> None:
    assert SHAPE.errors(body) == messages


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/invoices/settings", "/invoices/settings"),
        ("/invoices/66f1", "/invoices/{invoiceId}"),
        ("/invoices/estimate/list", "/invoices/estimate/list"),
        ("/users/search", "/users/search"),
        ("/payments/orders/x/fulfillments/", "/payments/orders/{orderId}/fulfillments"),
    ],
)
def test_a_fixed_word_wins_over_a_placeholder(path: str, template: str) -> None:
    found = RouteTable(ALL_ROUTES).find("GET", path)
    assert found is not None
    assert found[0].path == template


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("150.10", "150.1"),
        ("138.00", "138"),
        ("0.00", "0"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0.07", "0.07"),
    ],
)
def test_numbers_are_written_as_javascript_would(amount: str, shown: str) -> None:
    assert str(plain(Decimal(amount))) == shown


def test_names_become_snake_case() -> None:
    assert [snake("firstName"), snake("dateAdded"), snake("id")] == ["first_name", "date_added", "id"]
