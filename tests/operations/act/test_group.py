from typing import Any

import pytest

from support.operations import Operations


async def groups(ops: Operations, name: str) -> list[Any]:
    return [row for row in (await ops.world.act_truth("groups"))["groups"] if row["name"] == name]


@pytest.mark.covers(
    "act.group.create@1", "act.group.get@1", "act.group.list@1", "act.group.update@1", "act.group.delete@1"
)
async def test_a_group_is_created_changed_listed_and_deleted(ops: Operations) -> None:
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/groups"})

    made = await ops.run("act.group.create", name="Bulletin", address={"line1": "1 Test St"})
    changed = await ops.run(
        "act.group.update", group_id=made["id"], description="Once a month", address={"city": "York"}
    )

    assert made["verdict"] == changed["verdict"] == "confirmed"
    (there,) = await groups(ops, "Bulletin")
    assert (there["description"], there["address"]["line1"]) == ("Once a month", "1 Test St")
    assert (await ops.run("act.group.get", group_id=made["id"]))["description"] == "Once a month"
    part = await ops.run("act.group.create", name="Bulletin, north", parent_id=made["id"])
    listed = await ops.run("act.group.list", parent_id=made["id"])
    assert [row["id"] for row in listed["rows"]] == [part["id"]]
    assert (await ops.run("act.group.delete", group_id=part["id"]))["verdict"] == "confirmed"
    assert await groups(ops, "Bulletin, north") == []


@pytest.mark.covers("act.group.add_contact@1", "act.group.remove_contact@1", "act.group.list_contacts@1")
async def test_contacts_are_added_to_a_group_and_removed(ops: Operations) -> None:
    group = await ops.run("act.group.create", name="Members")
    contact = await ops.run("act.contact.create", last_name="Member")
    both = {"group_id": group["id"], "contact_id": contact["id"]}

    added = [(await ops.run("act.group.add_contact", **both))["verdict"] for _ in range(2)]

    assert added == ["confirmed", "unchanged"]
    rows = (await ops.run("act.group.list_contacts", group_id=group["id"]))["rows"]
    assert [row["last_name"] for row in rows] == ["Member"]
    (there,) = await groups(ops, "Members")
    assert there["contacts"] == 1
    assert (await ops.run("act.group.remove_contact", **both))["linked"] is False
    assert (await ops.run("act.group.list_contacts", group_id=group["id"]))["count"] == 0


@pytest.mark.covers("act.group.get_access@1", "act.group.set_access@1")
async def test_who_sees_a_group_is_read_and_set(ops: Operations) -> None:
    group = await ops.run("act.group.create", name="Secret")

    assert (await ops.run("act.group.set_access", group_id=group["id"], type="Private"))[
        "verdict"
    ] == "confirmed"
    assert (await ops.run("act.group.get_access", group_id=group["id"]))["type"] == "Private"


async def test_a_group_without_a_name_is_refused(ops: Operations) -> None:
    assert "'name' is missing" in await ops.refused("act.group.create", description="nothing")
