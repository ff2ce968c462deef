"""The bodies of webhooks."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.shapes import full_name, order_event
from orderbridge.emulators.ghl.state import APP_ID, VERSION_ID, GhlWorld
from orderbridge.emulators.ghl.tokens import Grant
from orderbridge.emulators.ghl.wire import without_none

_CONTACT = (
    "id", "address1", "city", "state", "companyName", "country", "source", "dateAdded", "dateOfBirth",
    "dnd", "dndSettings", "email", "firstName", "lastName", "phone", "postalCode", "tags", "website", "assignedTo",
    "customFields",
)  # fmt: skip
_OPPORTUNITY = (
    "id", "assignedTo", "contactId", "monetaryValue", "name", "pipelineId", "pipelineStageId", "source",
    "status",
)  # fmt: skip


def enveloped(world: GhlWorld, event_type: str, body: JsonObject, *, location_id: str) -> JsonObject:
    """Add what every delivery carries: event type, location, time and the delivery's own id."""
    # The record first: a price has a field "type" of its own, and the published bodies of invoices,
    # products and prices have no event type at all.
    envelope: JsonObject = {"type": event_type, "locationId": location_id}
    untyped = event_type.startswith(("Invoice", "Product", "Price"))
    if untyped and world.faults["webhook_without_type"]:
        envelope = {} if event_type.startswith("Invoice") else {"locationId": location_id}
        whole = envelope | body
    else:
        whole = envelope | {key: value for key, value in body.items() if key not in envelope}
    if world.faults["webhook_app_id"]:
        whole |= {"appId": APP_ID, "versionId": VERSION_ID}
    return whole | {"timestamp": world.now(), "webhookId": world.uuid()}


def order(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """OrderCreate or OrderStatusUpdate."""
    location_id = str(row.get("altId") or world.location_id)
    return enveloped(world, event_type, order_event(row), location_id=location_id)


def invoice(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """One of the Invoice events; here the invoice number is text."""
    body = {name: value for name, value in row.items() if name != "contactId"}
    body["invoiceNumber"] = str(row["invoiceNumber"])
    return enveloped(world, event_type, body, location_id=row["altId"])


def contact(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """One of the Contact events."""
    body = {name: row[name] for name in _CONTACT if row.get(name) is not None}
    body |= without_none({"name": full_name(row)}) | {"attachments": []}
    return enveloped(world, event_type, body, location_id=row["locationId"])


def opportunity(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """One of the Opportunity events."""
    body = {name: row[name] for name in _OPPORTUNITY if row.get(name) is not None}
    body["dateAdded"] = row["createdAt"]
    return enveloped(world, event_type, body, location_id=row["locationId"])


def product(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """One of the Product events."""
    return enveloped(world, event_type, row, location_id=row["locationId"])


def price(world: GhlWorld, event_type: str, row: JsonObject) -> JsonObject:
    """One of the Price events; the price's own type becomes ``priceType``."""
    body = row if world.faults["webhook_without_type"] else row | {"priceType": row["type"]}
    return enveloped(world, event_type, body, location_id=row["locationId"])


def note(world: GhlWorld, event_type: str, row: JsonObject, *, location_id: str) -> JsonObject:
    """One of the Note events."""
    return enveloped(world, event_type, row, location_id=location_id)


def installed(world: GhlWorld, grant: Grant, *, event_type: str = "INSTALL") -> JsonObject:
    """INSTALL or UNINSTALL of the app, for a location or for the whole agency."""
    body: JsonObject = {"type": event_type, "appId": APP_ID, "versionId": VERSION_ID}
    if grant.location_id is not None:
        body["locationId"] = grant.location_id
    if grant.location_id is None or event_type == "INSTALL":
        body["companyId"] = grant.company_id
    if event_type == "INSTALL":
        body |= {"installType": grant.user_type, "userId": grant.user_id, "companyName": "Twin Agency"}
    return body | {"timestamp": world.now(), "webhookId": world.uuid()}
