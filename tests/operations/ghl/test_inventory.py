import pytest

from support.operations import Operations


@pytest.mark.covers("ghl.inventory.list@1", "ghl.inventory.update@1")
async def test_pieces_are_set_and_the_same_number_again_sends_nothing(ops: Operations) -> None:
    product_id = (await ops.run("ghl.product.create", name="Vase", product_type="PHYSICAL"))["id"]
    price = await ops.run(
        "ghl.price.create", product_id=product_id, name="Tall", type="one_time", currency="USD", amount=12,
        sku="V-1", track_inventory=True, available_quantity=3,
    )  # fmt: skip

    changed = await ops.run("ghl.inventory.update", price_id=price["id"], available_quantity=7)
    again = await ops.run("ghl.inventory.update", price_id=price["id"], available_quantity=7)

    assert (changed["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    rows = (await ops.run("ghl.inventory.list", search="V-1"))["rows"]
    assert [(row["id"], row["available_quantity"]) for row in rows] == [(price["id"], 7)]


async def test_a_price_that_counts_nothing_is_named_and_nothing_is_changed(ops: Operations) -> None:
    message = await ops.refused("ghl.inventory.update", price_id="none", available_quantity=7)

    assert "there is no inventory none; nothing was changed" in message
