import pytest

from support.operations import WAYS, Operations

ALL = ("ghl.product.created", "ghl.product.updated", "ghl.product.deleted")


async def make(ops: Operations, name: str) -> str:
    body = {"name": name, "locationId": ops.location, "productType": "PHYSICAL"}
    return str((await ops.ghl("POST", "/products/", body))["_id"])


@pytest.mark.covers("ghl.product.created@1", "ghl.product.updated@1", "ghl.product.deleted@1")
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_a_product_fires_once_however_it_becomes_known(
    ops: Operations, way: str
) -> None:
    old = await make(ops, "Old")
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            await make(ops, "New")
        async with ops.known(way):
            body = {"name": "Older", "locationId": ops.location, "productType": "PHYSICAL"}
            await ops.ghl("PUT", f"/products/{old}", body)
        async with ops.known(way):
            await ops.ghl("DELETE", f"/products/{old}", locationId=ops.location)
        await ops.looked()
        assert await fired.times() == dict.fromkeys(ALL, 1)
