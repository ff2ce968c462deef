"""The controls of the HighLevel twin, outside the emulated API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from ghl_twin_client import NOW, Twin, running_twin

from orderbridge.core import jsonio
from orderbridge.core.clock import ManualClock
from orderbridge.core.errors import SetupError
from orderbridge.emulators.ghl.faults import SWITCHES
from orderbridge.emulators.server import run_app, run_sandbox


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


def sums(truth: Any) -> dict[str, dict[str, Decimal]]:
    """Totals worked out from the rows, to compare with those the twin gives."""
    live = {row["id"]: row for row in truth["orders"] if row["live"]}
    found: dict[str, dict[str, Decimal]] = {}
    for row in live.values():
        entry = found.setdefault(
            row["currency"], dict.fromkeys(("orders", "ordered", "paid", "refunded"), Decimal(0))
        )
        entry["orders"] += 1
        entry["ordered"] += row["amount"]
    for row in truth["transactions"]:
        if row["entity_id"] in live and row["entity_type"] == "order" and row["status"] == "succeeded":
            found[row["currency"]]["paid"] += row["amount"]
            found[row["currency"]]["refunded"] += row["refunded"]
    return found


async def test_selling_makes_orders_with_everything_that_follows(twin: Twin) -> None:
    before = await twin.truth()
    made = await twin.control("orders", count=32)
    truth = await twin.truth()
    assert len(made["orders"]) == 32
    assert {row["id"] for row in truth["orders"]} - {row["id"] for row in before["orders"]} == set(
        made["orders"]
    )
    assert len(made["refunded"]) == 4
    assert len({row["order_id"] for row in truth["fulfilments"] if row["order_id"] in made["orders"]}) == 8
    assert len(made["subscriptions"]) == 2
    statuses = {row["status"] for row in truth["transactions"] if row["id"] in made["transactions"]}
    assert statuses == {"succeeded", "failed", "pending"}


async def test_the_totals_are_those_of_the_rows_and_leave_test_orders_out(twin: Twin) -> None:
    await twin.control("orders", count=20)
    await twin.control("orders", count=3, live=False)
    truth = await twin.truth()
    assert truth["totals"] == sums(truth)
    assert set(truth["totals"]) == {"USD", "EUR", "JPY"}


async def test_a_sale_can_be_limited_to_a_currency_a_size_and_a_contact(twin: Twin) -> None:
    contact_id = next(iter(twin.world.contacts))["id"]
    made = await twin.control("orders", count=10, currency="JPY", max_items=1, contact_id=contact_id)
    rows = [row for row in (await twin.truth())["orders"] if row["id"] in made["orders"]]
    assert {(row["currency"], len(row["items"]), row["contact_id"]) for row in rows} == {
        ("JPY", 1, contact_id)
    }


async def test_faults_are_listed_set_and_an_unknown_one_lists_the_names(twin: Twin) -> None:
    shown = await twin.call("GET", "/_twin/faults", token=None, version=None)
    assert set(shown.data) == set(SWITCHES)
    changed = await twin.control("faults", by_id_split=True, throttle_429=2)
    assert changed["by_id_split"] is True
    assert changed["throttle_429"] == {"value": True, "count": 2, "match": None}
    reply = await twin.call("POST", "/_twin/faults", {"gravity": True}, token=None, version=None)
    assert (reply.status, set(reply.data["names"])) == (404, set(SWITCHES))
    reply = await twin.call("POST", "/_twin/faults", {"slow_s": "soon"}, token=None, version=None)
    assert reply.status == 400


async def test_an_order_can_be_paid_refunded_and_handed_over_by_control(twin: Twin) -> None:
    order_id = (await twin.control("orders", count=1))["orders"][0]
    amount = next(row["amount"] for row in (await twin.truth())["orders"] if row["id"] == order_id)
    first = await twin.control(f"orders/{order_id}/pay", amount=amount)
    assert first["status"] == "completed"
    back = await twin.control(f"orders/{order_id}/refund", amount=Decimal("0.05"))
    row = next(r for r in (await twin.truth())["transactions"] if r["id"] == back["transactions"][0])
    assert row["refunded"] == Decimal("0.05")
    reply = await twin.call(
        "POST", f"/_twin/orders/{order_id}/refund", {"amount": 10**9}, token=None, version=None
    )
    assert reply.status == 400
    handed = await twin.control(f"orders/{order_id}/fulfil")
    assert handed["items"]
    reply = await twin.call("POST", f"/_twin/orders/{order_id}/fulfil", {}, token=None, version=None)
    assert reply.status == 400


async def test_an_order_can_go_from_a_to_b_and_back_to_a(twin: Twin) -> None:
    order_id = (await twin.control("orders", count=1))["orders"][0]
    path = f"/payments/orders/{order_id}"
    first = (await twin.get(path)).data
    for amount in (Decimal("12.34"), first["amount"]):
        await twin.control(f"orders/{order_id}/edit", amount=amount)
        assert (await twin.get(path)).data["amount"] == amount
    last = (await twin.get(path)).data
    assert {k: v for k, v in last.items() if k != "traceId"} == {
        k: v for k, v in first.items() if k != "traceId"
    }


async def test_an_edited_contact_moves_the_order_in_the_filters(twin: Twin) -> None:
    order_id = (await twin.control("orders", count=1))["orders"][0]
    other = list(twin.world.contacts)[7]["id"]
    await twin.control(f"orders/{order_id}/edit", contactId=other, status="cancelled")
    found = (await twin.get("/payments/orders", contactId=other, status="cancelled")).data
    assert [row["_id"] for row in found["data"]] == [order_id]


@pytest.mark.parametrize(
    "bad",
    [
        {"amount": "150.10", "currency": "USD"},
        {"amount": 5, "currency": "XXQ"},
        {"amount": 5, "currency": "USD", "items": [{"name": "🏺", "qty": -1, "price": {"amount": 5}}]},
        {"amount": 5, "currency": "USD", "contactSnapshot": None},
        {"amount": 5, "currency": "USD", "items": "none"},
        {"currency": "USD"},
    ],
)
async def test_bad_data_is_given_back_exactly_as_it_was_put_in(twin: Twin, bad: dict[str, Any]) -> None:
    order_id = (await twin.control("raw_order", **bad))["order"]
    shown = (await twin.get(f"/payments/orders/{order_id}")).data
    assert {name: shown[name] for name in bad} == bad
    listed = await twin.get("/payments/orders", limit=1)
    assert listed.status == 200
    assert listed.data["data"][0]["_id"] == order_id
    assert any(row["id"] == order_id for row in (await twin.truth())["orders"])


async def test_ten_thousand_items_are_no_problem(twin: Twin) -> None:
    items = [{"name": f"Item {n}", "qty": 1, "price": {"amount": Decimal("0.01")}} for n in range(10_000)]
    order_id = (await twin.control("raw_order", amount=100, currency="USD", items=items))["order"]
    assert len((await twin.get(f"/payments/orders/{order_id}")).data["items"]) == 10_000


async def test_reset_brings_back_the_same_records_ids_and_switches(twin: Twin) -> None:
    first = await twin.truth()
    await twin.control("orders", count=5)
    await twin.control("faults", by_id_split=True)
    await twin.control("reset")
    again = await twin.truth()
    assert (again["orders"], again["transactions"]) == (first["orders"], first["transactions"])
    assert again["totals"] == first["totals"]
    assert (await twin.get("/payments/orders")).status == 200
    assert twin.world.faults["by_id_split"] is False


async def test_every_request_is_counted_by_route_and_status(twin: Twin) -> None:
    await twin.get("/payments/orders")
    await twin.get("/payments/orders/nope")
    await twin.call("GET", "/payments/orders", version=None)
    requests = (await twin.truth())["requests"]
    assert requests["GET /payments/orders"] == {"200": 1, "401": 1}
    assert requests["GET /payments/orders/{orderId}"] == {"404": 1}


async def test_controls_need_no_token_and_use_no_budget() -> None:
    async with running_twin(rate_burst=1) as twin:
        for _ in range(5):
            await twin.control("webhooks/flush")
        assert (await twin.get("/payments/orders")).status == 200


async def test_equal_seeds_give_equal_worlds_over_http() -> None:
    answers = []
    for _ in range(2):
        async with running_twin() as twin:
            answers.append((await twin.get("/payments/orders", limit=100)).raw)
    assert answers[0] == answers[1]


async def test_a_taken_port_is_one_clear_line() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        return None

    async with run_app(app) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(SetupError, match=f"127.0.0.1:{port}: the port is taken") as caught:
            async with run_app(app, port=port):
                pass
        assert "\n" not in str(caught.value)


async def test_the_sandbox_runs_both_twins_and_says_how_to_get_in() -> None:
    async with run_sandbox(clock=ManualClock(NOW)) as sandbox:
        assert set(sandbox.details) == {
            "ghl_url", "act_url", "location_id", "company_id", "user_id", "pit_token", "oauth_client_id",
            "oauth_client_secret", "webhook_public_key_pem", "act_database", "act_user", "act_password",
        }  # fmt: skip
        assert sandbox.details["act_url"].endswith("/act.web.api")
        assert jsonio.decode(jsonio.encode(sandbox.details)) == sandbox.details
