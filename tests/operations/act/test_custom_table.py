import pytest

from support.operations import Operations


@pytest.mark.covers("act.custom_table.create@1", "act.custom_table.list@1")
async def test_a_custom_table_is_created_once_and_takes_fields_and_rows(ops: Operations) -> None:
    given = {"name": "Warranties", "display_name": "Warranties", "parent_entities": ["Contacts"]}
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/metadata/entities"})

    made = await ops.run("act.custom_table.create", call_id="w", **given)
    again = await ops.run("act.custom_table.create", call_id="w", **given)

    assert made["verdict"] == "confirmed"
    assert again["id"] == made["id"]
    names = [row["name"] for row in (await ops.run("act.custom_table.list"))["rows"]]
    assert names.count("Warranties") == 1
    assert "Contact" not in names
    with_stock = await ops.run("act.custom_table.list", include_stock=True)
    assert "Contact" in [row["name"] for row in with_stock["rows"]]
    field = await ops.run("act.metadata.create_field", record_type="Warranties", name="Ends", type="Date")
    row = await ops.run(
        "act.custom_record.create",
        table="Warranties",
        fields={field["record"]["column_name"].lower(): "2027-01-31"},
    )
    assert row["verdict"] == "confirmed"


async def test_a_name_that_no_table_can_have_is_refused(ops: Operations) -> None:
    message = await ops.refused("act.custom_table.create", name="two words", display_name="Two words")

    assert "$.name: expected pattern" in message
