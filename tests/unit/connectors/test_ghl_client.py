from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from connector_stub import Reply, Seen, Stub

from orderbridge.connectors.ghl.billing import InvoiceDraft, InvoiceItemDraft
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.directory import ContactDraft
from orderbridge.connectors.ghl.models import FulfilledItem, Tracking
from orderbridge.core import jsonio
from orderbridge.core.errors import (
    BadRecordError,
    HeldError,
    InDoubtError,
    RejectedError,
    TransientError,
)

ALT = {"altId": "loc1", "altType": "location", "locationId": "loc1"}


def json(value: object, status: int = 200) -> Reply:
    return Reply(status, jsonio.encode(value))


def order(number: int, **more: object) -> dict[str, object]:
    return {"_id": f"o{number}", "currency": "usd", "amount": Decimal("150.10"), "status": "completed"} | more


def transaction(number: int) -> dict[str, object]:
    return {"_id": f"t{number}", "currency": "USD", "amount": 10, "status": "succeeded"}


def invoice(**more: object) -> dict[str, object]:
    return {"_id": "i1", "currency": "USD", "total": Decimal("9.90"), "status": "draft", "name": "n"} | more


async def test_every_call_says_version_token_and_location(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json(order(1)))
    assert (await ghl.order("o1")).amount == Decimal("150.10")
    seen = stub.seen[0]
    assert seen.path == "/payments/orders/o1"
    assert seen.query == ALT
    assert seen.headers["Version"] == "2021-07-28"
    assert seen.headers["Authorization"] == "Bearer pit-1"


async def test_orders_are_read_page_by_page_under_inserts(ghl: GhlClient, stub: Stub) -> None:
    rows = [order(n) for n in range(250)]

    def answer(seen: Seen) -> Reply:
        offset, limit = int(seen.query["offset"]), int(seen.query["limit"])
        page = json({"data": rows[offset : offset + limit], "totalCount": len(rows)})
        rows.insert(0, order(1000 + len(rows)))
        return page

    stub.answer = answer
    found = [item.id async for item in ghl.orders(start=date(2026, 3, 1), end=date(2026, 3, 2))]
    assert len(found) == len(set(found))
    assert {f"o{n}" for n in range(250)} <= set(found)
    assert stub.seen[0].query == ALT | {
        "startAt": "2026-03-01",
        "endAt": "2026-03-02",
        "paymentMode": "live",
        "limit": "100",
        "offset": "0",
    }


async def test_one_unreadable_row_does_not_hide_the_others(ghl: GhlClient, stub: Stub) -> None:
    rows = [order(1), order(2, amount="150,10"), order(3)]
    stub.answer = lambda _: json({"data": rows, "totalCount": 3})
    bad: list[str] = []
    found = [item.id async for item in ghl.orders(on_bad=lambda _, row: bad.append(row["_id"]))]
    assert (found, bad) == (["o1", "o3"], ["o2"])
    with pytest.raises(BadRecordError, match="o2"):
        [item async for item in ghl.orders()]


async def test_a_page_says_how_many_there_are(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"data": [order(1)], "totalCount": 7}), json({"data": [transaction(1)], "totalCount": 2}))
    orders = await ghl.orders_page(0, 1)
    assert ([item.id for item in orders.rows], orders.total) == (["o1"], 7)
    transactions = await ghl.transactions_page(5, 1, entity_id="o1")
    assert (transactions.rows[0].id, transactions.total) == ("t1", 2)
    assert stub.seen[1].query["entityId"] == "o1"
    assert stub.seen[1].query["offset"] == "5"


async def test_a_list_without_its_rows_is_not_an_empty_list(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"message": "hello"}), Reply(body=b"<html>"))
    with pytest.raises(BadRecordError, match="'data'"):
        await ghl.orders_page(0, 1)
    with pytest.raises(BadRecordError):
        await ghl.orders_page(0, 1)


@pytest.mark.parametrize("wrapped", [False, True])
async def test_a_transaction_is_read_alone_or_in_an_array_of_one(
    ghl: GhlClient, stub: Stub, wrapped: bool
) -> None:
    stub.will(json([transaction(1)] if wrapped else transaction(1)))
    assert (await ghl.transaction("t1")).id == "t1"


