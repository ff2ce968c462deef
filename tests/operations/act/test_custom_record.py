from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations


async def rows(ops: Operations, reference: str) -> list[Any]:
    """The rows of the table Payments, by our names of its columns."""
    table = (await ops.world.act_truth("custom_tables"))["custom_tables"]["Payments"]
    named = [row | {label: row[key] for label, key in table["columns"].items()} for row in table["records"]]
    return [row for row in named if row["Reference"] == reference]


async def key_of(ops: Operations, label: str) -> str:
    listed = await ops.run("act.metadata.list_fields", record_type="Payments")
    return next(row["column_name"].lower() for row in listed["rows"] if row["display_name"] == label)


@pytest.mark.covers("act.custom_record.create@1", "act.custom_record.get@1", "act.custom_record.list@1")
async def test_a_row_is_created_once_under_the_owners_own_keys(ops: Operations) -> None:
    contact = await ops.run("act.contact.create", last_name="Payer")
    reference, amount = await key_of(ops, "Reference"), await key_of(ops, "Amount")
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST"})

    made = await ops.run(
        "act.custom_record.create",
        table="Payments",
        fields={reference: "r-1", amount: Decimal("49.90")},
        contact_ids=[contact["id"]],
    )

    assert made["verdict"] == "confirmed"
    (there,) = await rows(ops, "r-1")
    assert there["Amount"] == Decimal("49.90")
    found = await ops.run("act.custom_record.get", table="Payments", record_id=made["id"])
    assert (found[reference], found["contacts"][0]["id"]) == ("r-1", contact["id"])
    listed = await ops.run(
        "act.custom_record.list",
        table="Payments",
        filter=f"{reference} eq 'r-1'",
        created_since="2020-01-01T00:00:00Z",
    )
    assert [row["id"] for row in listed["rows"]] == [made["id"]]


async def test_a_key_that_the_table_does_not_have_comes_out_as_ignored(ops: Operations) -> None:
    reference = await key_of(ops, "Reference")
    # Even a lost answer does not make it two.
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST"})

    made = await ops.run(
        "act.custom_record.create", table="Payments", fields={reference: "r-2", "colour": "red"}
    )

    assert made["verdict"] == "ignored"
    assert len(await rows(ops, "r-2")) == 1


@pytest.mark.covers("act.custom_record.update@1", "act.custom_record.list_parents@1")
async def test_what_is_not_given_stays_although_act_replaces_the_whole_row(ops: Operations) -> None:
    contact = await ops.run("act.contact.create", last_name="Stayer")
    reference, status = await key_of(ops, "Reference"), await key_of(ops, "Status")
    made = await ops.run(
        "act.custom_record.create",
        table="Payments",
        fields={reference: "r-3", status: "open"},
        contact_ids=[contact["id"]],
    )

    changed = await ops.run(
        "act.custom_record.update", table="Payments", record_id=made["id"], fields={status.upper(): "paid"}
    )

    assert changed["verdict"] == "confirmed"
    (there,) = await rows(ops, "r-3")
    assert there["Status"] == "paid"
    parents = await ops.run(
        "act.custom_record.list_parents", table="Payments", record_id=made["id"], kind="contacts"
    )
    assert [row["last_name"] for row in parents["rows"]] == ["Stayer"]
    freed = await ops.run("act.custom_record.update", table="Payments", record_id=made["id"], contact_ids=[])
    assert freed["verdict"] == "confirmed"
    (there,) = await rows(ops, "r-3")
    assert (there["contacts"], there["Status"]) == ([], "paid")


@pytest.mark.covers("act.custom_record.delete@1")
async def test_a_deleted_row_is_gone(ops: Operations) -> None:
    reference = await key_of(ops, "Reference")
    made = await ops.run("act.custom_record.create", table="Payments", fields={reference: "r-4"})

    gone = await ops.run("act.custom_record.delete", table="Payments", record_id=made["id"])

    assert gone["verdict"] == "confirmed"
    assert await rows(ops, "r-4") == []


@pytest.mark.covers("act.custom_record.upsert@1")
async def test_a_row_is_created_or_changed_by_its_key_field(ops: Operations) -> None:
    reference, status = await key_of(ops, "Reference"), await key_of(ops, "Status")
    given = {"table": "Payments", "key_field": reference}

    made = await ops.run("act.custom_record.upsert", fields={reference: "r-5", status: "open"}, **given)
    changed = await ops.run("act.custom_record.upsert", fields={reference: "r-5", status: "paid"}, **given)

    assert (made["how"], changed["how"], changed["id"]) == ("created", "changed", made["id"])
    (there,) = await rows(ops, "r-5")
    assert there["Status"] == "paid"
    await ops.run("act.custom_record.create", table="Payments", fields={reference: "r-5"})
    assert "2 rows of the custom table Payments" in await ops.refused(
        "act.custom_record.upsert", fields={reference: "r-5"}, **given
    )
    assert "no value for its key" in await ops.refused(
        "act.custom_record.upsert", fields={status: "open"}, **given
    )


async def test_where_own_fields_cannot_be_filtered_every_row_is_looked_at(ops: Operations) -> None:
    reference = await key_of(ops, "Reference")
    given = {"table": "Payments", "key_field": reference, "fields": {reference: "r-6"}}
    made = await ops.run("act.custom_record.upsert", **given)
    await ops.world.faults("act", custom_table_filter="400")

    try:
        found = await ops.run("act.custom_record.upsert", **given)
    finally:
        await ops.world.faults("act", custom_table_filter="works")

    assert (found["id"], found["verdict"]) == (made["id"], "unchanged")


async def test_what_act_itself_keeps_in_a_row_is_no_field_of_the_table(ops: Operations) -> None:
    message = await ops.refused(
        "act.custom_record.create", table="Payments", fields={"contacts": [{"id": "x"}]}
    )

    assert "$.fields: none of id, created" in message


async def test_a_table_that_is_not_there_is_said_so(ops: Operations) -> None:
    assert "404" in await ops.refused("act.custom_record.list", table="Nothing")


async def test_two_spellings_of_one_address_at_the_same_time_are_one_row(ops: Operations) -> None:
    spelled = [
        {"table": "Payments", "key_field": "reference", "fields": {"reference": value}}
        for value in ("ada@both.example", "Ada@both.example")
    ]

    both = await ops.at_once("POST /api/custom/entities", "act.custom_record.upsert", *spelled)

    assert len({item["id"] for item in both}) == 1
    assert sorted(item["how"] for item in both) == ["changed", "created"]
