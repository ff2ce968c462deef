from typing import Any

import pytest

from support.operations import Operations


async def held(ops: Operations, email: str) -> list[dict[str, Any]]:
    return [row for row in (await ops.world.ghl_truth("contacts"))["contacts"] if row["email"] == email]


@pytest.mark.covers("ghl.contact.create@1", "ghl.contact.get@1")
async def test_a_contact_is_created_with_its_number_tags_and_fields_as_highlevel_keeps_them(
    ops: Operations,
) -> None:
    fields = (await ops.run("ghl.api.locations.get_custom_fields", query={"model": "contact"}))["answer"]
    field_id = fields["customFields"][0]["id"]

    made = await ops.run(
        "ghl.contact.create", first_name="Ada", last_name="Byron", email="ada@example.test",
        phone="+1 (202) 555-0901", tags=["VIP"], custom_fields={field_id: "4711"},
    )  # fmt: skip

    assert made["verdict"] == "confirmed"
    one = await ops.run("ghl.contact.get", contact_id=made["id"])
    assert (one["phone"], one["tags"]) == ("+12025550901", ["vip"])
    assert one["custom_fields"] == [{"id": field_id, "value": "4711"}]


@pytest.mark.parametrize("accident", ["contact_422_but_created", "drop_after_write"])
async def test_a_contact_that_was_created_in_spite_of_the_answer_is_found(
    ops: Operations, accident: str
) -> None:
    email = f"{accident.replace('_', '-')}@example.test"
    switch: Any = {"count": 1}
    await ops.world.faults("ghl", **{accident: switch | {"match": "POST /contacts/"}})

    made = await ops.run("ghl.contact.create", first_name="Lost", last_name=accident, email=email)

    assert made["verdict"] == "confirmed"
    assert [row["id"] for row in await held(ops, email)] == [made["id"]]


async def test_a_duplicate_is_refused_and_nobody_is_created(ops: Operations) -> None:
    await ops.run("ghl.contact.create", first_name="One", email="twice@example.test")

    message = await ops.refused("ghl.contact.create", first_name="Two", email="twice@example.test")

    assert "does not allow duplicated contacts" in message
    assert len(await held(ops, "twice@example.test")) == 1


@pytest.mark.covers("ghl.contact.update@1")
async def test_tags_and_other_fields_stay_when_a_contact_is_changed(ops: Operations) -> None:
    made = await ops.run("ghl.contact.create", first_name="Uma", email="uma@example.test", tags=["kept"])

    changed = await ops.run("ghl.contact.update", contact_id=made["id"], city="Graz")

    assert (changed["verdict"], changed["record"]["tags"]) == ("confirmed", ["kept"])
    again = await ops.run("ghl.contact.update", contact_id=made["id"], city="Graz")
    assert again["verdict"] == "unchanged"


@pytest.mark.covers("ghl.contact.upsert@1")
async def test_what_highlevel_silently_ignored_shows_in_the_verdict(ops: Operations) -> None:
    one = await ops.run("ghl.contact.upsert", email="up@example.test", first_name="Up", phone="+12015550111")
    await ops.run("ghl.contact.upsert", email="other@example.test", first_name="Other", phone="+12015550112")

    mixed = await ops.run("ghl.contact.upsert", email="up@example.test", phone="+12015550112")

    assert one["verdict"] == "confirmed"
    assert (mixed["id"], mixed["verdict"]) == (one["id"], "altered")
    assert mixed["record"]["phone"] == "+12015550111"


@pytest.mark.covers("ghl.contact.search@1", "ghl.contact.find_duplicate@1")
async def test_contacts_are_searched_by_words_and_looked_up_by_address(ops: Operations) -> None:
    made = await ops.run("ghl.contact.create", first_name="Find", last_name="Mee", email="mee@example.test")

    rows = (await ops.run("ghl.contact.search", query="find mee"))["rows"]
    filtered = await ops.run(
        "ghl.contact.search", filters=[{"field": "email", "operator": "eq", "value": "MEE@example.test"}]
    )
    found = (await ops.run("ghl.contact.find_duplicate", email="mee@example.test"))["contact"]

    assert [row["id"] for row in rows] == [row["id"] for row in filtered["rows"]] == [made["id"]]
    assert found["id"] == made["id"]
    assert await ops.run("ghl.contact.find_duplicate", phone="+19995550000") == {"contact": None}