@pytest.mark.parametrize("body", [[], [{}, {}], None, "x"])
async def test_a_transaction_in_any_other_shape_is_refused(ghl: GhlClient, stub: Stub, body: object) -> None:
    stub.will(json(body))
    with pytest.raises(BadRecordError):
        await ghl.transaction("t1")


async def test_a_fulfilment_tells_nobody_unless_asked(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"status": True, "data": {"_id": "f1", "items": [], "trackings": []}}, 201))
    made = await ghl.create_fulfilment(
        "o1",
        items=[FulfilledItem(price_id="p1", name="Tee", quantity=Decimal(2))],
        trackings=[Tracking(number="T1", carrier="UPS", url=None)],
    )
    assert (made.id, made.order_id) == ("f1", "o1")
    assert jsonio.decode(stub.seen[0].body) == {
        "altId": "loc1",
        "altType": "location",
        "trackings": [{"trackingNumber": "T1", "shippingCarrier": "UPS"}],
        "items": [{"priceId": "p1", "qty": 2}],
        "notifyCustomer": False,
    }


async def test_a_write_whose_answer_cannot_be_read_is_in_doubt(ghl: GhlClient, stub: Stub) -> None:
    stub.will(Reply(200, b"<html>", content_type="text/html"))
    with pytest.raises(InDoubtError, match="looked up"):
        await ghl.upsert_contact(ContactDraft(email="ada@example.test"))
    assert len(stub.seen) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/payments/orders"),
        ("POST", "/payments/orders/"),
        ("POST", "/payments/orders/migrate-order-ps"),
        ("PUT", "/payments/orders"),
        ("DELETE", "/locations/loc1"),
        ("DELETE", "/users/u1"),
        ("POST", "/payments//orders"),
        ("POST", "/payments/x/../orders"),
        ("POST", "/Payments/Orders"),
        ("post", "/payments/orders"),
        ("DELETE", "/Locations/loc1"),
        ("DELETE", "/locations/loc1/%20"),
        ("DELETE", "/locations/a%252Fb"),
        ("DELETE", "/locations/loc1/CustomFields/f1"),
        ("DELETE", "/locations/loc1%2Fcustomfields%2Ff1"),
        ("DELETE", "/marketplace/app/a1%0A"),
        ("DELETE", "/custom-fields/f1%0Ax"),
    ],
)
async def test_an_order_is_never_created_nor_an_account_destroyed(
    ghl: GhlClient, stub: Stub, method: str, path: str
) -> None:
    with pytest.raises(RejectedError) as caught:
        await ghl.http.call(method, path, body={})
    assert caught.value.cause == "denied"
    assert stub.seen == []


DRAFT = InvoiceDraft(
    name="Deal a-1",
    currency="USD",
    items=(InvoiceItemDraft(name="Tee", amount=Decimal("9.90")),),
    contact_id="c1",
    contact_name="Ada",
    contact_email="ada@example.test",
    contact_phone="+13035550100",
    issue_date=date(2026, 3, 2),
    live=False,
)


async def test_an_invoice_is_created_as_a_draft_that_reaches_nobody(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json(invoice(), 201))
    assert (await ghl.create_invoice(DRAFT)).status == "draft"
    body = jsonio.decode(stub.seen[0].body)
    assert stub.seen[0].path == "/invoices/"
    assert body["liveMode"] is False
    assert body["items"] == [{"name": "Tee", "currency": "USD", "amount": Decimal("9.90"), "qty": 1}]
    assert (body["altId"], body["issueDate"], body["discount"]["value"]) == ("loc1", "2026-03-02", 0)
    assert "locationId" not in body


def test_an_invoice_for_a_contact_without_a_phone_waits_for_a_person() -> None:
    import msgspec

    with pytest.raises(HeldError, match="no phone"):
        msgspec.structs.replace(DRAFT, contact_phone=" ").to_api()
    with pytest.raises(HeldError, match="no email and no phone"):
        msgspec.structs.replace(DRAFT, contact_phone="", contact_email="").to_api()
    with pytest.raises(HeldError, match="no items"):
        msgspec.structs.replace(DRAFT, items=()).to_api()


