"""Goods that were handed over for an order."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.act.keyed_record import KeyedRecord, prove_keyed
from orderbridge.catalogue.act.profile import FULFILMENTS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT, object_schema
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject

KIND = "fulfilment"


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    items, trackings = given["items"], given["trackings"]
    pieces = sum((Decimal(item["quantity"]) for item in items), Decimal(0))
    numbers = ", ".join(item["number"] for item in trackings if item.get("number")) or None
    carriers = ", ".join(sorted({item["carrier"] for item in trackings if item.get("carrier")})) or None
    lines = [f"HighLevel fulfilment {given['fulfilment_id']} of order {given['order_id']}."]
    lines += [f"{Decimal(item['quantity']).normalize():f} x {item['name']}" for item in items]
    lines += [
        " ".join(
            part for part in ("Tracking", item.get("carrier"), item.get("number"), item.get("url")) if part
        )
        for item in trackings
    ]
    return await prove_keyed(
        ctx,
        KeyedRecord(
            ctx=ctx,
            kind=KIND,
            reference=given["fulfilment_id"],
            table=FULFILMENTS,
            title=f"Fulfilled: {pieces.normalize():f} pieces" + (f", tracking {numbers}" if numbers else ""),
            text="\n".join(lines),
            facts={
                "order": given["order_id"],
                "pieces": f"{pieces.normalize():f}",
                "status": "fulfilled",
            }
            | ({"tracking": numbers} if numbers else {}),
            columns={
                "order_reference": given["order_id"],
                "status": "fulfilled",
                "tracking": (numbers or "")[:128],
                "carrier": (carriers or "")[:64],
            },
            happened_at=instant(given.get("happened_at")) or ctx.clock.now(),
            contact_ids=(given["contact_id"],),
            opportunity_id=given["opportunity_id"],
        ),
    )


OPERATION = Operation(
    id="act.fulfilment.record",
    system="act",
    title="Record a fulfilment once",
    description="Keeps one record for each fulfilment of an order, with items, carrier and tracking number.",
    input_schema=object_schema(
        ["fulfilment_id", "order_id", "items", "trackings", "contact_id", "opportunity_id"],
        fulfilment_id=TEXT,
        order_id=TEXT,
        items={"type": "array"},
        trackings={"type": "array"},
        happened_at=OPTIONAL_TEXT,
        contact_id=TEXT,
        opportunity_id=TEXT,
    ),
    output_schema=object_schema(["id", "verdict"], id=OPTIONAL_TEXT, verdict=TEXT),
    effects=frozenset({"reads", "writes"}),
    proof="its machine-readable line is read back; found again among the opportunity's records",
    calls="2 to 3",
    run=_run,
)