@pytest.mark.covers("ghl.contact.add_tags@1", "ghl.contact.remove_tags@1")
async def test_tags_are_added_and_removed_and_the_others_stay(ops: Operations) -> None:
    made = await ops.run("ghl.contact.create", first_name="Tag", email="tag@example.test", tags=["old"])

    added = await ops.run("ghl.contact.add_tags", contact_id=made["id"], tags=["New", "old"])
    again = await ops.run("ghl.contact.add_tags", contact_id=made["id"], tags=["NEW"])
    removed = await ops.run("ghl.contact.remove_tags", contact_id=made["id"], tags=["Old"])

    assert [item["verdict"] for item in (added, again, removed)] == ["confirmed", "unchanged", "confirmed"]
    assert (await held(ops, "tag@example.test"))[0]["tags"] == ["new"]


@pytest.mark.covers("ghl.contact.add_followers@1", "ghl.contact.remove_followers@1")
async def test_followers_are_added_and_removed_and_the_others_stay(ops: Operations) -> None:
    made = await ops.run("ghl.contact.create", first_name="Watch", email="watch@example.test")
    users = [row["id"] for row in (await ops.run("ghl.user.list"))["rows"]]
    one = {"contact_id": made["id"]}

    added = await ops.run("ghl.contact.add_followers", **one, followers=users)
    again = await ops.run("ghl.contact.add_followers", **one, followers=users[:1])
    removed = await ops.run("ghl.contact.remove_followers", **one, followers=users[:1])

    assert [item["verdict"] for item in (added, again, removed)] == ["confirmed", "unchanged", "confirmed"]
    assert (await ops.run("ghl.contact.get", **one))["followers"] == users[1:]


@pytest.mark.covers("ghl.contact.find_or_create@1")
async def test_a_person_is_found_or_created_and_two_of_them_stop_it(ops: Operations) -> None:
    person = {"first_name": "Grace", "last_name": "Murray", "email": "grace@example.test"}

    made = await ops.run("ghl.contact.find_or_create", **person)
    found = await ops.run("ghl.contact.find_or_create", **(person | {"email": "GRACE@example.test"}))

    assert (made["how"], found["how"], found["id"]) == ("created", "email", made["id"])
    await ops.world.faults("ghl", allow_duplicate_contacts=True)
    twin = await ops.run("ghl.contact.create", **person)
    message = await ops.refused("ghl.contact.find_or_create", **person)
    await ops.world.faults("ghl", allow_duplicate_contacts=False)
    assert made["id"] in message
    assert twin["id"] in message
    assert len(await held(ops, "grace@example.test")) == 2


async def test_a_shared_phone_with_another_address_is_another_person(ops: Operations) -> None:
    home = {"first_name": "Home", "phone": "+12015550177"}
    await ops.run("ghl.contact.create", **home, email="first@example.test")
    await ops.world.faults("ghl", allow_duplicate_contacts=True)

    made = await ops.run("ghl.contact.find_or_create", **home, email="second@example.test")

    await ops.world.faults("ghl", allow_duplicate_contacts=False)
    assert made["how"] == "created"


@pytest.mark.covers("ghl.contact.delete@1")
async def test_a_deleted_contact_is_gone(ops: Operations) -> None:
    made = await ops.run("ghl.contact.create", first_name="Gone", email="gone@example.test")

    assert (await ops.run("ghl.contact.delete", contact_id=made["id"]))["verdict"] == "confirmed"
    assert await held(ops, "gone@example.test") == []


async def test_somebody_without_address_and_number_is_refused(ops: Operations) -> None:
    assert "anyOf" in await ops.refused("ghl.contact.upsert", first_name="Nobody")
