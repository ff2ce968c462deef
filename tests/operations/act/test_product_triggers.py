import pytest

from support.act_changes import LONG_AGO, WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.product.created@1", "act.product.updated@1", "act.product.field_changed@1", "act.product.deleted@1"
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_product_that_is_made_changed_and_deleted_fires_once_each(ops: Operations, way: str) -> None:
    await lifecycle(
        ops,
        "product",
        "products",
        new={"name": "Mug", "price": 12, "itemNumber": "MUG"},
        change={"price": 14},
        watched={"field": "price", "from": 12, "to": "14"},
        way=way,
        area="Products",
    )


async def test_when_most_records_vanish_at_once_none_is_taken_as_deleted(ops: Operations) -> None:
    made = [
        (await ops.act("products", fields={"name": f"P{number}"}, created=LONG_AGO, edited=LONG_AGO))["id"]
        for number in range(40)
    ]
    async with ops.listening("act.product.deleted") as fired:
        await ops.act("products", made[0], action="delete")
        await ops.looked()
        assert await fired.times() == {"act.product.deleted": 1}
        for product in made[1:]:
            await ops.act("products", product, action="delete")
        [products] = [part for item in await ops.world.poll() for part in item.streams if part.suspicious]
        assert (products.stream, products.missing) == ("products", 39)
        assert await fired.times() == {"act.product.deleted": 1}
