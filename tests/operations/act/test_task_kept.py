from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.deals import Deal, a_deal
from support.operations import Operations


def day(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT09:00:00Z}"


async def keep(ops: Operations, deal: Deal, days: int | None, **more: Any) -> dict[str, Any]:
    due = {} if days is None else {"due_at": day(days)}
    given = {"reference": f"sub:{deal.order_id}", "subject": "Next billing (derived)"} | due | more
    return await ops.run("act.task.keep", **given, **deal.ids)


async def tasks(ops: Operations, deal: Deal) -> list[dict[str, Any]]:
    rows = (await ops.world.act_truth("tasks"))["tasks"]
    return [row for row in rows if deal.contact_id in [item["id"] for item in row["contacts"]]]


@pytest.mark.covers("act.task.keep@1")
async def test_one_open_task_follows_a_date_and_is_cleared_when_there_is_none(ops: Operations) -> None:
    deal = await a_deal(ops)
    made = await keep(ops, deal, 30, days_before=3)
    again = await keep(ops, deal, 30, days_before=3)
    assert (made["verdict"], again) == ("confirmed", {"id": made["id"], "verdict": "unchanged"})
    [task] = await tasks(ops, deal)
    assert str(task["startTime"])[:10] == day(27)[:10]

    moved = await keep(ops, deal, 60, days_before=3)
    [task] = await tasks(ops, deal)
    assert (moved["verdict"], str(task["startTime"])[:10]) == ("confirmed", day(57)[:10])

    over = await keep(ops, deal, None, closing_note="It was cancelled.")
    assert over["verdict"] == "confirmed"
    assert (await keep(ops, deal, None))["verdict"] == "unchanged"
    [task] = await tasks(ops, deal)
    assert task["isCleared"]
    histories = (await ops.world.act_truth("histories"))["histories"]
    assert len([row for row in histories if "It was cancelled." in (row["details"] or "")]) == 1

    # The same day told once more, by a replay for example, is no news; another day is.
    assert (await keep(ops, deal, 60, days_before=3))["verdict"] == "unchanged"
    assert (await keep(ops, deal, 90, days_before=3))["verdict"] == "confirmed"
    assert [row["isCleared"] for row in await tasks(ops, deal)].count(False) == 1


async def test_what_a_person_cleared_or_deleted_is_not_made_again_for_the_same_date(ops: Operations) -> None:
    for action in ({"fields": {"isCleared": True}}, {"action": "delete"}):
        deal = await a_deal(ops)
        made = await keep(ops, deal, 30)
        await ops.act("tasks", made["id"], **action)
        left = len(await tasks(ops, deal))
        assert (await keep(ops, deal, 30))["verdict"] == "unchanged"
        assert len(await tasks(ops, deal)) == left
        assert (await keep(ops, deal, 60))["verdict"] == "confirmed"
        assert len(await tasks(ops, deal)) == left + 1


@pytest.mark.covers("act.task.keep@1")
async def test_a_task_is_due_when_it_is_known_at_the_earliest_and_goes_to_the_record_manager(
    ops: Operations,
) -> None:
    deal = await a_deal(ops)
    contacts = (await ops.world.act_truth("contacts"))["contacts"]
    manager = next(row["recordManagerID"] for row in contacts if row["id"] == deal.contact_id)
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/tasks"})
    await keep(ops, deal, 2, days_before=30, for_manager_of="contact")
    [task] = await tasks(ops, deal)
    assert str(task["startTime"])[:10] == f"{datetime.now(UTC):%Y-%m-%d}"
    assert task["scheduledForId"] == manager


@pytest.mark.covers("act.task.clear_kept@1")
async def test_tasks_of_a_group_are_cleared_up_to_a_moment(ops: Operations) -> None:
    deal = await a_deal(ops)
    for number in (1, 2):
        await keep(
            ops,
            deal,
            5,
            reference=f"failed:{deal.order_id}:{number}",
            group=deal.order_id,
            happened_at=day(number),
        )
    note = {"group": deal.order_id, "note": "Paid after all."}
    assert await ops.run("act.task.clear_kept", **note, until=day(1)) == {"cleared": 1}
    assert sorted(row["isCleared"] for row in await tasks(ops, deal)) == [False, True]
    assert await ops.run("act.task.clear_kept", **note) == {"cleared": 1}
    assert await ops.run("act.task.clear_kept", **note) == {"cleared": 0}
    assert await ops.run("act.task.clear_kept", reference="never made", note="x") == {"cleared": 0}
    assert "a reference or a group" in await ops.refused("act.task.clear_kept", note="x")


@pytest.mark.covers("act.task.read_reference@1")
async def test_only_the_task_that_we_made_is_ours(ops: Operations) -> None:
    deal = await a_deal(ops)
    made = await keep(ops, deal, 5, reference=f"fulfil:{deal.order_id}")
    [task] = await tasks(ops, deal)
    seen = {"id": made["id"], "details": task["details"], "subject": "x"}

    async def read(prefix: str = "fulfil:", **other: Any) -> dict[str, Any]:
        return await ops.run("act.task.read_reference", task=seen | other, prefix=prefix)

    assert await read() == {"ours": True, "of": deal.order_id, "reason": "it is the one that we made"}
    assert not (await read(id="99999999-2222-3333-4444-55555555555502052026"))["ours"]
    assert not (await read(details="no line"))["ours"]
    assert not (await read(prefix="other:"))["ours"]
    await ops.run("act.task.clear_kept", reference=f"fulfil:{deal.order_id}", note="Called off.")
    assert (await read())["reason"] == "orderbridge cleared it itself"