async def test_sending_an_invoice_messages_nobody_by_default(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"invoice": invoice(status="sent"), "smsData": {}, "emailData": {}}))
    assert (await ghl.send_invoice("i1", user_id="u1", live=False)).status == "sent"
    assert jsonio.decode(stub.seen[0].body)["action"] == "send_manually"


async def test_a_payment_under_way_is_waited_for(ghl: GhlClient, stub: Stub) -> None:
    stub.will(Reply(409, b'{"message":"locked"}'))
    with pytest.raises(TransientError, match="being processed") as caught:
        await ghl.record_invoice_payment("i1", mode="cash", amount=Decimal("9.90"))
    assert not isinstance(caught.value, InDoubtError)


async def test_a_recorded_payment_sends_all_that_is_marked_required(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"success": True, "invoice": invoice(status="paid")}))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    paid = await ghl.record_invoice_payment("i1", mode="cash", amount=Decimal("9.90"), received_at=at)
    assert paid.status == "paid"
    assert b'"amount":9.90' in stub.seen[0].body
    body = jsonio.decode(stub.seen[0].body)
    assert {"notes", "card", "cheque", "fulfilledAt"} <= set(body)


async def test_deleting_a_draft_names_the_location_in_the_query(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json(invoice()))
    await ghl.delete_draft_invoice("i1")
    assert (stub.seen[0].method, stub.seen[0].body) == ("DELETE", b"")
    assert stub.seen[0].query == {"altId": "loc1", "altType": "location"}


async def test_contacts_are_searched_page_by_page_and_a_failing_page_is_read_again(
    ghl: GhlClient, stub: Stub
) -> None:
    rows = [{"id": f"c{n}"} for n in range(5)]
    failed = False

    def answer(seen: Seen) -> Reply:
        nonlocal failed
        body = jsonio.decode(seen.body)
        if body["page"] == 2 and not failed:
            failed = True
            return Reply(500)
        start = (body["page"] - 1) * body["pageLimit"]
        return json({"contacts": rows[start : start + body["pageLimit"]], "total": 5})

    stub.answer = answer
    assert [item.id async for item in ghl.contacts(page_rows=2)] == ["c0", "c1", "c2", "c3", "c4"]


async def test_products_count_themselves_in_their_own_way(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"products": [{"_id": "p1", "name": "Tee"}], "total": [{"total": 1}]}))
    assert [item.name async for item in ghl.products()] == ["Tee"]


async def test_a_duplicate_is_a_contact_or_nothing(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"contact": None}), json({"contact": {"id": "c1"}}))
    assert await ghl.duplicate_contact(phone="+13035550100") is None
    found = await ghl.duplicate_contact(email="ada@example.test")
    assert found is not None
    assert stub.seen[0].query == {"locationId": "loc1", "number": "+13035550100"}


async def test_an_upsert_never_sends_tags_and_tells_new_from_known(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json({"new": False, "contact": {"id": "c1", "email": "ada@example.test"}}))
    draft = ContactDraft(email="ada@example.test", custom_fields={"contact.act_id": "a1", "f1": "x"})
    result = await ghl.upsert_contact(draft)
    assert (result.new, result.contact.id) == (False, "c1")
    assert jsonio.decode(stub.seen[0].body) == {
        "locationId": "loc1",
        "email": "ada@example.test",
        "customFields": [
            {"key": "contact.act_id", "field_value": "a1"},
            {"id": "f1", "field_value": "x"},
        ],
    }


async def test_ids_cannot_leave_their_place_in_the_path(ghl: GhlClient, stub: Stub) -> None:
    stub.will(json(order(1)))
    await ghl.order("a/b?c")
    assert stub.seen[0].path == "/payments/orders/a/b?c"  # as decoded by the server from %2F and %3F
    assert stub.seen[0].query == ALT


def test_a_client_needs_one_way_to_sign(ghl: GhlClient) -> None:
    import random

    from orderbridge.core.clock import SystemClock

    with pytest.raises(ValueError, match="either"):
        GhlClient.connect(
            location_id="loc1", budget=ghl.http.budget, clock=SystemClock(), rng=random.Random(1)
        )
