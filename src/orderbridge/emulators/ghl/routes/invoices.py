"""/invoices: drafts, sending, payments, numbers and settings."""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events, invoices
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, refused, unprocessable
from orderbridge.emulators.ghl.routes import invoice_bodies as bodies
from orderbridge.emulators.ghl.routes.queries import ALT, PAGED, days, equal
from orderbridge.emulators.ghl.validation import one_of
from orderbridge.emulators.ghl.wire import exact

_LIST = PAGED.extended(
    required="limit offset",
    paymentMode=one_of("default", "live", "test"),
    sortField=one_of("issueDate"),
    sortOrder=one_of("ascend", "descend"),
)


def _find(call: Call) -> JsonObject:
    row = call.world.invoices.get(call.params["invoiceId"])
    if row is None:
        # 400 and not 404: the invoice service says so.
        raise bad_request("Unable to find an invoice with the given invoice id")
    return call.owned(row)


def _tell(call: Call, event_type: str, row: JsonObject, *more: JsonObject) -> None:
    call.world.webhooks.submit([events.invoice(call.world, event_type, row), *more])


def _create(call: Call) -> Answer:
    row = invoices.create(call.world, call.body)
    _tell(call, "InvoiceCreate", row)
    return Answer(invoices.view(row))


def _list(call: Call) -> Answer:
    query = call.query
    start, end = days(call)
    offset, limit = call.page(20)
    rows, total = call.world.invoices.page(
        equal=equal(call, "status", "contactId") | {"altId": query["altId"]},
        start=start,
        end=end,
        keep=_kept(query),
        limit=len(call.world.invoices),
    )
    if query.get("sortField") == "issueDate":
        rows.sort(key=lambda row: str(row["issueDate"]), reverse=query.get("sortOrder") != "ascend")
    page = rows[offset : offset + limit]
    return Answer({"invoices": [invoices.view(row, summary=True) for row in page], "total": total})


def _kept(query: dict[str, str]) -> Callable[[JsonObject], bool]:
    needle, mode = query.get("search", "").lower(), query.get("paymentMode")

    def keep(row: JsonObject) -> bool:
        if mode in ("live", "test") and row["liveMode"] != (mode == "live"):
            return False
        who = row["contactDetails"]
        words = (row["_id"], row["name"], str(row["invoiceNumber"]), who.get("name"), who.get("email"))
        return needle in " ".join(filter(None, (*words, who.get("phoneNo")))).lower()

    return keep


def _get(call: Call) -> Answer:
    return Answer(invoices.view(_find(call), summary=True))


def _update(call: Call) -> Answer:
    row = invoices.replace(call.world, _find(call), call.body)
    _tell(call, "InvoiceUpdate", row)
    return Answer(invoices.view(row))


def _delete(call: Call) -> Answer:
    row = _find(call)
    if row["status"] != "draft":
        raise bad_request(f"Can not delete {row['status']} invoice, only drafts can be deleted")
    call.world.invoices.remove(row)
    _tell(call, "InvoiceDelete", row)
    return Answer(invoices.view(row))


def _void(call: Call) -> Answer:
    row = invoices.void(call.world, _find(call))
    _tell(call, "InvoiceVoid", row)
    return Answer(invoices.view(row))


def _check_user(call: Call) -> None:
    if call.world.users.get(call.body["userId"]) is None:
        raise bad_request("User not found for the given userId")


def _send(call: Call) -> Answer:
    row = _find(call)
    _check_user(call)
    before = row["status"]
    invoices.send(call.world, row, call.body["action"])
    if row["status"] != before:
        _tell(call, "InvoiceSent", row)
    return Answer({"invoice": invoices.view(row), "smsData": {}, "emailData": {}})


def _record_payment(call: Call) -> Answer:
    world, body = call.world, call.body
    row = _find(call)
    _check_means(call)
    if world.faults.take("invoice_payment_locked"):
        raise refused(409, "A payment of this invoice is in progress", error="Conflict")
    amount = exact(body["amount"]) if "amount" in body else exact(row["amountDue"])
    invoices.record_payment(
        world,
        row,
        amount,
        mode=body["mode"],
        meta=body.get("meta"),
        fulfilled_at=body.get("fulfilledAt"),
    )
    event = "InvoicePaid" if row["status"] == "paid" else "InvoicePartiallyPaid"
    _tell(call, event, row, *invoices.order_of_paid(world, row))
    return Answer({"success": True, "invoice": invoices.view(row)})


def _check_means(call: Call) -> None:
    wanted = {call.body["mode"]} & {"card", "cheque"}
    if call.world.faults["record_payment_requires_all"]:
        wanted = {"card", "cheque"}
    missing = [f"{name} must be an object" for name in sorted(wanted) if name not in call.body]
    if missing:
        raise unprocessable(missing)


def _text2pay(call: Call) -> Answer:
    world, body = call.world, call.body
    _check_user(call)
    existing = world.invoices.get(body.get("id"))
    if existing is not None:
        row = invoices.replace(world, call.owned(existing), body | {"invoiceItems": body["items"]})
        _tell(call, "InvoiceUpdate", row)
    else:
        row = invoices.create(world, body)
        _tell(call, "InvoiceCreate", row)
    if body["action"] == "send":
        invoices.send(world, row, "sms_and_email")
        _tell(call, "InvoiceSent", row)
    return Answer({"invoice": invoices.view(row), "invoiceUrl": invoices.invoice_url(row)})


def _number(call: Call) -> Answer:
    return Answer({"invoiceNumber": invoices.next_number(call.world)})


def _settings(call: Call) -> Answer:
    location = call.world.locations.get(call.location_id) or {}
    return Answer(
        {
            "altId": call.location_id,
            "altType": "location",
            "termsNote": "",
            "title": "INVOICE",
            "invoiceNumberPrefix": "INV-",
            "dueAfterXDays": invoices.DUE_AFTER_DAYS,
            "minimumPercentagePartialPayment": 0,
            "customFields": [],
            "businessDetails": {"name": location.get("name", "")},
        }
    )


_ONE = "/invoices/{invoiceId}"

ROUTES = [
    Route("POST", "/invoices/", _create, body=bodies.CREATE),
    Route("GET", "/invoices/", _list, query=_LIST),
    Route("POST", "/invoices/text2pay", _text2pay, body=bodies.TEXT2PAY),
    Route("GET", "/invoices/generate-invoice-number", _number, query=ALT),
    Route("GET", "/invoices/settings", _settings, query=ALT),
    Route("GET", _ONE, _get, query=ALT),
    Route("PUT", _ONE, _update, body=bodies.UPDATE),
    Route("DELETE", _ONE, _delete, query=ALT),
    Route("POST", f"{_ONE}/void", _void, body=bodies.ALT_BODY),
    Route("POST", f"{_ONE}/send", _send, body=bodies.SEND),
    Route("POST", f"{_ONE}/record-payment", _record_payment, body=bodies.RECORD),
]
