"""``/_twin/…``: what people and payment providers do to records that HighLevel's API cannot change."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.table import Table


def _row(table: Table, record_id: str, what: str) -> JsonObject:
    row = table.get(record_id)
    if row is None:
        raise not_found(f"there is no {what} {record_id}")
    return row


def _edit_transaction(call: Call) -> Answer:
    """Change a transaction as given."""
    world = call.world
    row = _row(world.transactions, call.params["id"], "transaction")
    changes = {"updatedAt": world.now()} | call.body
    world.transactions.update(row, **changes)
    return Answer({"transaction": row["_id"], "changed": sorted(changes)})


def _delete_transaction(call: Call) -> Answer:
    row = _row(call.world.transactions, call.params["id"], "transaction")
    call.world.transactions.remove(row)
    return Answer({"transaction": row["_id"]})


def _delete_order(call: Call) -> Answer:
    """Delete an order; its payments stay out of the lists with it."""
    world = call.world
    order = _row(world.orders, call.params["id"], "order")
    for row in list(world.transactions.where("entityId", order["_id"])):
        world.transactions.remove(row)
    world.orders.remove(order)
    return Answer({"order": order["_id"]})


def _merge_contact(call: Call) -> Answer:
    """Merge a contact into another: the first is gone, and what was its own belongs to the second."""
    world = call.world
    gone = _row(world.contacts, call.params["id"], "contact")
    kept = _row(world.contacts, call.body["into"], "contact")
    for table in (world.orders, world.transactions, world.subscriptions):
        for row in list(table.where("contactId", gone["id"])):
            # Orders do not say whose they were; payments do.
            told = {} if table is world.orders else {"mergedFromContactId": gone["id"]}
            table.update(row, contactId=kept["id"], updatedAt=world.now(), **told)
    world.contacts.remove(gone)
    return Answer({"contact": kept["id"]})


ROUTES = [
    Route("POST", "/_twin/transactions/{id}/edit", _edit_transaction, control=True),
    Route("POST", "/_twin/transactions/{id}/delete", _delete_transaction, control=True),
    Route("POST", "/_twin/orders/{id}/delete", _delete_order, control=True),
    Route("POST", "/_twin/contacts/{id}/merge", _merge_contact, control=True),
]
