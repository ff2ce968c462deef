"""Every operation by its name. A curated one is found by where it lies: ``catalogue/ghl/order/get.py``."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from orderbridge import catalogue
from orderbridge.catalogue.operation import ACTION, Operation
from orderbridge.catalogue.published import operations as published
from orderbridge.core.errors import FlowError

SYSTEMS = ("ghl", "act", "core")
# Flows that were stored under an earlier name go on.
_FORMER = {
    "act.create_task@1": "act.task.create_once@1",
    "act.find_opportunity@1": "act.opportunity.find_by_order@1",
    "act.find_or_create_contact@1": "act.contact.find_or_create@1",
    "act.record_fulfilment@1": "act.fulfilment.record@1",
    "act.record_payment@1": "act.payment.record@1",
    "act.record_subscription@1": "act.subscription.record@1",
    "act.upsert_opportunity@1": "act.opportunity.upsert_by_order@1",
    "core.order_lines@1": "core.order.lines@1",
    "ghl.order_changed@1": "ghl.order.changed@1",
    "ghl.transaction_changed@1": "ghl.transaction.changed@1",
    "ghl.subscription_changed@1": "ghl.subscription.changed@1",
    "ghl.fulfilment_changed@1": "ghl.fulfilment.changed@1",
}


@cache
def curated() -> dict[str, Operation]:
    """Return the curated operations by their name and version.

    Raises:
        ValueError: A module holds an operation under another name than its own.
    """
    found: dict[str, Operation] = {}
    for system in SYSTEMS:
        package = f"{catalogue.__name__}.{system}"
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            operation = getattr(import_module(module.name), "OPERATION", None)
            if operation is None:
                continue
            if module.name != f"{catalogue.__name__}.{operation.id}":
                raise ValueError(
                    f"module {module.name} holds the operation {operation.id}; one of them is misnamed"
                )
            found[operation.ref] = operation
    return found


@cache
def every() -> dict[str, Operation]:
    """Return all operations: curated, published calls as they are, and denied ones, in this order."""
    order = {name: number for number, name in enumerate(SYSTEMS)}
    ours = sorted(curated().values(), key=lambda item: (order[item.system], item.kind == ACTION, item.id))
    return {item.ref: item for item in (*ours, *published.operations())}


def operation(ref: str) -> Operation:
    """Return an operation by its name, ``ghl.order.get@1``; without a version the newest.

    Raises:
        FlowError: There is none of that name and version.
    """
    ref = _FORMER.get(ref, ref)
    if ref in curated():
        return curated()[ref]
    found = every().get(ref) or _newest(ref)
    if found is None:
        raise FlowError(f"there is no operation {ref!r}; {_instead(ref)}", cause="flow.unknown_operation")
    return found


def _instead(ref: str) -> str:
    near = get_close_matches(ref if "@" in ref else f"{ref}@1", every(), n=3, cutoff=0.75)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"'orderbridge ops list --search {ref.split('.')[-1].split('@')[0]}' shows what there is"


def _newest(name: str) -> Operation | None:
    versions = [item for item in every().values() if item.id == name]
    return max(versions, key=lambda item: item.version, default=None)
