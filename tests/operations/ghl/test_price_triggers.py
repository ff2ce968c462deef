from typing import Any

import pytest

from support.operations import WAYS, Operations

ALL = ("ghl.price.created", "ghl.price.updated", "ghl.price.deleted")


def price(ops: Operations, amount: int) -> dict[str, Any]:
    return {"name": "S", "type": "one_time", "currency": "USD", "amount": amount, "locationId": ops.location}


@pytest.mark.covers("ghl.price.created@1", "ghl.price.updated@1", "ghl.price.deleted@1")
@pytest.mark.parametrize("way", WAYS)
async def test_each_change_of_a_price_fires_once_however_it_becomes_known(ops: Operations, way: str) -> None:
    body = {"name": "Mug", "locationId": ops.location, "productType": "PHYSICAL"}
    product = (await ops.ghl("POST", "/products/", body))["_id"]
    old = (await ops.ghl("POST", f"/products/{product}/price", price(ops, 10)))["_id"]
    async with ops.listening(*ALL) as fired:
        assert await fired.times() == {}
        async with ops.known(way):
            await ops.ghl("POST", f"/products/{product}/price", price(ops, 20))
        async with ops.known(way):
            await ops.ghl("PUT", f"/products/{product}/price/{old}", price(ops, 12))
        async with ops.known(way):
            await ops.ghl("DELETE", f"/products/{product}/price/{old}", locationId=ops.location)
        await ops.looked()
        assert await fired.times() == dict.fromkeys(ALL, 1)
