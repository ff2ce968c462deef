from decimal import Decimal

import pytest

from support.operations import Operations

TALL = {"name": "Tall", "type": "one_time", "currency": "USD", "amount": Decimal("12.34"), "sku": "V-1"}


async def product(ops: Operations) -> str:
    made = await ops.run("ghl.product.create", name="Vase", product_type="PHYSICAL")
    return str(made["id"])


@pytest.mark.covers("ghl.price.create@1", "ghl.price.list@1", "ghl.price.get@1")
async def test_a_price_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    product_id = await product(ops)
    label = "POST /products/{productId}/price"
    await ops.world.faults("ghl", drop_after_write={"count": 1, "match": label})

    made = await ops.run("ghl.price.create", product_id=product_id, **TALL)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.price.list", product_id=product_id))["rows"]
    assert [(row["id"], row["amount"]) for row in rows] == [(made["id"], Decimal("12.34"))]
    one = await ops.run("ghl.price.get", product_id=product_id, price_id=made["id"])
    assert one["sku"] == "V-1"


@pytest.mark.covers("ghl.price.update@1", "ghl.price.delete@1")
async def test_currency_and_number_stay_when_a_price_is_changed_and_a_deleted_one_is_gone(
    ops: Operations,
) -> None:
    one = {"product_id": await product(ops)}
    one["price_id"] = (await ops.run("ghl.price.create", **one, **TALL))["id"]

    changed = await ops.run("ghl.price.update", **one, amount=Decimal("13.5"))
    gone = await ops.run("ghl.price.delete", **one)

    assert changed["verdict"] == "confirmed"
    assert (changed["record"]["currency"], changed["record"]["sku"]) == ("USD", "V-1")
    assert gone["verdict"] == "confirmed"
    assert (await ops.run("ghl.price.list", product_id=one["product_id"]))["count"] == 0


async def test_a_price_below_nothing_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.price.create", product_id="any", **(TALL | {"amount": -1}))

    assert "$.amount: expected minimum 0" in message


async def test_two_changes_of_one_price_at_the_same_time_both_stay(ops: Operations) -> None:
    where = {"product_id": await product(ops)}
    where["price_id"] = (await ops.run("ghl.price.create", **where, **TALL))["id"]

    await ops.at_once(
        "PUT /products/{productId}/price/{priceId}",
        "ghl.price.update",
        where | {"name": "After"},
        where | {"amount": Decimal("9.99")},
    )

    there = await ops.run("ghl.price.get", **where)
    assert (there["name"], there["amount"]) == ("After", Decimal("9.99"))
