import pytest

from orderbridge.core.jsonio import JsonObject
from support.deals import a_deal
from support.operations import Operations

PARCEL: JsonObject = {
    "items": [{"name": "Oak table", "quantity": 2, "price_id": "from a flow"}],
    "trackings": [{"number": "1Z999AA10123456784", "carrier": "UPS", "url": None}],
    "happened_at": "2026-01-31T09:00:00Z",
}


@pytest.mark.covers("act.fulfilment.record@1")
async def test_a_fulfilment_is_one_record_with_its_parcel(ops: Operations) -> None:
    deal = await a_deal(ops)
    fulfilment = PARCEL | {"fulfilment_id": "f1", "order_id": deal.order_id} | deal.ids

    made = await ops.run("act.fulfilment.record", **fulfilment)
    again = await ops.run("act.fulfilment.record", **fulfilment)

    assert [made["verdict"], again["verdict"]] == ["confirmed", "unchanged"]
    tables = (await ops.world.act_truth("custom_tables"))["custom_tables"]
    (there,) = [row for row in tables["Fulfilments"]["records"] if "ref=f1" in row["details"]]
    assert "Tracking UPS 1Z999AA10123456784" in there["details"]
    assert [item["id"] for item in there["contacts"]] == [deal.contact_id]


async def test_a_fulfilment_needs_its_parcels_even_where_there_are_none(ops: Operations) -> None:
    message = await ops.refused(
        "act.fulfilment.record", fulfilment_id="f", order_id="o", items=[], contact_id="c", opportunity_id="o"
    )

    assert "'trackings' is missing" in message
