"""Goods that were handed over for an order."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue.act.keyed_record import PROOF, RESULT, WHOSE, KeyedRecord, prove_keyed
from orderbridge.catalogue.act.profile import FULFILMENTS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant as moment
from orderbridge.catalogue.fields import needing, number, object_of, record_id, rows, text
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT
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
    output = await prove_keyed(
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
    return output | {"tracking": numbers, "carrier": carriers, "pieces": f"{pieces.normalize():f}"}


_RESULT = RESULT | {
    "properties": RESULT["properties"] | {"tracking": OPTIONAL_TEXT, "carrier": OPTIONAL_TEXT, "pieces": TEXT}
}
_ITEM = needing(
    {"name": text("What was handed over."), "quantity": number("How many pieces of it.")}, "name", "quantity"
)
_TRACKING = {
    "number": text("Tracking number.", type=["string", "null"]),
    "carrier": text("Who carries it.", type=["string", "null"]),
    "url": text("Where it is shown on the way.", type=["string", "null"]),
}
FIELDS = needing(
    {
        "fulfilment_id": record_id("The fulfilment in HighLevel; one record for each."),
        "order_id": record_id("The order that it belongs to."),
        "items": rows("What was handed over.", _ITEM, open=True),
        "trackings": rows("Its parcels; an empty list for none.", _TRACKING, open=True),
        "happened_at": moment("When it was handed over; left out, now.", type=["string", "null"]),
    }
    | WHOSE,
    "fulfilment_id", "order_id", "items", "trackings", *WHOSE,
)  # fmt: skip

OPERATION = Operation(
    id="act.fulfilment.record",
    system="act",
    title="Record a fulfilment once",
    description="Keeps one record for each fulfilment of an order, with items, carrier and tracking number.",
    input_schema=object_of(FIELDS),
    output_schema=_RESULT,
    example={
        "fulfilment_id": "6601f0c2a5b4c3d2e1f00004",
        "order_id": "6601f0c2a5b4c3d2e1f00001",
        "items": [{"name": "Oak table", "quantity": 2}],
        "trackings": [{"number": "1Z999AA10123456784", "carrier": "UPS"}],
        "happened_at": "2026-01-31T09:00:00Z",
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={
        "id": "dddddddd-0000-0000-0000-000000000006",
        "verdict": "confirmed",
        "tracking": "1Z999AA10123456784",
        "carrier": "UPS",
        "pieces": "2",
    },
    permissions=("Access All Non-Private Data", "Create and Edit History"),
    effects=frozenset({"reads", "writes"}),
    proof=PROOF,
    calls="2 to 3",
    run=_run,
)
