from typing import Any

import pytest

from support.operations import Operations

TABLE = {"paid": "Won", "1": "one", "true": "yes"}


@pytest.mark.covers("core.lookup.table@1")
async def test_a_missing_value_null_and_an_empty_text_are_three_things(ops: Operations) -> None:
    async def found(**given: Any) -> Any:
        fallbacks = {"if_missing": "M", "if_null": "N", "if_empty": "E", "otherwise": "O"}
        return (await ops.run("core.lookup.table", table=TABLE, **(fallbacks | given)))["value"]

    assert await found() == "M"
    assert await found(value=None) == "N"
    assert await found(value="") == "E"
    assert await found(value="refunded") == "O"
    assert await found(value="PAID") == "O"
    assert await found(value="PAID", ignore_case=True) == "Won"
    assert [await found(value=1), await found(value=True)] == ["one", "yes"]


async def test_what_nobody_provided_for_is_held(ops: Operations) -> None:
    assert "'null'" in await ops.refused("core.lookup.table", table=TABLE, value=None, if_empty="E")
    assert "'refunded'" in await ops.refused("core.lookup.table", table=TABLE, value="refunded")
    null = await ops.run("core.lookup.table", table=TABLE, value="x", otherwise=None)
    assert null == {"value": None, "case": "otherwise"}
