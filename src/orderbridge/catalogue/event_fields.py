"""Which fields an event shows, as far as we know: more than its schema's main ones, and never all of a provider's."""

from __future__ import annotations

from orderbridge.catalogue.ghl.order_bundle import FULFILMENT, ORDER, SUBSCRIPTION, TRANSACTION
from orderbridge.catalogue.operation import Operation
from orderbridge.connectors.ghl.models import Fulfilment, Order, Subscription, Transaction

# Ours beside HighLevel's: see ``order_bundle``.
_OF_ORDERS: dict[str, frozenset[str]] = {
    ORDER: frozenset(Order.__struct_fields__)
    | {"paid", "refunded", "payment_status", "sale_state", "wanted_mode"},
    TRANSACTION: frozenset(Transaction.__struct_fields__) | {"wanted_mode", "order", "renewal"},
    SUBSCRIPTION: frozenset(Subscription.__struct_fields__) | {"wanted_mode", "order"},
    FULFILMENT: frozenset(Fulfilment.__struct_fields__) | {"wanted_mode", "order"},
}
# What every record of a provider has.
_EVERYWHERE = {
    "act": frozenset({
        "id", "created", "edited", "edited_by", "created_by", "record_owner", "record_manager",
        "record_manager_id", "is_private", "import_date", "custom_fields",
    }),
    "ghl": frozenset({
        "id", "location_id", "created_at", "updated_at", "date_added", "date_updated", "custom_fields",
        "assigned_to", "source", "tags", "contact", "contact_id",
    }),
    "core": frozenset(),
}  # fmt: skip


def known(trigger: Operation) -> frozenset[str]:
    """Return the names of the fields that events of a trigger are known to show."""
    kind = trigger.listens.kind if trigger.listens else ""
    own = _OF_ORDERS.get(kind, frozenset()) if trigger.system == "ghl" else frozenset()
    return own | frozenset(trigger.output_schema.get("properties", {})) | _EVERYWHERE[trigger.system]
