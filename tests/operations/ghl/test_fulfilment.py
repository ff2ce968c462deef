import asyncio
from typing import Any

import pytest

from support.operations import Operations


async def order_of(ops: Operations) -> tuple[str, list[dict[str, Any]]]:
    order_id = (await ops.world.sell(1, outcome="paid", currency="USD"))["orders"][0]
    items = (await ops.run("ghl.order.get", order_id=order_id))["items"]
    return order_id, [{"price_id": item["price"]["id"], "qty": item["qty"]} for item in items]


@pytest.mark.covers("ghl.fulfilment.create@1", "ghl.fulfilment.list@1")
async def test_what_was_handed_over_is_noted_and_nobody_is_told(ops: Operations) -> None:
    order_id, items = await order_of(ops)
    parcel = {"tracking_number": "1Z1", "shipping_carrier": "UPS"}

    made = await ops.run(
        "ghl.fulfilment.create", call_id="f1", order_id=order_id, items=items[:1], trackings=[parcel]
    )
    await ops.run(
        "ghl.fulfilment.create", call_id="f1", order_id=order_id, items=items[:1], trackings=[parcel]
    )

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.fulfilment.list", order_id=order_id))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]
    assert rows[0]["trackings"] == [parcel]
    assert await told(ops, order_id) == 0


async def test_the_customer_is_told_only_with_consent(ops: Operations) -> None:
    order_id, items = await order_of(ops)
    given = {"order_id": order_id, "items": items[:1], "notify_customer": True}

    assert "allow messages_people" in await ops.refused("ghl.fulfilment.create", allowed=(), **given)
    assert await told(ops, order_id) == 0
    assert (await ops.run("ghl.fulfilment.create", **given))["verdict"] == "confirmed"
    assert await told(ops, order_id) == 1


async def test_a_fulfilment_whose_answer_was_lost_is_found_and_not_made_twice(ops: Operations) -> None:
    order_id, items = await order_of(ops)
    label = "POST /payments/orders/{orderId}/fulfillments"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.fulfilment.create", order_id=order_id, items=items)

    assert made["verdict"] == "confirmed"
    assert (await ops.run("ghl.fulfilment.list", order_id=order_id))["count"] == 1


@pytest.mark.covers("ghl.fulfilment.create_remaining@1")
async def test_exactly_the_rest_is_fulfilled_and_a_second_time_nothing(ops: Operations) -> None:
    order_id, items = await order_of(ops)
    await ops.run("ghl.fulfilment.create", order_id=order_id, items=[items[0] | {"qty": 1}])

    rest = await ops.run("ghl.fulfilment.create_remaining", order_id=order_id)
    again = await ops.run("ghl.fulfilment.create_remaining", order_id=order_id)

    assert again["verdict"] == "unchanged"
    sold: dict[str, Any] = {}
    for item in items:
        sold[item["price_id"]] = sold.get(item["price_id"], 0) + item["qty"]
    done: dict[str, Any] = {}
    for row in (await ops.world.ghl_truth("fulfilments"))["fulfilments"]:
        for item in row["items"] if row["order_id"] == order_id else ():
            done[item["price_id"]] = done.get(item["price_id"], 0) + item["qty"]
    assert done == sold
    assert rest["verdict"] in ("confirmed", "unchanged")


async def test_two_who_fulfil_the_rest_at_the_same_time_fulfil_it_once(ops: Operations) -> None:
    order_id, _ = await order_of(ops)

    both = await asyncio.gather(
        *(ops.run("ghl.fulfilment.create_remaining", order_id=order_id) for _ in range(2))
    )

    assert sorted(item["verdict"] for item in both) == ["confirmed", "unchanged"]
    assert (await ops.run("ghl.fulfilment.list", order_id=order_id))["count"] == 1


async def test_more_than_was_sold_is_refused_by_highlevel_and_nothing_is_noted(ops: Operations) -> None:
    order_id, items = await order_of(ops)

    message = await ops.refused(
        "ghl.fulfilment.create", order_id=order_id, items=[items[0] | {"qty": items[0]["qty"] + 1}]
    )

    assert "refused (400" in message
    assert (await ops.run("ghl.fulfilment.list", order_id=order_id))["count"] == 0


async def told(ops: Operations, order_id: str) -> int:
    messages = (await ops.world.ghl_truth("messages"))["messages"]
    return sum(message.get("order_id") == order_id for message in messages)


@pytest.mark.covers("ghl.fulfilment.made_here@1")
async def test_what_we_fulfilled_ourselves_is_known_again_even_where_the_answer_was_lost(
    ops: Operations,
) -> None:
    order_id, items = await order_of(ops)
    seen = [{"price_id": item["price_id"], "quantity": item["qty"]} for item in items]

    async def made_here(items: list[dict[str, Any]]) -> bool:
        return bool((await ops.run("ghl.fulfilment.made_here", order_id=order_id, items=items))["made_here"])

    assert not await made_here(seen)
    label = "POST /payments/orders/{orderId}/fulfillments"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})
    await ops.run("ghl.fulfilment.create_remaining", order_id=order_id)
    assert await made_here(seen)
    assert not await made_here([seen[0] | {"quantity": 1000}])
    assert not await made_here([{"price_id": None, "quantity": 1}])
