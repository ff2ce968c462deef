from typing import Any

import pytest

from support.act_changes import LONG_AGO, VERBS
from support.operations import Operations

NAMES = [f"act.line_item.{verb}" for verb in VERBS]
WATCHED = {"act.line_item.field_changed": {"field": "price", "to": 12}}
LINE = {"name": "Mug", "price": 10, "quantity": 1, "itemNumber": "MUG"}


async def deal(ops: Operations) -> str:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    fields = {"name": "Mugs", "contacts": [{"id": contact["id"]}]}
    return str((await ops.act("opportunities", fields=fields, created=LONG_AGO, edited=LONG_AGO))["id"])


async def line(ops: Operations, opportunity: str, line_id: str | None = None, **order: Any) -> str:
    answer = await ops.act("lines", line_id, opportunity=opportunity, **order)
    return str(answer.get("id", line_id))


@pytest.mark.covers(
    "act.line_item.created@1",
    "act.line_item.updated@1",
    "act.line_item.field_changed@1",
    "act.line_item.deleted@1",
)
async def test_a_line_that_is_added_changed_and_taken_out_fires_once_each(ops: Operations) -> None:
    opportunity = await deal(ops)
    async with ops.listening(*NAMES, given=WATCHED) as fired:
        assert await fired.times() == {}
        added = await line(ops, opportunity, fields=LINE)
        await ops.looked()
        assert await fired.times() == {NAMES[0]: 1}
        await line(ops, opportunity, added, fields={"price": 12})
        await ops.looked()
        assert await fired.times() == dict.fromkeys(NAMES[:3], 1)
        await line(ops, opportunity, added, action="delete")
        await ops.looked()
        await ops.looked()
        assert await fired.times() == dict.fromkeys(NAMES, 1)


async def test_the_lines_of_a_deleted_opportunity_are_deleted(ops: Operations) -> None:
    opportunity = await deal(ops)
    async with ops.listening("act.line_item.deleted", "act.line_item.created") as fired:
        for _ in range(2):
            await line(ops, opportunity, fields=LINE)
        await ops.looked()
        await ops.act("opportunities", opportunity, action="delete")
        await ops.looked()
        await ops.looked()
        assert await fired.times() == {"act.line_item.created": 2, "act.line_item.deleted": 2}
