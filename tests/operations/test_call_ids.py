"""A call under an id of the caller's is made once, and is the same call only with the same input."""

import asyncio

import pytest

from orderbridge.core.errors import FlowError
from orderbridge.store.lanes import LaneLostError
from support.operations import Operations
from support.world import until

NEW = {"name": "Northwind Ltd"}


async def test_an_id_that_was_used_with_another_input_is_refused(ops: Operations) -> None:
    await ops.run("act.company.create", call_id="one", **NEW)

    with pytest.raises(FlowError, match="with another input; take a new id"):
        await ops.run("act.company.create", call_id="one", name="Southwind Ltd")

    assert (await ops.run("act.company.list", name_contains="Southwind"))["count"] == 0


async def test_the_same_call_at_the_same_time_is_refused_while_the_first_works(ops: Operations) -> None:
    await ops.world.faults("act", slow_s={"seconds": 0.5, "match": "POST /api/companies"})
    first = asyncio.create_task(ops.run("act.company.create", call_id="two", name="Twice Ltd"))

    async def under_way() -> bool:
        return bool(await ops.world.rows("SELECT 1 FROM lanes WHERE kind = 'by-hand' AND owner IS NOT NULL"))

    await until(under_way)
    with pytest.raises(LaneLostError, match="under way already"):
        await ops.run("act.company.create", call_id="two", name="Twice Ltd")

    await ops.world.faults("act", slow_s=0)
    assert (await first)["verdict"] == "confirmed"
    assert (await ops.run("act.company.list", name_contains="Twice"))["count"] == 1


async def test_a_call_whose_process_died_can_be_made_again_once_its_lease_ran_out(ops: Operations) -> None:
    await ops.run("act.company.create", call_id="three", name="Thrice Ltd")
    [row] = await ops.world.rows(
        "SELECT id FROM runs WHERE flow_id = 'by-hand' ORDER BY started_at DESC LIMIT 1"
    )
    # What a process that was killed in the middle leaves behind, a minute later.
    await ops.world.db.pool.execute("DELETE FROM steps WHERE run_id = $1", row["id"])
    await ops.world.db.pool.execute("UPDATE runs SET state = 'running' WHERE id = $1", row["id"])
    await ops.world.db.pool.execute(
        "INSERT INTO lanes (key, connection_id, kind, record_id, queued, owner, fence, lease_until)"
        " VALUES ($1, 'c', 'by-hand', $1, true, 'dead', 1, now() - interval '1 second')",
        f"by-hand/{row['id']}",
    )

    again = await ops.run("act.company.create", call_id="three", name="Thrice Ltd")

    assert again["verdict"] == "confirmed"
    assert (await ops.run("act.company.list", name_contains="Thrice"))["count"] == 1
