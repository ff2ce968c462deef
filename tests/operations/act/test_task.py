import pytest

from support.deals import a_deal
from support.operations import Operations

CALL = {"subject": "Check that the parcel arrived", "text": "Call if tracking shows nothing.", "due_days": 5}


async def tasks_of(ops: Operations, reference: str) -> list[str]:
    rows = (await ops.world.act_truth("tasks"))["tasks"]
    return [row["id"] for row in rows if f"ref={reference}" in (row["details"] or "")]


@pytest.mark.covers("act.task.create_once@1")
async def test_a_task_is_made_once_for_each_reference(ops: Operations) -> None:
    deal = await a_deal(ops)

    made = await ops.run("act.task.create_once", reference="parcel-1", **deal.ids, **CALL)
    again = await ops.run("act.task.create_once", reference="parcel-1", **deal.ids, **CALL)
    other = await ops.run("act.task.create_once", reference="parcel-2", **deal.ids, **CALL)

    assert made["verdict"] == other["verdict"] == "confirmed"
    assert again == {"id": made["id"], "verdict": "unchanged"}
    assert len(await tasks_of(ops, "parcel-1")) == 1
    assert len(await tasks_of(ops, "parcel-2")) == 1


async def test_a_task_whose_creation_was_answered_with_a_failure_is_found_and_not_made_twice(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/tasks"})

    made = await ops.run("act.task.create_once", reference="parcel-lost", **deal.ids, **CALL)

    assert made["verdict"] == "confirmed"
    assert len(await tasks_of(ops, "parcel-lost")) == 1


async def test_a_task_without_a_contact_is_refused_before_anything_is_sent(ops: Operations) -> None:
    message = await ops.refused("act.task.create_once", reference="nobody", opportunity_id="x", **CALL)

    assert "'contact_id' is missing" in message
