"""Invoices of the HighLevel twin: states, totals, payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from ghl_twin_client import INVOICE_ITEM, Twin, invoice_body, running_twin


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


async def created(twin: Twin, **changes: Any) -> dict[str, Any]:
    reply = await twin.call("POST", "/invoices/", invoice_body(twin.world, **changes))
    assert reply.status == 200, reply.data
    invoice: dict[str, Any] = reply.data
    return invoice


async def send(twin: Twin, invoice: dict[str, Any], action: str = "send_manually") -> Any:
    path = f"/invoices/{invoice['_id']}/send"
    return await twin.post(path, userId=twin.world.user_id, action=action, liveMode=False)


async def pay(twin: Twin, invoice: dict[str, Any], **changes: Any) -> Any:
    return await twin.post(
        f"/invoices/{invoice['_id']}/record-payment", **{"mode": "cash", "notes": "", **changes}
    )


async def status(twin: Twin, invoice: dict[str, Any]) -> str:
    return str((await twin.get(f"/invoices/{invoice['_id']}")).data["status"])


async def test_an_invoice_goes_from_draft_to_sent_to_partially_paid_to_paid(twin: Twin) -> None:
    invoice = await created(twin)
    assert (invoice["status"], invoice["amountDue"]) == ("draft", 100)
    assert (await send(twin, invoice)).data["invoice"]["status"] == "sent"
    part = (await pay(twin, invoice, amount=Decimal("40.5"))).data
    assert part["success"] is True
    assert (part["invoice"]["status"], part["invoice"]["amountDue"]) == ("partially_paid", Decimal("59.5"))
    rest = (await pay(twin, invoice)).data["invoice"]
    assert (rest["status"], rest["amountDue"], rest["amountPaid"]) == ("paid", 0, 100)
    assert (await pay(twin, invoice)).status == 400


async def test_a_payment_makes_a_transaction_of_the_invoice(twin: Twin) -> None:
    invoice = await created(twin)
    await send(twin, invoice)
    await pay(twin, invoice, mode="bank_transfer")
    rows = (await twin.get("/payments/transactions", entityId=invoice["_id"])).data["data"]
    assert [(row["entityType"], row["entitySourceType"], row["amount"]) for row in rows] == [
        ("invoice", "invoice", 100)
    ]
    assert rows[0]["liveMode"] is False


async def test_a_paid_invoice_makes_no_order_unless_the_switch_says_so(twin: Twin) -> None:
    before = len(twin.world.orders)
    invoice = await created(twin)
    await send(twin, invoice)
    await pay(twin, invoice)
    assert len(twin.world.orders) == before
    await twin.control("faults", invoice_makes_order=True)
    invoice = await created(twin, discount={"type": "percentage", "value": 10})
    await send(twin, invoice)
    await pay(twin, invoice)
    row = (await twin.get("/payments/orders", limit=1)).data["data"][0]
    assert (row["sourceType"], row["sourceId"], row["amount"]) == ("invoice", invoice["_id"], 90)


async def test_a_draft_is_deleted_and_a_sent_invoice_is_voided(twin: Twin) -> None:
    draft, sent = await created(twin), await created(twin)
    await send(twin, sent)
    assert (await twin.post(f"/invoices/{draft['_id']}/void")).status == 400
    path = f"/invoices/{sent['_id']}"
    assert (await twin.call("DELETE", path, query=twin.alt)).status == 400
    assert (await twin.post(f"{path}/void")).data["status"] == "void"
    assert (await twin.call("DELETE", f"/invoices/{draft['_id']}", query=twin.alt)).status == 200
    gone = await twin.get(f"/invoices/{draft['_id']}")
    message = "Unable to find an invoice with the given invoice id"
    assert (gone.status, gone.data["message"]) == (400, message)


async def test_an_invoice_paid_through_a_provider_is_not_voided(twin: Twin) -> None:
    charges = [row for row in twin.world.transactions if row["entityType"] == "invoice"]
    by_card = next(row["entityId"] for row in charges if row["paymentProvider"]["type"] == "stripe")
    assert (await twin.post(f"/invoices/{by_card}/void")).status == 400


async def test_a_draft_and_a_void_invoice_take_no_payment(twin: Twin) -> None:
    invoice = await created(twin)
    assert (await pay(twin, invoice)).status == 400
    await send(twin, invoice)
    await twin.post(f"/invoices/{invoice['_id']}/void")
    assert (await pay(twin, invoice)).status == 400


@pytest.mark.parametrize("amount", [0, -1, Decimal("100.01")])
async def test_a_payment_is_above_zero_and_not_above_what_is_due(twin: Twin, amount: Any) -> None:
    invoice = await created(twin)
    await send(twin, invoice)
    assert (await pay(twin, invoice, amount=amount)).status == 400


async def test_a_payment_by_card_or_cheque_wants_its_details(twin: Twin) -> None:
    invoice = await created(twin)
    await send(twin, invoice)
    assert (await pay(twin, invoice, mode="card")).status == 422
    await twin.control("faults", record_payment_requires_all=True)
    assert (await pay(twin, invoice)).status == 422
    empty = {"card": {"brand": "", "last4": ""}, "cheque": {"number": ""}}
    assert (await pay(twin, invoice, **empty)).status == 200


async def test_a_payment_can_be_locked_by_one_in_progress(twin: Twin) -> None:
    invoice = await created(twin)
    await send(twin, invoice)
    await twin.control("faults", invoice_payment_locked=1)
    assert (await pay(twin, invoice)).status == 409
    assert (await pay(twin, invoice)).status == 200


async def test_totals_are_recomputed_with_discount_before_tax(twin: Twin) -> None:
    tax = {"_id": "63770f5cecf298787c752075", "name": "8.25%", "rate": Decimal("8.25")}
    items = [
        INVOICE_ITEM | {"amount": Decimal("33.33"), "qty": 3, "taxes": [tax]},
        INVOICE_ITEM | {"amount": Decimal("0.1"), "qty": 1},
    ]
    invoice = await created(twin, items=items, discount={"type": "percentage", "value": 10})
    shown = (await twin.get(f"/invoices/{invoice['_id']}")).data
    # 99.99 + 0.10; a tenth off every line; 8.25 % of 89.991.
    summary = {"subTotal": Decimal("100.09"), "discount": Decimal("10.01"), "tax": Decimal("7.42")}
    assert shown["totalSummary"] == summary
    assert shown["total"] == Decimal("97.5")
    assert "totalSummary" not in invoice


async def test_a_fixed_discount_never_makes_a_total_negative(twin: Twin) -> None:
    invoice = await created(twin, discount={"type": "fixed", "value": 250})
    assert invoice["total"] == 0


async def test_yen_have_no_decimals(twin: Twin) -> None:
    items = [INVOICE_ITEM | {"currency": "JPY", "amount": 99, "qty": 1}]
    discount = {"type": "percentage", "value": 5}
    invoice = await created(twin, currency="JPY", items=items, discount=discount)
    assert invoice["total"] == 94


async def test_a_price_of_zero_is_accepted_and_a_quantity_of_zero_is_not(twin: Twin) -> None:
    assert (await created(twin, items=[INVOICE_ITEM | {"amount": 0}]))["total"] == 0
    body = invoice_body(twin.world, items=[INVOICE_ITEM | {"qty": 0}])
    assert (await twin.call("POST", "/invoices/", body)).status == 422


async def test_a_contact_without_phone_or_mail_can_not_be_put_on_an_invoice(twin: Twin) -> None:
    body = invoice_body(twin.world)
    del body["contactDetails"]["phoneNo"]
    reply = await twin.call("POST", "/invoices/", body)
    assert reply.status == 422
    assert any("contactDetails.phoneNo" in message for message in reply.data["message"])


async def test_items_go_in_as_items_and_come_out_as_invoice_items(twin: Twin) -> None:
    invoice = await created(twin)
    assert "items" not in invoice
    assert invoice["invoiceItems"][0]["name"] == "Consulting"


async def test_a_list_needs_limit_and_offset_and_finds_by_name_and_number(twin: Twin) -> None:
    assert (await twin.get("/invoices/")).status == 422
    invoice = await created(twin, name="act:opportunity:4711", invoiceNumber="900123")
    for needle in ("act:opportunity:4711", "900123", invoice["contactDetails"]["email"]):
        found = (await twin.get("/invoices/", limit=20, offset=0, search=needle)).data
        assert invoice["_id"] in {row["_id"] for row in found["invoices"]}
    everything = (await twin.get("/invoices/", limit=2, offset=0)).data
    assert len(everything["invoices"]) == 2
    assert everything["total"] == len(twin.world.invoices)


async def test_a_put_replaces_a_draft_and_is_refused_for_a_paid_invoice(twin: Twin) -> None:
    invoice = await created(twin)
    body = {
        "name": "Changed",
        "currency": "USD",
        "issueDate": "2026-03-02",
        "dueDate": "2026-03-30",
        "invoiceItems": [INVOICE_ITEM | {"amount": 7}],
    }
    path = f"/invoices/{invoice['_id']}"
    assert (await twin.call("PUT", path, twin.alt | body)).data["total"] == 7
    await send(twin, invoice)
    await pay(twin, invoice)
    assert (await twin.call("PUT", path, twin.alt | body)).status == 400


async def test_only_send_manually_reaches_nobody(twin: Twin) -> None:
    first, second = await created(twin), await created(twin)
    await send(twin, first)
    assert (await twin.truth())["messages"] == []
    await send(twin, second, "email")
    assert [message["kind"] for message in (await twin.truth())["messages"]] == ["invoice"]
    assert await status(twin, second) == "sent"


async def test_sending_needs_a_real_user(twin: Twin) -> None:
    invoice = await created(twin)
    path = f"/invoices/{invoice['_id']}/send"
    assert (await twin.post(path, userId="nobody", action="email", liveMode=False)).status == 400


async def test_text2pay_makes_a_draft_or_sends_at_once(twin: Twin) -> None:
    body = invoice_body(twin.world, action="draft", userId=twin.world.user_id)
    draft = (await twin.call("POST", "/invoices/text2pay", body)).data
    assert draft["invoice"]["status"] == "draft"
    assert draft["invoiceUrl"].startswith("https://")
    assert (await twin.truth())["messages"] == []
    sent = (await twin.call("POST", "/invoices/text2pay", body | {"action": "send"})).data
    assert sent["invoice"]["status"] == "sent"


async def test_an_estimate_without_a_title_is_a_500_and_with_one_becomes_an_invoice(twin: Twin) -> None:
    body = invoice_body(twin.world, frequencySettings={"enabled": False})
    body["items"] = [INVOICE_ITEM | {"type": "one_time"}]
    assert (await twin.call("POST", "/invoices/estimate", body)).status == 500
    made = await twin.call("POST", "/invoices/estimate", body | {"title": "ESTIMATE"})
    assert made.status == 201
    # The start of the day in the location's own zone.
    assert made.data["issueDate"] == "2026-03-02T05:00:00.000Z"
    turned = await twin.post(f"/invoices/estimate/{made.data['_id']}/invoice", markAsInvoiced=True)
    assert (turned.data["invoice"]["status"], turned.data["invoice"]["total"]) == ("draft", 100)
    listed = (await twin.get("/invoices/estimate/list", limit=5, offset=0, status="invoiced")).data
    assert listed["total"] == 1


async def test_201_can_come_where_200_is_declared(twin: Twin) -> None:
    await twin.control("faults", created_201=True)
    assert (await twin.call("POST", "/invoices/", invoice_body(twin.world))).status == 201


async def test_a_customer_pays_a_sent_invoice_in_part_and_then_whole(twin: Twin) -> None:
    invoice = await created(twin)
    await send(twin, invoice)
    total = Decimal(str(invoice["total"]))

    first = await twin.control(f"invoices/{invoice['_id']}/pay", amount=40)
    second = await twin.control(f"invoices/{invoice['_id']}/pay")

    assert (first["status"], second["status"]) == ("partially_paid", "paid")
    charges = [row for row in (await twin.truth())["transactions"] if row["entity_id"] == invoice["_id"]]
    assert {row["id"] for row in charges} == {*first["transactions"], *second["transactions"]}
    assert sum(Decimal(str(row["amount"])) for row in charges) == total
