"""Every operation by its name; a new one is a module and its line here."""

from __future__ import annotations

from orderbridge.catalogue.act.create_task import CREATE_TASK
from orderbridge.catalogue.act.find_opportunity import FIND_OPPORTUNITY
from orderbridge.catalogue.act.find_or_create_contact import FIND_OR_CREATE_CONTACT
from orderbridge.catalogue.act.record_fulfilment import RECORD_FULFILMENT
from orderbridge.catalogue.act.record_payment import RECORD_PAYMENT
from orderbridge.catalogue.act.record_subscription import RECORD_SUBSCRIPTION
from orderbridge.catalogue.act.upsert_opportunity import UPSERT_OPPORTUNITY
from orderbridge.catalogue.core.order_lines import ORDER_LINES
from orderbridge.catalogue.ghl.order_bundle import (
    FULFILMENT_CHANGED,
    ORDER_CHANGED,
    SUBSCRIPTION_CHANGED,
    TRANSACTION_CHANGED,
)
from orderbridge.catalogue.operation import Operation
from orderbridge.core.errors import FlowError

OPERATIONS: dict[str, Operation] = {
    operation.ref: operation
    for operation in (
        CREATE_TASK,
        FIND_OPPORTUNITY,
        FIND_OR_CREATE_CONTACT,
        RECORD_FULFILMENT,
        RECORD_PAYMENT,
        RECORD_SUBSCRIPTION,
        UPSERT_OPPORTUNITY,
        ORDER_LINES,
        ORDER_CHANGED,
        TRANSACTION_CHANGED,
        SUBSCRIPTION_CHANGED,
        FULFILMENT_CHANGED,
    )
}


def operation(ref: str) -> Operation:
    """Return an operation.

    Raises:
        FlowError: There is none of that name and version.
    """
    try:
        return OPERATIONS[ref]
    except KeyError:
        raise FlowError(
            f"there is no operation {ref!r}; the catalogue has {', '.join(sorted(OPERATIONS))}",
            cause="flow.unknown_operation",
        ) from None
