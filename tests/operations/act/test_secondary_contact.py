from typing import Any

import pytest

from support.operations import Operations


async def contacts(ops: Operations, last_name: str) -> list[Any]:
    return [
        row for row in (await ops.world.act_truth("contacts"))["contacts"] if row["lastName"] == last_name
    ]


@pytest.mark.covers(
    "act.secondary_contact.create@1", "act.secondary_contact.list@1", "act.secondary_contact.update@1"
)
async def test_a_secondary_contact_is_kept_under_its_contact_and_changed(ops: Operations) -> None:
    boss = await ops.run("act.contact.create", last_name="Boss")
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST"})

    made = await ops.run(
        "act.secondary_contact.create",
        contact_id=boss["id"],
        first_name="Robin",
        last_name="Assistant",
        business_address={"line1": "1 Test St"},
    )
    changed = await ops.run(
        "act.secondary_contact.update",
        contact_id=boss["id"],
        secondary_contact_id=made["id"],
        job_title="Office manager",
        business_address={"city": "York"},
    )

    assert made["verdict"] == changed["verdict"] == "confirmed"
    rows = (await ops.run("act.secondary_contact.list", contact_id=boss["id"]))["rows"]
    assert [(row["id"], row["contact_type"]) for row in rows] == [(made["id"], "Secondary")]
    assert rows[0]["job_title"] == "Office manager"
    assert (rows[0]["business_address"]["line1"], rows[0]["business_address"]["city"]) == (
        "1 Test St",
        "York",
    )


@pytest.mark.covers("act.secondary_contact.promote@1")
async def test_a_promoted_secondary_contact_stands_alone(ops: Operations) -> None:
    boss = await ops.run("act.contact.create", last_name="Chief")
    made = await ops.run("act.secondary_contact.create", contact_id=boss["id"], last_name="Rising")
    both = {"contact_id": boss["id"], "secondary_contact_id": made["id"]}

    promoted = await ops.run("act.secondary_contact.promote", **both)
    again = await ops.run("act.secondary_contact.promote", **both)

    assert (promoted["verdict"], again["verdict"]) == ("confirmed", "unchanged")
    (there,) = await contacts(ops, "Rising")
    assert there["contactType"] == "Contact"
    assert (await ops.run("act.secondary_contact.list", contact_id=boss["id"]))["count"] == 0
    message = await ops.refused(
        "act.secondary_contact.promote", contact_id=boss["id"], secondary_contact_id="nobody"
    )
    assert "no secondary contact nobody" in message


@pytest.mark.covers("act.secondary_contact.delete@1")
async def test_a_deleted_secondary_contact_is_gone_and_its_contact_stays(ops: Operations) -> None:
    boss = await ops.run("act.contact.create", last_name="Lonely")
    made = await ops.run("act.secondary_contact.create", contact_id=boss["id"], last_name="Leaving")

    gone = await ops.run(
        "act.secondary_contact.delete", contact_id=boss["id"], secondary_contact_id=made["id"]
    )

    assert gone["verdict"] == "confirmed"
    assert await contacts(ops, "Leaving") == []
    assert len(await contacts(ops, "Lonely")) == 1


async def test_a_secondary_contact_needs_a_name(ops: Operations) -> None:
    message = await ops.refused("act.secondary_contact.create", contact_id="x", first_name="Robin")

    assert "'last_name' is missing" in message
