import pytest

from support.act_changes import LONG_AGO, WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.opportunity.created@1",
    "act.opportunity.updated@1",
    "act.opportunity.field_changed@1",
    "act.opportunity.deleted@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_an_opportunity_that_is_made_changed_and_deleted_fires_once_each(
    ops: Operations, way: str
) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    await lifecycle(
        ops,
        "opportunity",
        "opportunities",
        new={"name": "Kitchen", "contacts": [{"id": contact["id"]}]},
        change={"name": "Kitchen and bath"},
        watched={"field": "name", "from": "Kitchen"},
        way=way,
        area="Opportunities",
    )


@pytest.mark.covers("act.opportunity.stage_changed@1", "act.opportunity.won@1", "act.opportunity.lost@1")
async def test_a_stage_and_an_outcome_fire_once_each_time(ops: Operations) -> None:
    contact = (await ops.world.act_truth("contacts"))["contacts"][0]
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    [process, *_] = await client.processes()
    first, second, *_ = await client.stages(process.id)
    new = {"name": "Roof", "contacts": [{"id": contact["id"]}], "stage": {"id": first.id}}
    deal = (await ops.act("opportunities", fields=new, created=LONG_AGO, edited=LONG_AGO))["id"]
    names = ("act.opportunity.stage_changed", "act.opportunity.won", "act.opportunity.lost")
    async with ops.listening(*names) as fired:
        changes = ({"stage": {"id": second.id}}, {"status": 1}, {"status": 0}, {"status": 1}, {"status": 2})
        for change in changes:
            await ops.act("opportunities", deal, fields=change)
            await ops.looked()
        await ops.looked()
        assert await fired.times() == dict(zip(names, (1, 2, 1), strict=True))


@pytest.mark.covers("act.opportunity.reached@1")
async def test_what_counts_as_an_order_fires_when_it_is_reached_also_by_a_new_sale(ops: Operations) -> None:
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    [process, *_] = await client.processes()
    first, second, *_ = await client.stages(process.id)
    deal = (
        await ops.act("opportunities", fields={"name": "Old", "status": 1}, created=LONG_AGO, edited=LONG_AGO)
    )["id"]
    names = ("act.opportunity.reached#won", "act.opportunity.reached#stage")
    given = dict(zip(names, ({"status": "Won"}, {"stage": second.name.upper()}), strict=True))
    async with ops.listening(*names, given=given) as fired:
        await ops.act("opportunities", deal, fields={"name": "Old and edited"})
        await ops.looked()
        assert await fired.times() == {}
        new = (
            await ops.act("opportunities", fields={"name": "New", "status": 1, "stage": {"id": first.id}})
        )["id"]
        await ops.looked()
        assert await fired.times() == {names[0]: 1}
        for change in ({"stage": {"id": second.id}}, {"status": 0}, {"status": 1}, {"name": "Newer"}):
            await ops.act("opportunities", new, fields=change)
            await ops.looked()
        assert await fired.times() == {names[0]: 2, names[1]: 1}
