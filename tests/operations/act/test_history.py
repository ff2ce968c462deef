import pytest

from support import act_records
from support.deals import a_deal
from support.operations import Operations


async def entries(ops: Operations, contact_id: str) -> list[str]:
    rows = (await ops.world.act_truth("histories"))["histories"]
    return [row["regarding"] for row in rows if contact_id in [item["id"] for item in row["contacts"]]]


@pytest.mark.covers(
    "act.history.create@1",
    "act.history.get@1",
    "act.history.list@1",
    "act.history.update@1",
    "act.history.delete@1",
)
async def test_a_history_entry_gets_the_type_of_that_name_and_comes_back_as_text(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run(
        "act.history.create",
        type="call completed",
        regarding="Called",
        details="Said: 3 < 4\nand hung up",
        start_time="2026-01-31T09:00:00Z",
        contact_ids=[contact],
    )
    changed = await ops.run(
        "act.history.update", history_id=made["id"], regarding="Called back", type="Meeting Held"
    )
    got = await ops.run("act.history.get", history_id=made["id"])
    listed = await ops.run("act.history.list", contact_id=contact, regarding_contains="back")
    refused = await ops.refused("act.history.create", type="Seance", regarding="X", contact_ids=[contact])
    gone = await ops.run("act.history.delete", history_id=made["id"])

    assert made["verdict"] == changed["verdict"] == gone["verdict"] == "confirmed"
    assert made["record"]["history_type"]["name"] == "Call Completed"
    assert got["details"] == "Said: 3 < 4\nand hung up"
    assert got["history_type"]["name"] == "Meeting Held"
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert "has no history type 'Seance'; it has Call Attempted" in refused
    assert await entries(ops, contact) == []


async def test_an_entry_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/History"})

    await ops.run("act.history.create", type="Quote", regarding="Lost", contact_ids=[contact])

    assert await entries(ops, contact) == ["Lost"]


@pytest.mark.covers("act.history.link_contact@1", "act.history.unlink_contact@1")
async def test_an_entry_is_shown_on_a_further_contact_and_no_longer(ops: Operations) -> None:
    contact, other = await act_records.contact(ops), await act_records.contact(ops, "Bea Sample")
    made = await ops.run("act.history.create", type="Quote", regarding="Offer", contact_ids=[contact])

    linked = await ops.run("act.history.link_contact", history_id=made["id"], contact_id=other)
    on_other = await entries(ops, other)
    unlinked = await ops.run("act.history.unlink_contact", history_id=made["id"], contact_id=other)

    assert linked["verdict"] == unlinked["verdict"] == "confirmed"
    assert on_other == ["Offer"]
    assert await entries(ops, other) == []


@pytest.mark.covers("act.history.list_types@1")
async def test_the_types_are_listed(ops: Operations) -> None:
    listed = await ops.run("act.history.list_types")

    assert "To-do Done" in [row["name"] for row in listed["rows"]]


@pytest.mark.covers("act.history.log_once@1")
async def test_what_happened_is_logged_once_for_each_reference(ops: Operations) -> None:
    contact, deal = await act_records.contact(ops), await act_records.opportunity(ops)
    given = {"type": "To-do Done", "regarding": "Shipped", "contact_id": contact, "opportunity_id": deal}
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/History"})

    first = await ops.run("act.history.log_once", reference="order-1", **given)
    again = await ops.run("act.history.log_once", reference="order-1", **given)
    # Our links are forgotten, as after a restore: the entry itself says whose it is.
    await ops.world.rows("DELETE FROM links WHERE source_kind = 'history_entry'")
    await ops.world.rows("INSERT INTO switches (name, value) VALUES ('journal_incomplete', 'true')")
    try:
        restored = await ops.run("act.history.log_once", reference="order-1", **given)
    finally:
        await ops.world.rows("DELETE FROM switches WHERE name = 'journal_incomplete'")
    second = await ops.run("act.history.log_once", reference="order-2", **given)

    assert (first["verdict"], again["verdict"], restored["verdict"]) == (
        "confirmed",
        "unchanged",
        "unchanged",
    )
    assert first["id"] == again["id"] == restored["id"] != second["id"]
    assert await entries(ops, contact) == ["Shipped", "Shipped"]
    on_deal = await ops.run("act.opportunity.list_history", opportunity_id=deal)
    assert on_deal["rows"][0]["history_type"]["name"] == "To-do Done"


@pytest.mark.covers("act.history.log_for_user@1")
async def test_what_another_user_did_becomes_that_users_entry_once(ops: Operations) -> None:
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    users = (await client.request("GET", "/api/users")).body
    pat = next(user["id"] for user in users if user["firstName"] == "Pat")
    contact = await act_records.contact(ops)
    given = {"type": "Call Completed", "regarding": "Called", "contact_id": contact, "user_id": pat}
    organizer = f"POST /api/organizers/{pat}/tasks"
    await ops.world.faults("act", drop_after_write={"count": 1, "match": organizer})

    first = await ops.run("act.history.log_for_user", reference="call-1", **given)
    again = await ops.run("act.history.log_for_user", reference="call-1", **given)

    rows = (await ops.world.act_truth("histories"))["histories"]
    [row] = [row for row in rows if contact in [item["id"] for item in row["contacts"]]]
    tasks = (await ops.world.act_truth("tasks"))["tasks"]
    assert (first["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    assert (row["recordManager"], row["historyType"]["name"]) == ("Pat Lindqvist", "Call Completed")
    assert [task["isCleared"] for task in tasks if contact in [item["id"] for item in task["contacts"]]] == [
        True
    ]
    refused = await ops.refused("act.history.log_for_user", allowed=(), reference="call-2", **given)
    assert "sends a message to a person" in refused


@pytest.mark.covers("act.history.log_change@1")
async def test_a_change_is_logged_once_with_its_facts_whoever_tells_of_it(ops: Operations) -> None:
    deal = await a_deal(ops)
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/History"})
    given = {
        "reference": f"{deal.order_id}:succeeded",
        "regarding": "Payment succeeded",
        "facts": {"transactionId": "t-1", "amount": 12.5, "reason": None},
        **deal.ids,
    }
    made = await ops.run("act.history.log_change", **given)
    again = await ops.run("act.history.log_change", **given)
    assert (made["verdict"], again) == ("confirmed", {"id": made["id"], "verdict": "unchanged"})
    rows = (await ops.world.act_truth("histories"))["histories"]
    [row] = [row for row in rows if f"{deal.order_id}:succeeded" in (row["details"] or "")]
    assert "transactionId: t-1\namount: 12.5\n[orderbridge" in row["details"]
