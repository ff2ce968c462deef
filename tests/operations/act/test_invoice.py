from typing import Any

import pytest

from support import act_sales as sales
from support.operations import Operations


async def invoiced(ops: Operations) -> tuple[str, str]:
    deal = await sales.deal(ops.world, ("Kiln", "100.00", 1))
    made = await ops.run("ghl.invoice.create_for_opportunity", opportunity_id=deal, create_contact=True)
    return deal, made["id"]


async def entries(ops: Operations, invoice: str) -> list[dict[str, Any]]:
    rows = (await ops.world.act_truth("histories"))["histories"]
    return [row for row in rows if f"ref={invoice}" in (row["details"] or "")]


@pytest.mark.covers("act.invoice.record@1")
async def test_one_entry_in_the_history_says_how_an_invoice_stands(ops: Operations) -> None:
    _, invoice = await invoiced(ops)
    await ops.world.faults("act", drop_after_write={"count": 1, "match": "POST /api/History"})
    said = [(await ops.run("act.invoice.record", invoice_id=invoice))["state"]]
    sales.send(ops.world, invoice)
    sales.pay(ops.world, invoice, "40")
    said.append((await ops.run("act.invoice.record", invoice_id=invoice))["state"])
    sales.pay(ops.world, invoice)
    sales.refund(ops.world, invoice, "100")
    said.append((await ops.run("act.invoice.record", invoice_id=invoice))["state"])

    assert said == ["draft", "partially_paid", "refunded"]
    [entry] = await entries(ops, invoice)
    assert "status=refunded total=100.00 paid=100.00 refunded=100.00 currency=USD" in entry["details"]


async def test_a_field_that_does_not_keep_the_state_is_told(ops: Operations) -> None:
    deal, invoice = await invoiced(ops)
    await ops.run("act.invoice.record", invoice_id=invoice, status_field="opportunity_field_1")
    assert (await sales.opportunity(ops.world, deal))["customFields"]["opportunity_field_1"] == "draft"

    message = await ops.refused("act.invoice.record", invoice_id=invoice, status_field="no_such_field")

    assert "the field 'no_such_field' does not keep the state of the invoice" in message
