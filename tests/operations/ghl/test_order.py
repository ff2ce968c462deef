import asyncio
from decimal import Decimal

import pytest

from support.operations import Operations
from support.world import until


async def open_order(ops: Operations) -> str:
    sold = await ops.world.sell(1, outcome="placed", currency="USD")
    return str(sold["orders"][0])


@pytest.mark.covers("ghl.order.list@1", "ghl.order.get@1", "ghl.order.list_notes@1")
async def test_orders_are_listed_without_items_and_read_with_them(ops: Operations) -> None:
    sold = (await ops.world.sell(3))["orders"]

    listed = await ops.run("ghl.order.list", payment_mode="live")
    one = await ops.run("ghl.order.get", order_id=sold[0])

    assert {row["id"] for row in listed["rows"]} >= set(sold)
    assert "items" not in listed["rows"][0]
    assert one["items"]
    assert (await ops.run("ghl.order.list_notes", order_id=sold[0]))["notes"] == []


@pytest.mark.covers("ghl.order.record_payment@1")
async def test_a_payment_is_recorded_once_for_each_reference(ops: Operations) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "amount": Decimal("1.01"), "mode": "cash"}

    first = await ops.run("ghl.order.record_payment", **paid, reference="r1")
    again = await ops.run("ghl.order.record_payment", **paid, reference="r1")
    other = await ops.run("ghl.order.record_payment", **paid, reference="r2")

    assert first["verdict"] == other["verdict"] == "confirmed"
    assert (again["id"], again["verdict"]) == (first["id"], "unchanged")
    assert other["id"] != first["id"]
    assert await payments(ops, order_id) == [Decimal("1.01"), Decimal("1.01")]


@pytest.mark.parametrize("accident", ["error_500_after_write", "drop_after_write"])
async def test_a_payment_whose_answer_was_lost_is_found_and_not_recorded_again(
    ops: Operations, accident: str
) -> None:
    order_id = await open_order(ops)
    label = "POST /payments/orders/{orderId}/record-payment"
    await ops.world.faults("ghl", **{accident: {"count": 1, "match": label}})

    done = await ops.run(
        "ghl.order.record_payment", order_id=order_id, reference=accident, amount=Decimal("2.5"), mode="other"
    )

    assert done["verdict"] == "confirmed"
    assert await payments(ops, order_id) == [Decimal("2.5")]


async def test_payments_that_do_not_show_their_reference_are_told_apart_and_not_recorded_twice(
    ops: Operations,
) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "amount": Decimal("1.25"), "mode": "cash"}
    await ops.world.faults("ghl", transaction_hides_meta=True)

    first = await ops.run("ghl.order.record_payment", **paid, reference="h1")
    label = "POST /payments/orders/{orderId}/record-payment"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})
    second = await ops.run("ghl.order.record_payment", **paid, reference="h2")
    again = await ops.run("ghl.order.record_payment", **paid, reference="h2")

    await ops.world.faults("ghl", transaction_hides_meta=False)
    assert first["id"] != second["id"] == again["id"]
    assert await payments(ops, order_id) == [Decimal("1.25"), Decimal("1.25")]


async def test_a_payment_whose_sender_was_killed_is_found_by_the_next_attempt(ops: Operations) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "amount": Decimal("1.75"), "mode": "cash", "reference": "killed"}
    await ops.world.faults("ghl", transaction_hides_meta=True)
    # It is still waiting to read the payment back when it ends.
    await ops.world.faults("ghl", slow_s={"value": 1, "match": "GET /payments/transactions"})
    attempt = asyncio.create_task(ops.run("ghl.order.record_payment", **paid))

    async def recorded() -> bool:
        return bool(await payments(ops, order_id))

    await until(recorded)
    attempt.cancel()
    await asyncio.wait([attempt])
    await ops.world.faults("ghl", slow_s=0)

    done = await ops.run("ghl.order.record_payment", **paid)

    await ops.world.faults("ghl", transaction_hides_meta=False)
    assert attempt.cancelled()
    assert done["id"]
    assert await payments(ops, order_id) == [Decimal("1.75")]


