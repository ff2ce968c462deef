import pytest

from support.operations import Operations


@pytest.mark.covers("act.metadata.create_field@1", "act.metadata.list_fields@1", "act.metadata.get_field@1")
async def test_a_field_is_created_once_and_its_key_is_read_back(ops: Operations) -> None:
    given = {"record_type": "contact", "name": "Favourite colour", "type": "Character", "length": 20}
    await ops.world.faults("act", error_500_after_write={"count": 1, "match": "POST"})

    made = await ops.run("act.metadata.create_field", call_id="colour", **given)
    again = await ops.run("act.metadata.create_field", call_id="colour", **given)

    assert made["verdict"] == "confirmed"
    assert again["id"] == made["id"]
    key = made["record"]["column_name"].lower()
    contact = await ops.run("act.contact.create", last_name="Colour", custom_fields={key: "red"})
    assert contact["verdict"] == "confirmed"
    listed = await ops.run("act.metadata.list_fields", record_type="contact", only_custom=True)
    assert [row["length"] for row in listed["rows"] if row["display_name"] == "Favourite colour"] == [20]
    shown = await ops.run("act.metadata.get_field", record_type="contact", field_id=made["id"])
    assert shown["display_name"] == "Favourite colour"


async def test_a_record_type_without_described_fields_is_an_empty_list(ops: Operations) -> None:
    assert (await ops.run("act.metadata.list_fields", record_type="note"))["count"] == 0


async def test_a_field_of_an_unknown_type_is_refused(ops: Operations) -> None:
    message = await ops.refused(
        "act.metadata.create_field", record_type="contact", name="X", type="Calculated"
    )

    assert "$.type: expected one of YesNo" in message


@pytest.mark.covers("act.metadata.system_info@1")
async def test_the_build_is_read(ops: Operations) -> None:
    assert (await ops.run("act.metadata.system_info"))["api_version"] == "1.1.1324.1"


async def test_a_user_who_may_not_define_fields_is_told_so_and_nothing_is_made(ops: Operations) -> None:
    await ops.world.faults("act", permissions_removed=["Define Fields"])
    try:
        message = await ops.refused(
            "act.metadata.create_field", record_type="company", name="Never", type="YesNo"
        )
    finally:
        await ops.world.faults("act", permissions_removed=[])

    assert "Define Fields" in message
    listed = await ops.run("act.metadata.list_fields", record_type="company", only_custom=True)
    assert "Never" not in [row["display_name"] for row in listed["rows"]]
