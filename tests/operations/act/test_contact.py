from typing import Any

import pytest

from support.deals import a_deal
from support.operations import Operations

SUBJECT = "HighLevel order 1042"


async def contacts(ops: Operations, **values: Any) -> list[Any]:
    rows = (await ops.world.act_truth("contacts"))["contacts"]
    return [row for row in rows if all(row[name] == value for name, value in values.items())]


@pytest.mark.covers("act.contact.find_or_create@1")
async def test_a_customer_is_created_once_and_found_by_link_or_e_mail_afterwards(ops: Operations) -> None:
    person = {"first_name": "Ines", "last_name": "Once", "email": "ines@once.example"}

    made = await ops.run("act.contact.find_or_create", source_id="s1", person=person, subject=SUBJECT)
    linked = await ops.run("act.contact.find_or_create", source_id="s1", person=person, subject=SUBJECT)
    by_mail = await ops.run(
        "act.contact.find_or_create",
        source_id="s2",
        person=person | {"email": "INES@once.example"},
        subject=SUBJECT,
    )

    assert (made["how"], linked["how"], by_mail["how"]) == ("created", "linked", "email")
    assert made["id"] == linked["id"] == by_mail["id"]
    assert len(await contacts(ops, emailAddress="ines@once.example")) == 1


async def test_a_customer_whose_creation_was_answered_with_a_failure_is_found_and_not_made_twice(
    ops: Operations,
) -> None:
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/contacts"})
    person = {"first_name": "Leo", "last_name": "Lost", "email": "leo@lost.example"}

    made = await ops.run("act.contact.find_or_create", source_id="s3", person=person, subject=SUBJECT)

    assert made["verdict"] == "confirmed"
    assert len(await contacts(ops, emailAddress="leo@lost.example")) == 1


@pytest.mark.covers("act.contact.create@1", "act.contact.get@1", "act.contact.list@1")
async def test_a_contact_is_created_once_however_often_the_same_call_is_made(ops: Operations) -> None:
    given = {
        "first_name": "Uma",
        "last_name": "Unique",
        "email": "uma@unique.example",
        "birthday": "1980-05-01",
        "business_phone": "(201) 555-0101",
        "custom_fields": {"user1": "gold"},
    }

    made = await ops.run("act.contact.create", call_id="uma", **given)
    again = await ops.run("act.contact.create", call_id="uma", **given)

    assert made["verdict"] == "confirmed"
    assert again["id"] == made["id"]
    listed = await ops.run("act.contact.list", email="uma@unique.example")
    assert [row["id"] for row in listed["rows"]] == [made["id"]]
    found = await ops.run("act.contact.get", contact_id=made["id"], phone_format="E164")
    assert found["business_phone"] == "+12015550101"
    assert found["custom_fields"]["user1"] == "gold"


async def test_a_contact_whose_answer_was_lost_is_found_and_not_made_twice(ops: Operations) -> None:
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/contacts"})

    made = await ops.run("act.contact.create", first_name="Otto", last_name="Dropped")

    assert made["verdict"] == "confirmed"
    assert len(await contacts(ops, lastName="Dropped")) == 1


async def test_a_custom_field_that_act_does_not_know_comes_out_as_ignored(ops: Operations) -> None:
    made = await ops.run(
        "act.contact.create", last_name="Ignored", custom_fields={"user1": "kept", "colour": "red"}
    )
    changed = await ops.run(
        "act.contact.update", contact_id=made["id"], custom_fields={"USER2": "kept", "colour": "blue"}
    )

    assert made["verdict"] == changed["verdict"] == "ignored"
    (there,) = await contacts(ops, lastName="Ignored")
    assert (there["customFields"]["user1"], there["customFields"]["user2"]) == ("kept", "kept")


@pytest.mark.covers("act.contact.update@1")
async def test_the_other_lines_of_an_address_stay_when_one_is_changed(ops: Operations) -> None:
    made = await ops.run(
        "act.contact.create", last_name="Mover", business_address={"line1": "1 Test St", "city": "York"}
    )

    changed = await ops.run(
        "act.contact.update", contact_id=made["id"], job_title="Baker", business_address={"city": "Leeds"}
    )
    same = await ops.run("act.contact.update", contact_id=made["id"], job_title="Baker")

    assert (changed["verdict"], same["verdict"]) == ("confirmed", "unchanged")
    (there,) = await contacts(ops, lastName="Mover")
    assert (there["businessAddress"]["line1"], there["businessAddress"]["city"]) == ("1 Test St", "Leeds")


async def test_the_other_custom_fields_stay_where_act_replaces_them_as_a_whole(ops: Operations) -> None:
    await ops.world.faults("act", patch_custom_fields="replace")
    made = await ops.run(
        "act.contact.create", last_name="Keeper", custom_fields={"user1": "old", "user2": "kept"}
    )

    changed = await ops.run("act.contact.update", contact_id=made["id"], custom_fields={"USER1": "new"})
    await ops.world.faults("act", patch_custom_fields="merge")

    assert changed["verdict"] == "confirmed"
    (there,) = await contacts(ops, lastName="Keeper")
    assert (there["customFields"]["user1"], there["customFields"]["user2"]) == ("new", "kept")