async def test_a_payment_that_highlevel_cannot_find_its_order_for_is_refused_and_can_be_repeated(
    ops: Operations,
) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "amount": Decimal("1.5"), "mode": "cash", "reference": "r404"}
    await ops.world.faults("ghl", order_record_payment_404={"count": 1})

    assert "not found" in await ops.refused("ghl.order.record_payment", **paid)

    assert await payments(ops, order_id) == []
    assert (await ops.run("ghl.order.record_payment", **paid))["verdict"] == "confirmed"
    assert await payments(ops, order_id) == [Decimal("1.5")]


async def test_two_who_record_the_same_payment_at_the_same_time_record_it_once(ops: Operations) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "amount": Decimal("3.5"), "mode": "cash", "reference": "both"}

    both = await asyncio.gather(*(ops.run("ghl.order.record_payment", **paid) for _ in range(2)))

    assert len({item["id"] for item in both}) == 1
    assert await payments(ops, order_id) == [Decimal("3.5")]


async def test_a_preview_of_a_payment_shows_what_is_wanted_and_records_nothing(ops: Operations) -> None:
    order_id = await open_order(ops)

    shown = await ops.preview(
        "ghl.order.record_payment", order_id=order_id, reference="look", amount=Decimal("4.5"), mode="cash"
    )

    assert shown["would_write"]["wanted"] == {"document_id": order_id, "amount": Decimal("4.5")}
    assert await payments(ops, order_id) == []


async def test_no_payment_is_recorded_unless_money_is_allowed_to_move(ops: Operations) -> None:
    order_id = await open_order(ops)

    message = await ops.refused(
        "ghl.order.record_payment", allowed=(), order_id=order_id, reference="no", amount=1, mode="cash"
    )

    assert "allow moves_money" in message
    assert await payments(ops, order_id) == []


async def test_an_amount_as_text_is_refused(ops: Operations) -> None:
    message = await ops.refused(
        "ghl.order.record_payment", order_id="any", reference="no", amount="1.00", mode="cash"
    )

    assert "$.amount: expected number, found string" in message


async def payments(ops: Operations, order_id: str) -> list[Decimal]:
    rows = (await ops.world.ghl_truth("transactions"))["transactions"]
    return [row["amount"] for row in rows if row["entity_id"] == order_id]


async def test_another_amount_under_a_known_reference_waits_for_a_person(ops: Operations) -> None:
    order_id = await open_order(ops)
    paid = {"order_id": order_id, "mode": "cash", "reference": "two amounts"}
    await ops.run("ghl.order.record_payment", **paid, amount=Decimal("1.5"))

    message = await ops.refused("ghl.order.record_payment", **paid, amount=Decimal("2.5"))

    assert "over 1.5 and not over 2.5" in message
    assert await payments(ops, order_id) == [Decimal("1.5")]


async def test_a_payment_that_highlevel_shows_over_another_amount_is_never_called_confirmed(
    ops: Operations,
) -> None:
    order_id = await open_order(ops)
    client = await ops.world.application.runtime.ghl(ops.world.connections["highlevel"])
    body = {
        "altId": client.location_id,
        "altType": "location",
        "mode": "cash",
        "amount": Decimal("0.03"),
        "meta": {"orderbridgeReference": "shown otherwise"},
    }
    await client.request("POST", f"/payments/orders/{order_id}/record-payment", body=body)
    paid = {"order_id": order_id, "mode": "cash", "reference": "shown otherwise", "amount": Decimal("0.04")}

    for _ in range(2):
        assert "over 0.03 and not over 0.04" in await ops.refused("ghl.order.record_payment", **paid)

    assert await payments(ops, order_id) == [Decimal("0.03")]


@pytest.mark.covers("ghl.order.get_payment_state@1")
async def test_how_far_an_order_is_paid_is_derived_from_its_payments(ops: Operations) -> None:
    [order_id] = (await ops.world.sell(1, outcome="paid", currency="USD"))["orders"]
    state = await ops.run("ghl.order.get_payment_state", order_id=order_id)
    assert (state["sale_state"], state["refunded"]) == ("paid", 0)
    await ops.world.control("ghl", f"orders/{order_id}/refund", {"amount": Decimal("0.01")})
    state = await ops.run("ghl.order.get_payment_state", order_id=order_id)
    assert (state["sale_state"], state["refunded"]) == ("partially_refunded", Decimal("0.01"))
    await ops.world.control("ghl", f"orders/{order_id}/refund", {})
    assert (await ops.run("ghl.order.get_payment_state", order_id=order_id))["sale_state"] == "refunded"
