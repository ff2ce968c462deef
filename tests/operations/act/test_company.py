from typing import Any

import pytest

from support.operations import Operations


@pytest.mark.covers("act.company.create@1", "act.company.update@1")
async def test_a_company_is_created_and_changed_and_read_back(ops: Operations) -> None:
    made = await ops.run(
        "act.company.create", name="Northwind Ltd", phone="555-0100", address={"city": "Leeds"}
    )
    changed = await ops.run("act.company.update", company_id=made["id"], industry="Retail")

    assert made["verdict"] == changed["verdict"] == "confirmed"
    assert changed["record"]["name"] == "Northwind Ltd"
    assert changed["record"]["industry"] == "Retail"
    assert changed["record"]["address"]["city"] == "Leeds"


async def companies(ops: Operations, name: str) -> list[Any]:
    return [row for row in (await ops.world.act_truth("companies"))["companies"] if row["name"] == name]


async def test_a_company_whose_answer_was_lost_is_found_and_not_made_twice(ops: Operations) -> None:
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/companies"})

    made = await ops.run("act.company.create", name="Lost Ltd")

    assert made["verdict"] == "confirmed"
    assert len(await companies(ops, "Lost Ltd")) == 1


async def test_the_other_lines_of_a_company_address_stay_when_one_is_changed(ops: Operations) -> None:
    made = await ops.run("act.company.create", name="Moved", address={"line1": "1 Test St", "city": "York"})

    changed = await ops.run("act.company.update", company_id=made["id"], address={"city": "Leeds"})

    assert changed["verdict"] == "confirmed"
    (there,) = await companies(ops, "Moved")
    assert (there["address"]["line1"], there["address"]["city"]) == ("1 Test St", "Leeds")


@pytest.mark.covers("act.company.get@1", "act.company.list@1", "act.company.delete@1")
async def test_a_company_is_read_listed_and_deleted(ops: Operations) -> None:
    made = await ops.run("act.company.create", name="Seen & Gone", industry="Retail")

    assert (await ops.run("act.company.get", company_id=made["id"]))["industry"] == "Retail"
    listed = await ops.run("act.company.list", name_contains="Seen &", edited_since="2020-01-01T00:00:00Z")
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    assert (await ops.run("act.company.delete", company_id=made["id"]))["verdict"] == "confirmed"
    assert await companies(ops, "Seen & Gone") == []
    assert "404" in await ops.refused("act.company.get", company_id=made["id"])


@pytest.mark.covers("act.company.list_divisions@1")
async def test_the_divisions_of_a_company_are_listed_with_their_own(ops: Operations) -> None:
    top = await ops.run("act.company.create", name="Top")
    below = await ops.run("act.company.create", name="Below", parent_id=top["id"])
    await ops.run("act.company.create", name="Lowest", parent_id=below["id"])

    rows = (await ops.run("act.company.list_divisions", company_id=top["id"]))["rows"]

    assert [(row["name"], [item["name"] for item in row["divisions"]]) for row in rows] == [
        ("Below", ["Lowest"])
    ]


@pytest.mark.covers(
    "act.company.link_contact@1", "act.company.unlink_contact@1", "act.company.list_contacts@1"
)
async def test_contacts_are_linked_to_a_company_and_unlinked(ops: Operations) -> None:
    company = await ops.run("act.company.create", name="Staffed")
    contact = await ops.run("act.contact.create", last_name="Staff")
    both = {"company_id": company["id"], "contact_id": contact["id"]}

    assert (await ops.run("act.company.link_contact", **both))["verdict"] == "confirmed"
    rows = (await ops.run("act.company.list_contacts", company_id=company["id"]))["rows"]
    assert [row["last_name"] for row in rows] == ["Staff"]
    assert (await ops.run("act.company.unlink_contact", **both))["verdict"] == "confirmed"
    assert (await ops.run("act.company.unlink_contact", **both))["verdict"] == "unchanged"
    assert (await ops.run("act.company.list_contacts", company_id=company["id"]))["count"] == 0


@pytest.mark.covers(
    "act.company.list_opportunities@1", "act.company.list_history@1", "act.company.list_notes@1"
)
async def test_what_hangs_on_a_company_is_listed(ops: Operations) -> None:
    company = await ops.run("act.company.create", name="Busy")
    linked = {"companies": [{"id": company["id"]}]}
    act = await ops.world.application.runtime.act(ops.world.connections["act"])
    for path, body in (
        ("/api/opportunities", {"name": "Roof"}),
        ("/api/notes", {"noteText": "Closed in August", "noteTypeID": 100}),
        ("/api/History", {"regarding": "Visit", "historyTypeID": 1}),
    ):
        await act.request("POST", path, body=body | linked)

    listed = {
        name: (await ops.run(f"act.company.list_{name}", company_id=company["id"]))["rows"]
        for name in ("opportunities", "history", "notes")
    }

    assert [row["name"] for row in listed["opportunities"]] == ["Roof"]
    assert [row["regarding"] for row in listed["history"]] == ["Visit"]
    assert [row["note_text"] for row in listed["notes"]] == ["Closed in August"]


@pytest.mark.covers("act.company.get_access@1", "act.company.set_access@1")
async def test_who_sees_a_company_is_read_and_set(ops: Operations) -> None:
    made = await ops.run("act.company.create", name="Secret Ltd")

    changed = await ops.run("act.company.set_access", company_id=made["id"], type="Private")

    assert changed["verdict"] == "confirmed"
    assert (await ops.run("act.company.get_access", company_id=made["id"]))["type"] == "Private"


@pytest.mark.covers("act.company.find_or_create@1")
async def test_a_company_is_found_by_its_name_or_created_and_two_are_left_to_a_person(
    ops: Operations,
) -> None:
    made = await ops.run("act.company.find_or_create", name="Once Ltd", phone="201-555-0100")
    found = await ops.run("act.company.find_or_create", name="ONCE ltd", phone="201-555-0199")

    assert (made["how"], found["how"], found["id"]) == ("created", "found", made["id"])
    (there,) = await companies(ops, "Once Ltd")
    assert there["phone"] == "201-555-0100"
    await ops.run("act.company.create", name="Once Ltd")
    assert "2 Act! records of kind company" in await ops.refused(
        "act.company.find_or_create", name="Once Ltd"
    )


async def test_a_company_with_half_an_employee_is_refused(ops: Operations) -> None:
    message = await ops.refused("act.company.create", name="Half", number_of_employees=0.5)

    assert "$.number_of_employees: expected integer" in message


async def test_a_build_that_wraps_its_lists_is_listed_and_searched_as_well(ops: Operations) -> None:
    await ops.world.faults("act", envelope="value")
    try:
        await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/companies"})
        made = await ops.run("act.company.create", name="Wrapped")
        listed = await ops.run("act.company.list", name="Wrapped")
    finally:
        await ops.world.faults("act", envelope="array")

    assert [row["id"] for row in listed["rows"]] == [made["id"]]
