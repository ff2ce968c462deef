"""The seeded business of the HighLevel twin: realistic, complete, exact to the cent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderbridge.core import jsonio
from orderbridge.core.clock import ManualClock
from orderbridge.core.money import is_whole_minor
from orderbridge.emulators.ghl.sales import sell
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.truth import truth
from orderbridge.emulators.seeds.ghl_history import empty_ghl_world, seeded_ghl_world

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def world(seed: int = 7) -> GhlWorld:
    return seeded_ghl_world(seed=seed, clock=ManualClock(NOW))


def check_money(order: Any) -> None:
    split = {name: Decimal(value) for name, value in order["amountSummary"].items()}
    lines = sum((Decimal(i["price"]["amount"]) * Decimal(i["qty"]) for i in order["items"]), Decimal(0))
    assert split["subtotal"] == lines
    assert order["amount"] == split["subtotal"] - split["discount"] + split["tax"] + split["shipping"]
    for amount in (Decimal(order["amount"]), *split.values()):
        assert amount >= 0
        assert is_whole_minor(amount, order["currency"])


@pytest.mark.parametrize("seed", [1, 2, 7, 99])
def test_every_order_adds_up_exactly_in_amounts_its_currency_allows(seed: int) -> None:
    for order in world(seed).orders:
        check_money(order)


@pytest.mark.parametrize("seed", [3, 7])
def test_every_sold_order_adds_up_exactly_too(seed: int) -> None:
    sold = empty_ghl_world(seed=seed, clock=ManualClock(NOW))
    for _ in range(400):
        check_money(sell(sold, max_items=8).order)


@pytest.mark.parametrize("seed", [1, 7])
def test_no_payment_or_refund_has_more_decimals_than_its_currency(seed: int) -> None:
    for row in world(seed).transactions:
        assert is_whole_minor(Decimal(row["amount"]), row["currency"])
        assert 0 <= Decimal(row["amountRefunded"]) <= Decimal(row["amount"])
        assert is_whole_minor(Decimal(row["amountRefunded"]), row["currency"])


def test_nobody_paid_more_than_was_owed() -> None:
    seeded = world()
    for order in seeded.orders:
        rows = seeded.transactions.where("entityId", order["_id"])
        once = [row for row in rows if row["status"] == "succeeded" and not row["subscriptionId"]]
        assert sum(Decimal(row["amount"]) for row in once) <= order["amount"]


def test_the_business_is_as_large_as_promised() -> None:
    seeded = world()
    live = [row for row in seeded.orders if row["liveMode"]]
    assert len(seeded.contacts) >= 40
    assert len(live) >= 120
    assert len(seeded.orders) - len(live) >= 6
    assert {row["currency"] for row in live} == {"USD", "EUR", "JPY"}
    assert len([row for row in seeded.subscriptions if row["liveMode"]]) >= 8
    assert sum(1 for row in live if len(row["items"]) > 1) > 40
    oldest = min(row["createdAt"] for row in live)
    assert timedelta(days=55) < NOW - datetime.fromisoformat(oldest) < timedelta(days=61)


def test_everything_that_can_happen_to_an_order_has_happened() -> None:
    seeded = world()
    rows = list(seeded.transactions)
    assert {row["status"] for row in rows} == {"succeeded", "failed", "pending"}
    refunds = [(Decimal(row["amountRefunded"]), Decimal(row["amount"])) for row in rows]
    assert any(0 < back < amount for back, amount in refunds)
    assert any(back == amount for back, amount in refunds)
    assert {row["status"] for row in seeded.invoices} == {"draft", "sent", "partially_paid", "paid", "void"}
    assert any(row["entityType"] == "invoice" for row in rows)
    states = {row["fulfillmentStatus"] for row in seeded.orders}
    assert states == {"unfulfilled", "partially_fulfilled", "fulfilled"}
    parts = [row["orderId"] for row in seeded.fulfilments]
    assert len(parts) > len(set(parts))
    split = [row["amountSummary"] for row in seeded.orders]
    assert all(any(row[name] for row in split) for name in ("discount", "tax", "shipping"))
    assert any(row.get("coupon") for row in seeded.orders)
    assert any("email" not in row["contactSnapshot"] for row in seeded.orders)
    assert any(not row["contactSnapshot"].get("firstName", "a").isascii() for row in seeded.orders)
    assert {row["status"] for row in seeded.subscriptions} >= {"active", "canceled", "unpaid"}


def test_renewals_belong_to_the_original_order() -> None:
    seeded = world()
    for subscription in seeded.subscriptions:
        rows = seeded.transactions.where("subscriptionId", subscription["subscriptionId"])
        assert {row["entityId"] for row in rows} == {subscription["entityId"]}
    counts = [
        len(seeded.transactions.where("subscriptionId", s["subscriptionId"])) for s in seeded.subscriptions
    ]
    assert max(counts) >= 5


def test_test_orders_have_test_payments_only_and_stay_out_of_the_totals() -> None:
    seeded = world()
    tests = {row["_id"] for row in seeded.orders if not row["liveMode"]}
    assert all(not row["liveMode"] for row in seeded.transactions if row["entityId"] in tests)
    ordered = sum(
        Decimal(row["amount"]) for row in seeded.orders if row["liveMode"] and row["currency"] == "USD"
    )
    assert truth(seeded)["totals"]["USD"]["ordered"] == ordered


def test_nothing_happened_in_the_future() -> None:
    seeded = world()
    last = "2026-03-02T12:00:00.000Z"
    for table in (
        seeded.orders,
        seeded.transactions,
        seeded.fulfilments,
        seeded.invoices,
        seeded.subscriptions,
    ):
        assert all(row["createdAt"] <= row["updatedAt"] <= last for row in table)


def test_goods_are_never_handed_over_twice() -> None:
    seeded = world()
    for order in seeded.orders:
        ordered = {i["price"]["_id"]: Decimal(i["qty"]) for i in order["items"]}
        for row in seeded.fulfilments.where("orderId", order["_id"]):
            for item in row["items"]:
                ordered[item["price"]["_id"]] -= Decimal(item["qty"])
        assert min(ordered.values()) >= 0


def test_equal_seeds_give_equal_histories_and_different_seeds_do_not() -> None:
    def frozen(seed: int) -> bytes:
        return jsonio.encode(truth(world(seed)))

    assert frozen(7) == frozen(7)
    assert frozen(7) != frozen(8)


async def test_a_reset_world_is_the_world_it_was() -> None:
    seeded = world()
    before = jsonio.encode(truth(seeded))
    for _ in range(20):
        sell(seeded)
    assert jsonio.encode(truth(seeded)) != before
    await seeded.reset()
    assert jsonio.encode(truth(seeded)) == before


def test_nobody_real_can_be_reached() -> None:
    for row in world().contacts:
        assert (row.get("email") or "x@customers.test").endswith(".test")
        assert (row.get("phone") or "+1201555").startswith("+1201555")
