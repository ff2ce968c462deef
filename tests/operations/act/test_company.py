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
