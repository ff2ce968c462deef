import pytest

from support.operations import Operations


@pytest.mark.covers(
    "act.drop_down.create@1",
    "act.drop_down.list@1",
    "act.drop_down.list_items@1",
    "act.drop_down.update@1",
)
async def test_a_list_is_created_and_values_are_added_without_losing_one(ops: Operations) -> None:
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST"})

    made = await ops.run(
        "act.drop_down.create",
        name="Plan",
        type="Character",
        items=[{"value": "Basic", "description": "One user"}, {"value": "Pro 1.0"}],
    )
    changed = await ops.run(
        "act.drop_down.update",
        drop_down_id=made["id"],
        description="What they bought",
        add_items=[{"value": "Enterprise"}, {"value": "Pro 1.0"}],
    )
    again = await ops.run(
        "act.drop_down.update", drop_down_id=made["id"], add_items=[{"value": "Enterprise"}]
    )

    assert [item["verdict"] for item in (made, changed, again)] == ["confirmed", "confirmed", "unchanged"]
    items = (await ops.run("act.drop_down.list_items", drop_down_id=made["id"]))["rows"]
    assert [item["value"] for item in items] == ["Basic", "Pro 1.0", "Enterprise"]
    assert items[0]["description"] == "One user"
    listed = (await ops.run("act.drop_down.list"))["rows"]
    assert {row["name"]: row["description"] for row in listed}["Plan"] == "What they bought"


async def test_values_without_a_text_are_refused(ops: Operations) -> None:
    message = await ops.refused("act.drop_down.create", name="Empty", type="Character", items=[{}])

    assert "$.items[0]: 'value' is missing" in message
    assert "no drop-down list nowhere" in await ops.refused(
        "act.drop_down.update", drop_down_id="nowhere", name="X"
    )


async def test_two_values_that_are_added_at_the_same_time_both_stay(ops: Operations) -> None:
    made = await ops.run("act.drop_down.create", name="Size", type="Character", items=[{"value": "S"}])
    added = [{"drop_down_id": made["id"], "add_items": [{"value": value}]} for value in ("M", "L")]

    await ops.at_once("PUT /api/metadata/drop-down/lists", "act.drop_down.update", *added)

    items = (await ops.run("act.drop_down.list_items", drop_down_id=made["id"]))["rows"]
    assert {item["value"] for item in items} == {"S", "M", "L"}
