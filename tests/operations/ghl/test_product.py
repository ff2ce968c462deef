import asyncio
from decimal import Decimal

import pytest

from support.operations import Operations
from support.world import until

VASE = {"name": "Tall vase", "product_type": "PHYSICAL"}


@pytest.mark.covers("ghl.product.create@1", "ghl.product.list@1", "ghl.product.get@1")
async def test_a_product_is_created_once_also_where_the_answer_is_lost(ops: Operations) -> None:
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": "POST /products/"})

    made = await ops.run("ghl.product.create", **VASE)

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.product.list", search="tall vase"))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]
    assert (await ops.run("ghl.product.get", product_id=made["id"]))["product_type"] == "PHYSICAL"
    assert (await ops.run("ghl.product.list"))["count"] > 10


@pytest.mark.covers("ghl.product.update@1", "ghl.product.delete@1")
async def test_a_product_is_changed_and_deleted(ops: Operations) -> None:
    made = await ops.run("ghl.product.create", **(VASE | {"name": "Short vase"}))

    changed = await ops.run("ghl.product.update", product_id=made["id"], description="<p>10 cm</p>")
    gone = await ops.run("ghl.product.delete", product_id=made["id"])

    assert (changed["verdict"], changed["record"]["name"]) == ("confirmed", "Short vase")
    assert gone["verdict"] == "confirmed"
    assert (await ops.run("ghl.product.list", search="short vase"))["count"] == 0


@pytest.mark.covers("ghl.product.find_or_create@1")
async def test_a_product_is_found_by_its_number_and_two_with_one_number_stop_it(ops: Operations) -> None:
    goods = {"sku": "ACT-17", "name": "Teapot", "amount": Decimal("89.95"), "currency": "USD"}

    made = await ops.run("ghl.product.find_or_create", **goods)
    found = await ops.run("ghl.product.find_or_create", **(goods | {"name": "Tea pot", "amount": 1}))

    assert (made["how"], found["how"]) == ("created", "sku")
    assert found["price_id"] == made["price_id"]
    # What it costs is told and not changed.
    assert found["amount"] == Decimal("89.95")
    await ops.run(
        "ghl.price.create", product_id=made["product_id"], name="Again", type="one_time", currency="USD",
        amount=1, sku="ACT-17",
    )  # fmt: skip
    assert "2 prices in USD have the number ACT-17" in await ops.refused(
        "ghl.product.find_or_create", **goods
    )


async def test_an_unknown_kind_of_product_is_refused(ops: Operations) -> None:
    message = await ops.refused("ghl.product.create", **(VASE | {"product_type": "LIVING"}))

    assert "$.product_type: expected one of PHYSICAL" in message


async def test_a_product_whose_price_is_about_to_be_made_is_not_taken_for_one_without(
    ops: Operations,
) -> None:
    tile = {"name": "Tile", "amount": Decimal("4.5"), "currency": "USD"}
    await ops.world.faults("ghl", slow_s={"value": 0.5, "match": "POST /products/{productId}/price"})
    first = asyncio.create_task(ops.run("ghl.product.find_or_create", **tile, sku="T-1"))

    async def half_made() -> bool:
        return bool((await ops.run("ghl.product.list", search="Tile"))["count"])

    await until(half_made)
    second = await ops.run("ghl.product.find_or_create", **tile, sku="T-2")

    await ops.world.faults("ghl", slow_s=0)
    assert second["product_id"] != (await first)["product_id"]


async def test_a_currency_in_small_letters_is_the_same_currency(ops: Operations) -> None:
    jug = {"name": "Jug", "amount": Decimal("4.5"), "sku": "J-1"}

    first = await ops.run("ghl.product.find_or_create", **jug, currency="usd")
    again = await ops.run("ghl.product.find_or_create", **jug, currency="USD")

    assert (again["how"], again["price_id"]) == ("sku", first["price_id"])
