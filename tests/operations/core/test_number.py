from decimal import Decimal

import pytest

from support.operations import Operations


@pytest.mark.covers("core.number.format@1")
async def test_a_number_is_written_with_its_digits_and_marks(ops: Operations) -> None:
    async def written(value: object, **how: object) -> str:
        return str((await ops.run("core.number.format", value=value, **how))["text"])

    assert await written(Decimal("1234567.891"), digits=2, group_mark=".", decimal_mark=",") == "1.234.567,89"
    assert await written(Decimal("2.5"), digits=0) == "3"
    assert await written(Decimal("-2.5"), digits=0) == "-3"
    assert await written(Decimal("0.10")) == "0.10"


async def test_a_binary_fraction_is_refused(ops: Operations) -> None:
    assert "not exact" in await ops.refused("core.number.format", value=0.1)


async def test_the_two_marks_must_differ(ops: Operations) -> None:
    message = await ops.refused("core.number.format", value=1, group_mark=",", decimal_mark=",")

    assert "are the same" in message
