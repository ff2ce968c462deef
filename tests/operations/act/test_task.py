import pytest

from support import act_records
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


async def tasks(ops: Operations, contact_id: str) -> list[str]:
    rows = (await ops.world.act_truth("tasks"))["tasks"]
    return sorted(row["subject"] for row in rows if contact_id in [item["id"] for item in row["contacts"]])


async def visit(ops: Operations, contact_id: str, **more: object) -> str:
    given = {"type": "To-do", "subject": "Visit", "start_time": "2026-04-01T09:00:00Z"} | more
    return str((await ops.run("act.task.create", contact_ids=[contact_id], **given))["id"])


@pytest.mark.covers(
    "act.task.create@1", "act.task.get@1", "act.task.list@1", "act.task.update@1", "act.task.delete@1"
)
async def test_a_task_is_created_moved_listed_and_deleted(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    made = await ops.run(
        "act.task.create",
        type="to-do",
        subject="Visit",
        details="Bring: < 3 samples",
        start_time="2026-04-01T09:00:00Z",
        end_time="2026-04-01T10:00:00Z",
        priority="High",
        contact_ids=[contact],
    )
    changed = await ops.run("act.task.update", task_id=made["id"], location="On site", type="Meeting")
    moved = await ops.run("act.task.update", task_id=made["id"], start_time="2026-04-02T09:00:00Z")
    got = await ops.run("act.task.get", task_id=moved["record"]["id"])
    listed = await ops.run(
        "act.task.list",
        contact_id=contact,
        cleared=False,
        due_from="2026-04-02T00:00:00Z",
        due_before="2026-04-03T00:00:00Z",
    )
    refused = await ops.refused(
        "act.task.create", type="To-do", subject="X", start_time="2026-04-01T09:00:00Z", contact_ids=[]
    )
    gone = await ops.run("act.task.delete", task_id=moved["record"]["id"])

    assert made["verdict"] == changed["verdict"] == moved["verdict"] == gone["verdict"] == "confirmed"
    assert len(made["id"]) == 44
    assert made["record"]["details"] == "Bring: < 3 samples"
    assert moved["record"]["id"].endswith("04022026")
    assert (got["location"], got["activity_type_name"], got["activity_priority_name"]) == (
        "On site",
        "Meeting",
        "High",
    )
    assert [row["id"] for row in listed["rows"]] == [moved["record"]["id"]]
    assert "contact_ids" in refused
    assert await tasks(ops, contact) == []


async def test_a_task_whose_answer_got_lost_is_there_once(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/tasks"})

    await visit(ops, contact)

    assert await tasks(ops, contact) == ["Visit"]


@pytest.mark.covers("act.task.clear@1", "act.task.unclear@1")
async def test_a_task_is_completed_once_and_leaves_one_history_entry(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    task = await visit(ops, contact)

    done = await ops.run("act.task.clear", task_id=task, result="Meeting Held", details="Sold")
    again = await ops.run("act.task.clear", task_id=task)
    history = await ops.run("act.history.list", contact_id=contact)
    reopened = await ops.run("act.task.unclear", task_id=task)

    assert (done["verdict"], again["verdict"], reopened["verdict"]) == ("confirmed", "unchanged", "confirmed")
    assert [(row["history_type"]["name"], row["details"]) for row in history["rows"]] == [
        ("Meeting Held", "Sold")
    ]
    assert reopened["record"]["is_cleared"] is False


@pytest.mark.covers("act.task.reassign@1")
async def test_a_task_is_given_to_another_user(ops: Operations) -> None:
    client = await ops.world.application.runtime.act(ops.world.connections["act"])
    users = (await client.request("GET", "/api/users")).body
    pat = next(user["id"] for user in users if user["firstName"] == "Pat")
    task = await visit(ops, await act_records.contact(ops))

    given = await ops.run("act.task.reassign", task_id=task, user_id=pat)

    assert given["verdict"] == "confirmed"
    assert given["record"]["scheduled_for"] == "Pat Lindqvist"


@pytest.mark.covers("act.task.set_alarm@1", "act.task.clear_alarm@1")
async def test_an_alarm_is_set_and_dismissed(ops: Operations) -> None:
    task = await visit(ops, await act_records.contact(ops))

    alarmed = await ops.run("act.task.set_alarm", task_id=task, is_alarmed=True, lead_minutes=30)
    dismissed = await ops.run("act.task.clear_alarm", task_id=task)

    assert alarmed["verdict"] == dismissed["verdict"] == "confirmed"
    assert alarmed["record"]["lead_minutes"] == 30
    assert dismissed["record"]["is_cleared"] is False


@pytest.mark.covers("act.task.list_types@1", "act.task.list_priorities@1")
async def test_types_and_priorities_are_listed(ops: Operations) -> None:
    types, priorities = await ops.run("act.task.list_types"), await ops.run("act.task.list_priorities")

    assert {"id": 2, "name": "To-do"}.items() <= types["rows"][2].items()
    assert [row["name"] for row in priorities["rows"]] == [
        "Low", "Medium Low", "Medium", "Medium High", "High",
    ]  # fmt: skip


@pytest.mark.covers("act.task.create_follow_ups@1")
async def test_follow_ups_are_made_once_each_and_a_further_key_adds_one(ops: Operations) -> None:
    contact, deal = await act_records.contact(ops), await act_records.opportunity(ops)
    given = {"contact_id": contact, "opportunity_id": deal, "after": "2026-03-01T09:00:00Z"}
    thank = {"key": "thank", "subject": "Say thank you", "due_days": 1, "type": "Call"}
    ask = {"key": "ask", "subject": "Ask how it goes", "due_days": 30}
    more = {"key": "renew", "subject": "Offer to renew", "due_days": 300}
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/tasks"})

    first = await ops.run("act.task.create_follow_ups", reference="order-1", tasks=[thank, ask], **given)
    again = await ops.run(
        "act.task.create_follow_ups", reference="order-1", tasks=[more, thank, ask], **given
    )
    doubled = await ops.refused("act.task.create_follow_ups", reference="o", tasks=[ask, ask], **given)

    assert [item["verdict"] for item in first["tasks"]] == ["confirmed", "confirmed"]
    assert [item["verdict"] for item in again["tasks"]] == ["confirmed", "unchanged", "unchanged"]
    assert (first["created"], again["created"]) == (2, 1)
    assert await tasks(ops, contact) == ["Ask how it goes", "Offer to renew", "Say thank you"]
    rows = (await ops.run("act.opportunity.list_tasks", opportunity_id=deal))["rows"]
    due = {row["subject"]: (row["start_time"][:10], row["activity_type_name"]) for row in rows}
    assert due["Say thank you"] == ("2026-03-02", "Call")
    assert due["Ask how it goes"][0] == "2026-03-31"
    assert "same key" in doubled


@pytest.mark.covers("act.task.find_external_ids@1")
async def test_external_ids_that_tasks_carry_are_found(ops: Operations) -> None:
    await visit(ops, await act_records.contact(ops), external_id="appointment-1")

    found = await ops.run("act.task.find_external_ids", external_ids=["appointment-1", "appointment-2"])

    assert found == {"known": ["appointment-1"], "unknown": ["appointment-2"]}


async def test_two_who_make_the_same_task_at_the_same_time_make_it_once(ops: Operations) -> None:
    deal = await a_deal(ops)
    task = CALL | deal.ids | {"reference": "parcel-both"}

    both = await ops.at_once("POST /api/tasks", "act.task.create_once", task, task)

    assert sorted(item["verdict"] for item in both) == ["confirmed", "unchanged"]
    assert len(await tasks_of(ops, "parcel-both")) == 1