async def test_users_are_listed_among_contacts_only_when_they_are_asked_for(ops: Operations) -> None:
    without = await ops.run("act.contact.list", limit=1000)
    with_users = await ops.run("act.contact.list", limit=1000, include_users=True)
    some = await ops.run("act.contact.list", limit=2, filter="contactType eq 'Contact'")

    assert not any(row["is_user"] for row in without["rows"])
    assert any(row["is_user"] for row in with_users["rows"])
    assert (some["count"], some["more"]) == (2, True)


@pytest.mark.covers("act.contact.delete@1", "act.contact.my_record@1")
async def test_a_contact_of_our_own_is_deleted_and_nobody_elses(ops: Operations) -> None:
    made = await ops.run("act.contact.create", last_name="Gone")
    theirs = next(row for row in await contacts(ops, isUser=False) if row["recordManager"] != "Sync User")
    me = await ops.run("act.contact.my_record")

    assert (await ops.run("act.contact.delete", contact_id=made["id"]))["verdict"] == "confirmed"
    assert await contacts(ops, id=made["id"]) == []
    assert "403" in await ops.refused("act.contact.delete", contact_id=theirs["id"])
    assert me["is_user"]
    assert "stands for a user" in await ops.refused("act.contact.delete", contact_id=me["id"])
    assert len(await contacts(ops, id=theirs["id"])) == len(await contacts(ops, id=me["id"])) == 1


@pytest.mark.covers("act.contact.find_by_email@1")
async def test_many_e_mail_addresses_are_looked_up_in_one_call(ops: Operations) -> None:
    made = await ops.run("act.contact.create", last_name="Mail", email="mia@mail.example")

    found = await ops.run("act.contact.find_by_email", emails=["MIA@mail.example", "nobody@mail.example"])

    assert found == {
        "found": [{"email": "MIA@mail.example", "contact_id": made["id"]}],
        "missing": ["nobody@mail.example"],
    }


@pytest.mark.covers("act.contact.get_access@1", "act.contact.set_access@1")
async def test_who_sees_a_contact_is_read_and_set(ops: Operations) -> None:
    made = await ops.run("act.contact.create", last_name="Secret")
    user = (await ops.run("act.user.list"))["rows"][1]

    private = await ops.run("act.contact.set_access", contact_id=made["id"], type="Private")
    limited = await ops.run(
        "act.contact.set_access",
        contact_id=made["id"],
        type="LimitedAccess",
        accessors=[{"id": user["id"], "type": "User"}],
    )

    assert private["verdict"] == limited["verdict"] == "confirmed"
    shown = await ops.run("act.contact.get_access", contact_id=made["id"])
    assert shown["type"] == "LimitedAccess"
    assert [item["id"] for item in shown["accessors"]] == [user["id"]]


@pytest.mark.covers(
    "act.contact.link_company@1", "act.contact.unlink_company@1", "act.contact.list_companies@1"
)
async def test_a_contact_is_linked_to_a_company_and_unlinked(ops: Operations) -> None:
    contact = await ops.run("act.contact.create", last_name="Linked")
    company = await ops.run("act.company.create", name="Linked Ltd")
    both = {"contact_id": contact["id"], "company_id": company["id"]}

    made = await ops.run("act.contact.link_company", **both)
    again = await ops.run("act.contact.link_company", **both)

    assert (made["verdict"], made["linked"], again["verdict"]) == ("confirmed", True, "unchanged")
    (there,) = await contacts(ops, id=contact["id"])
    assert there["companyID"] == company["id"]
    rows = (await ops.run("act.contact.list_companies", contact_id=contact["id"]))["rows"]
    assert [row["id"] for row in rows] == [company["id"]]
    gone = await ops.run("act.contact.unlink_company", **both)
    assert (gone["verdict"], gone["linked"]) == ("confirmed", False)
    (there,) = await contacts(ops, id=contact["id"])
    assert there["companyID"] == ""
    assert "404" in await ops.refused("act.contact.link_company", **(both | {"company_id": "nowhere"}))


@pytest.mark.covers("act.contact.link_group@1", "act.contact.unlink_group@1", "act.contact.list_groups@1")
async def test_a_contact_is_put_into_a_group_and_taken_out(ops: Operations) -> None:
    contact = await ops.run("act.contact.create", last_name="Grouped")
    group = await ops.run("act.group.create", name="Of contacts")
    both = {"contact_id": contact["id"], "group_id": group["id"]}

    assert (await ops.run("act.contact.link_group", **both))["verdict"] == "confirmed"
    rows = (await ops.run("act.contact.list_groups", contact_id=contact["id"]))["rows"]
    assert [row["name"] for row in rows] == ["Of contacts"]
    assert (await ops.run("act.contact.unlink_group", **both))["linked"] is False
    assert (await ops.run("act.contact.list_groups", contact_id=contact["id"]))["count"] == 0


