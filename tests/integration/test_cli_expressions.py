"""``orderbridge flows eval``."""

from __future__ import annotations

from pathlib import Path

from support.command import orderbridge

ORDER = '{"event": {"amount": 150.10, "items": []}}'


async def test_an_expression_can_be_tried_without_a_database(tmp_path: Path) -> None:
    environment = {"ORDERBRIDGE_DATA_DIR": str(tmp_path)}

    ran = await orderbridge(
        "flows", "eval", "event.amount * 2", "--input", ORDER, "--json", environment=environment
    )
    assert (ran.code, ran.out.strip()) == (0, '{"missing":false,"value":300.20,"reads":["event.amount"]}')

    ran = await orderbridge("flows", "eval", "event.amount / 0", "--input", ORDER, environment=environment)
    assert ran.code != 0
    assert "divides by zero (at '/ 0', character 14)" in ran.err

    assert not list(tmp_path.iterdir())
