"""An action: make an invoice of an estimate."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.estimate import ESTIMATE, ESTIMATE_ID, SCOPES
from orderbridge.catalogue.ghl.invoice import INVOICE
from orderbridge.catalogue.operation import MONEY, READS, WRITES
from orderbridge.core.jsonio import JsonObject

_TURNED = acting(
    id="ghl.estimate.create_invoice",
    title="Make an invoice of an estimate",
    description=(
        "Turns a quote into a draft of an invoice once: a quote that was turned already gives the invoice it became, "
        "and none is made again."
    ),
    call="POST /invoices/estimate/{estimateId}/invoice",
    fields={"estimate_id": ESTIMATE_ID},
    record=ESTIMATE,
    key="estimate_id",
    until=lambda _given, _before: {"estimate_status": "invoiced"},
    fixed={"markAsInvoiced": True},
    effects=frozenset({READS, WRITES, MONEY}),
    scopes=("invoices.readonly", *SCOPES),
    calls="5, or 3 where it was done before",
    example={"estimate_id": "6a1b2c3d4e5f60718293a4d1"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4d1",
        "verdict": "confirmed",
        "record": {"estimate_status": "invoiced"},
        "invoice": {"id": "6a1b2c3d4e5f60718293a4c1", "status": "draft"},
    },
)


async def _invoice_of(ctx: ActionContext, estimate: JsonObject) -> JsonObject | None:
    """Find the invoice: HighLevel shows it in its answer only, which may have been lost."""
    query = {"contactId": estimate["contact_id"]}
    found = None
    # Newest first, so the last that fits is the oldest made of this version.
    async for row in INVOICE.listed(ctx, {}, most=200, query=query):
        if all(same(row.get(name), estimate.get(name)) for name in ("name", "currency", "total")):
            found = row
    return found


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    assert _TURNED.run is not None
    done = await _TURNED.run(ctx, given)
    estimate = done["record"] or {}
    return done | {"invoice": await _invoice_of(ctx, estimate) if estimate.get("contact_id") else None}


OPERATION = replace(
    _TURNED,
    run=_run,
    output_schema=_TURNED.output_schema
    | {"properties": _TURNED.output_schema["properties"] | {"invoice": {"type": ["object", "null"]}}},
)
