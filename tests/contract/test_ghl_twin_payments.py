"""Orders, transactions, subscriptions and fulfilments of the HighLevel twin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ghl_twin_client import Twin, running_twin

ORDERS = "/payments/orders"


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


async def test_a_list_has_ten_rows_by_default_newest_first(twin: Twin) -> None:
    reply = await twin.get(ORDERS)
    stamps = [row["createdAt"] for row in reply.data["data"]]
    assert len(stamps) == 10
    assert stamps == sorted(stamps, reverse=True)
    assert reply.data["totalCount"] == len(twin.world.orders)


async def test_offsets_shift_when_an_order_is_sold_between_two_pages(twin: Twin) -> None:
    first = [row["_id"] for row in (await twin.get(ORDERS)).data["data"]]
    await twin.control("orders", count=1)
    second = [row["_id"] for row in (await twin.get(ORDERS, offset=10)).data["data"]]
    assert first[-1] == second[0]


async def test_a_list_never_gives_more_rows_than_its_cap(twin: Twin) -> None:
    assert len((await twin.get(ORDERS, limit=500)).data["data"]) == 100
    await twin.control("faults", list_limit_max=0)
    assert len((await twin.get(ORDERS, limit=500)).data["data"]) == len(twin.world.orders)


async def test_an_order_in_the_list_has_no_items_and_a_flat_source(twin: Twin) -> None:
    row = (await twin.get(ORDERS, limit=1)).data["data"][0]
    assert not {"items", "source", "amountSummary", "contactSnapshot", "paymentStatus"} & set(row)
    assert {"sourceType", "sourceSubType", "subtotal", "discount", "contactName"} <= set(row)


async def test_an_order_by_id_has_a_snake_case_snapshot_and_only_half_of_the_split(twin: Twin) -> None:
    row = (await twin.get(ORDERS, limit=1)).data["data"][0]
    order = (await twin.get(f"{ORDERS}/{row['_id']}")).data
    assert {"first_name", "last_name", "location_id", "first_name_lower_case"} <= set(
        order["contactSnapshot"]
    )
    assert set(order["amountSummary"]) == {"subtotal", "discount"}
    assert "taxSummary" not in order
    await twin.control("faults", by_id_split=True)
    order = (await twin.get(f"{ORDERS}/{row['_id']}")).data
    summary = {name: Decimal(value) for name, value in order["amountSummary"].items()}
    assert order["amount"] == summary["subtotal"] - summary["discount"] + summary["tax"] + summary["shipping"]


async def test_an_unknown_order_is_404_in_the_shape_of_payments(twin: Twin) -> None:
    reply = await twin.get(f"{ORDERS}/000000000000000000000000")
    assert reply.status == 404
    assert set(reply.data) == {"status", "message", "name", "traceId"}
    assert reply.data["message"] == "Order not found"


@pytest.mark.parametrize("status", ["paid", "unpaid", "refunded", "partially_paid"])
async def test_the_payment_status_filters_but_is_never_shown(twin: Twin, status: str) -> None:
    reply = await twin.get(ORDERS, paymentStatus=status, limit=100)
    assert reply.data["totalCount"] > 0
    truth = await twin.truth()
    for row in reply.data["data"]:
        mine = [t for t in truth["transactions"] if t["entity_id"] == row["_id"]]
        paid = sum(Decimal(t["amount"]) for t in mine if t["status"] == "succeeded")
        back = sum(Decimal(t["refunded"]) for t in mine)
        expected = "unpaid" if not paid else "paid" if paid >= row["amount"] else "partially_paid"
        assert status == ("refunded" if paid and back >= paid else expected)


async def test_an_unknown_payment_status_is_refused(twin: Twin) -> None:
    assert (await twin.get(ORDERS, paymentStatus="free")).status == 422


async def test_live_and_test_orders_are_mixed_unless_asked_for(twin: Twin) -> None:
    truth = await twin.truth()
    live = sum(1 for row in truth["orders"] if row["live"])
    assert (await twin.get(ORDERS, paymentMode="live")).data["totalCount"] == live
    assert (await twin.get(ORDERS, paymentMode="test")).data["totalCount"] == len(truth["orders"]) - live >= 6


async def test_dates_are_utc_days_and_both_ends_count(twin: Twin) -> None:
    everything = (await twin.get(ORDERS, limit=100)).data["data"]
    day = everything[5]["createdAt"][:10]
    expected = sum(1 for row in twin.world.orders if row["createdAt"][:10] == day)
    assert (await twin.get(ORDERS, startAt=day, endAt=day)).data["totalCount"] == expected
    assert (await twin.get(ORDERS, startAt="yesterday")).status == 422


async def test_orders_can_be_missing_from_the_list_and_still_be_read(twin: Twin) -> None:
    hidden = (await twin.get(ORDERS, limit=1)).data["data"][0]["_id"]
    await twin.control("faults", orders_missing_from_list=[hidden])
    reply = await twin.get(ORDERS, limit=100)
    assert hidden not in {row["_id"] for row in reply.data["data"]}
    assert reply.data["totalCount"] == len(twin.world.orders) - 1
    assert (await twin.get(f"{ORDERS}/{hidden}")).status == 200
    await twin.control("faults", orders_missing_from_list=3)
    missing = len(twin.world.orders) - (await twin.get(ORDERS)).data["totalCount"]
    assert 0 < missing < len(twin.world.orders) / 2


async def test_transactions_are_found_by_the_order_they_pay(twin: Twin) -> None:
    truth = await twin.truth()
    several = [row["entity_id"] for row in truth["transactions"] if row["subscription_id"]]
    reply = await twin.get("/payments/transactions", entityId=several[0], limit=100)
    assert reply.data["totalCount"] == several.count(several[0])
    row = reply.data["data"][0]
    assert row["entityType"] == "order"
    assert {"entitySourceType", "paymentProviderType", "contactName"} <= set(row)


async def test_a_transaction_by_id_is_nested_and_may_come_as_a_list(twin: Twin) -> None:
    row = (await twin.get("/payments/transactions", limit=1)).data["data"][0]
    one = f"/payments/transactions/{row['_id']}"
    detail = (await twin.get(one)).data
    assert {"entitySource", "paymentProvider", "contactSnapshot"} <= set(detail)
    assert not {"contactName", "paymentMethod", "fulfilledAt"} & set(detail)
    await twin.control("faults", transaction_as_array=True)
    assert isinstance((await twin.get(one)).data, list)


async def test_a_renewal_is_a_transaction_of_the_original_order(twin: Twin) -> None:
    subscription = (await twin.get("/payments/subscriptions", limit=100)).data["data"][-1]
    reply = await twin.get("/payments/transactions", subscriptionId=subscription["subscriptionId"], limit=100)
    assert reply.data["totalCount"] >= 2
    assert {row["entityId"] for row in reply.data["data"]} == {subscription["entityId"]}
    detail = (await twin.get(f"/payments/subscriptions/{subscription['_id']}")).data
    assert detail["schedule"]["rrule"]["intervalType"] in {"weekly", "monthly", "yearly"}


async def _unpaid(twin: Twin) -> str:
    truth = await twin.truth()
    paid = {row["entity_id"] for row in truth["transactions"] if row["status"] == "succeeded"}
    return next(row["id"] for row in truth["orders"] if row["live"] and row["id"] not in paid)


async def test_recording_a_payment_adds_a_transaction_and_completes_the_order(twin: Twin) -> None:
    order_id = await _unpaid(twin)
    amount = (await twin.get(f"{ORDERS}/{order_id}")).data["amount"]
    half = (Decimal(amount) / 4).quantize(Decimal(1))
    path = f"{ORDERS}/{order_id}/record-payment"
    assert (await twin.post(path, mode="cash", amount=half, isPartialPayment=True)).data == {"success": True}
    assert (await twin.get(f"{ORDERS}/{order_id}")).data["status"] == "pending"
    assert (await twin.post(path, mode="card", card={"type": "visa", "last4": "4242"})).status == 200
    assert (await twin.get(f"{ORDERS}/{order_id}")).data["status"] == "completed"
    rows = (await twin.get("/payments/transactions", entityId=order_id, limit=100)).data["data"]
    assert sum(Decimal(row["amount"]) for row in rows if row["status"] == "succeeded") == amount
    # Nothing tells a repeat from a second payment; only a paid order refuses one.
    assert (await twin.post(path, mode="cash")).status == 400


async def test_recording_a_payment_can_answer_404_for_an_order_that_exists(twin: Twin) -> None:
    await twin.control("faults", order_record_payment_404=True)
    order_id = await _unpaid(twin)
    assert (await twin.post(f"{ORDERS}/{order_id}/record-payment", mode="cash")).status == 404
    assert (await twin.get(f"{ORDERS}/{order_id}")).status == 200


async def test_goods_are_handed_over_by_price_and_never_twice(twin: Twin) -> None:
    order_id = (await twin.control("orders", count=1))["orders"][0]
    items = (await twin.get(f"{ORDERS}/{order_id}")).data["items"]
    path = f"{ORDERS}/{order_id}/fulfillments"
    wanted = [{"priceId": item["price"]["_id"], "qty": item["qty"]} for item in items]
    body = {"trackings": [{"trackingNumber": "T1"}], "notifyCustomer": False}
    first = await twin.post(path, items=wanted[:1], **body)
    assert first.data["status"] is True
    state = (await twin.get(f"{ORDERS}/{order_id}")).data["fulfillmentStatus"]
    assert state == ("fulfilled" if len(wanted) == 1 else "partially_fulfilled")
    assert (await twin.post(path, items=wanted[:1], **body)).status == 400
    assert (await twin.post(path, items=[{"priceId": "nobody", "qty": 1}], **body)).status == 400
    listed = (await twin.get(path)).data
    assert [row["trackings"][0]["trackingNumber"] for row in listed["data"]] == ["T1"]
    assert (await twin.truth())["messages"] == []


async def test_notifying_the_customer_leaves_a_trace(twin: Twin) -> None:
    order_id = (await twin.control("orders", count=1))["orders"][0]
    items = (await twin.get(f"{ORDERS}/{order_id}")).data["items"]
    wanted = [{"priceId": items[0]["price"]["_id"], "qty": items[0]["qty"]}]
    path = f"{ORDERS}/{order_id}/fulfillments"
    await twin.post(path, items=wanted, trackings=[], notifyCustomer=True)
    assert (await twin.truth())["messages"] == [{"kind": "fulfilment", "order_id": order_id}]


async def test_a_full_refund_changes_an_old_row_and_its_status_only_with_the_switch(twin: Twin) -> None:
    order_id = (await twin.get(ORDERS, paymentStatus="paid", limit=1)).data["data"][0]["_id"]
    before = (await twin.get("/payments/transactions")).data["totalCount"]
    made = await twin.control(f"orders/{order_id}/refund")
    assert (await twin.get("/payments/transactions")).data["totalCount"] == before
    one = f"/payments/transactions/{made['transactions'][0]}"
    row = (await twin.get(one)).data
    assert (row["status"], row["amountRefunded"]) == ("succeeded", row["amount"])
    await twin.control("faults", refunded_status=True)
    assert (await twin.get(one)).data["status"] == "refunded"
