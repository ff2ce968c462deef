from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations


async def products(ops: Operations, item_number: str) -> list[Any]:
    rows = (await ops.world.act_truth("products"))["products"]
    return [row for row in rows if row["itemNumber"] == item_number]


@pytest.mark.covers(
    "act.product.create@1",
    "act.product.get@1",
    "act.product.list@1",
    "act.product.update@1",
    "act.product.delete@1",
)
async def test_a_product_is_created_changed_listed_and_deleted(ops: Operations) -> None:
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/Products"})

    made = await ops.run(
        "act.product.create", name="Oak table", item_number="OAK-1", price=Decimal("249.90"), cost=120
    )
    changed = await ops.run("act.product.update", product_id=made["id"], price=259)

    assert made["verdict"] == changed["verdict"] == "confirmed"
    (there,) = await products(ops, "OAK-1")
    assert (there["price"], there["cost"]) == (259, 120)
    found = await ops.run("act.product.get", product_id=made["id"])
    assert found["create_date"] is not None
    listed = await ops.run("act.product.list", item_number="OAK-1", edited_since="2020-01-01T00:00:00Z")
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert (await ops.run("act.product.delete", product_id=made["id"]))["verdict"] == "confirmed"
    assert await products(ops, "OAK-1") == []


async def test_an_item_number_that_act_would_read_as_a_date_is_refused(ops: Operations) -> None:
    message = await ops.refused("act.product.create", name="Trap", item_number="2026-01-31T00:00")

    assert "$.item_number" in message
    assert "$.item_number: expected string" in await ops.refused(
        "act.product.create", name="Trap", item_number=1
    )


@pytest.mark.covers("act.product.find_or_create@1")
async def test_a_product_is_found_by_its_number_or_created_once(ops: Operations) -> None:
    made = await ops.run("act.product.find_or_create", item_number="ELM-1", name="Elm table", price=199)
    found = await ops.run("act.product.find_or_create", item_number="elm-1", name="Elm desk", price=1)

    assert (made["how"], found["how"], found["id"]) == ("created", "found", made["id"])
    (there,) = await products(ops, "ELM-1")
    assert (there["name"], there["price"]) == ("Elm table", 199)
    await ops.run("act.product.create", item_number="ELM-1", name="Elm table again")
    assert "2 Act! records of kind product" in await ops.refused(
        "act.product.find_or_create", item_number="ELM-1", name="Elm table"
    )