@pytest.mark.covers(
    "act.contact.list_opportunities@1",
    "act.contact.list_tasks@1",
    "act.contact.list_history@1",
    "act.contact.list_notes@1",
)
async def test_what_hangs_on_a_contact_is_listed_in_plain_text(ops: Operations) -> None:
    deal = await a_deal(ops)
    await ops.run("act.task.create_once", reference="c1", subject="Call", text="<b>Soon</b>", **deal.ids)
    linked = {"contacts": [{"id": deal.contact_id}]}
    act = await ops.world.application.runtime.act(ops.world.connections["act"])
    await act.request("POST", "/api/notes", body={"noteText": "Mornings", "noteTypeID": 100} | linked)
    await act.request(
        "POST", "/api/History", body={"regarding": "Called", "details": "Twice", "historyTypeID": 1} | linked
    )

    listed = {
        name: (await ops.run(f"act.contact.list_{name}", contact_id=deal.contact_id))["rows"]
        for name in ("opportunities", "tasks", "history", "notes")
    }

    assert [row["id"] for row in listed["opportunities"]] == [deal.opportunity_id]
    assert [row["subject"] for row in listed["tasks"]] == ["Call"]
    assert [(row["regarding"], row["details"]) for row in listed["history"]] == [("Called", "Twice")]
    assert [row["note_text"] for row in listed["notes"]] == ["Mornings"]


@pytest.mark.covers("act.contact.upsert@1")
async def test_a_contact_is_created_or_changed_by_link_e_mail_or_phone(ops: Operations) -> None:
    first = await ops.run(
        "act.contact.upsert", source_id="up-1", email="pia@up.example", last_name="Up", job_title="Baker"
    )
    by_link = await ops.run("act.contact.upsert", source_id="up-1", mobile_phone="+1 201 555 0177")
    by_mail = await ops.run("act.contact.upsert", email="PIA@up.example", job_title="Miller")
    by_phone = await ops.run("act.contact.upsert", mobile_phone="201-555-0177", department="Flour")

    assert [item["how"] for item in (first, by_link, by_mail, by_phone)] == [
        "created",
        "linked",
        "email",
        "phone",
    ]
    assert {item["id"] for item in (by_link, by_mail, by_phone)} == {first["id"]}
    (there,) = await contacts(ops, lastName="Up")
    assert (there["jobTitle"], there["department"]) == ("Miller", "Flour")


async def test_where_several_contacts_match_nobody_is_changed(ops: Operations) -> None:
    for _ in range(2):
        await ops.run("act.contact.create", last_name="Twin", email="two@twin.example")

    message = await ops.refused("act.contact.upsert", email="two@twin.example", job_title="Baker")

    assert "2 Act! contacts match by email" in message
    assert [row["jobTitle"] for row in await contacts(ops, lastName="Twin")] == [None, None]


async def test_a_contact_upserted_into_a_lost_answer_is_there_once(ops: Operations) -> None:
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST /api/contacts"})

    made = await ops.run("act.contact.upsert", email="lo@stagain.example", last_name="Lostagain")

    assert (made["verdict"], made["how"]) == ("confirmed", "created")
    assert len(await contacts(ops, lastName="Lostagain")) == 1


async def test_nobody_can_be_upserted_without_anything_to_know_them_by(ops: Operations) -> None:
    for given in ({}, {"source_id": "unlinked"}):
        message = await ops.refused("act.contact.upsert", last_name="Nobody", **given)
        assert "nobody could tell" in message
    assert await contacts(ops, lastName="Nobody") == []


async def test_two_customers_who_share_a_phone_stay_two(ops: Operations) -> None:
    first = await ops.run(
        "act.contact.upsert", source_id="share-1", home_phone="201-555-0188", last_name="Share"
    )
    second = await ops.run(
        "act.contact.upsert", source_id="share-2", home_phone="201-555-0188", last_name="Shareother"
    )

    assert (second["how"], second["id"] != first["id"]) == ("created", True)


async def test_a_preview_of_a_link_says_what_would_be_written_and_writes_nothing(ops: Operations) -> None:
    contact = await ops.run("act.contact.create", last_name="Looked")
    company = await ops.run("act.company.create", name="Only looked at")
    both = {"contact_id": contact["id"], "company_id": company["id"]}

    shown = await ops.preview("act.contact.link_company", **both)

    assert shown["would_write"]["wanted"] == {"linked": True}
    assert (await ops.run("act.contact.list_companies", contact_id=contact["id"]))["count"] == 0
    assert "allow deletes" in await ops.refused("act.contact.unlink_company", allowed=(), **both)


async def test_two_who_know_a_contact_by_the_same_link_make_it_once(ops: Operations) -> None:
    known = {"source_id": "S77", "last_name": "Seventyseven"}

    both = await ops.at_once(
        "POST /api/contacts",
        "act.contact.upsert",
        known | {"email": "s77@example.test"},
        known | {"business_phone": "201-555-0177"},
    )

    assert len({item["id"] for item in both}) == 1
    assert {item["how"] for item in both} == {"created", "linked"}
