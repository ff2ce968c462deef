"""An action: add a line item."""

from __future__ import annotations

from orderbridge.catalogue.act.line_item import (
    FIELDS,
    LINE_ITEM,
    OPPORTUNITY_ID,
    WRITE_PERMISSIONS,
    check_item_number,
)
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing, record_id
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject

_PRODUCT_ID = record_id("The product of the catalogue, where it is one.", wire="productID")
_FIELDS = needing(OPPORTUNITY_ID | FIELDS | {"product_id": _PRODUCT_ID}, "name", "price", "quantity")


async def _resolve(_ctx: ActionContext, given: JsonObject) -> JsonObject:
    check_item_number(given.get("item_number"))
    return given


OPERATION = resolving(
    creating(
        id="act.line_item.create",
        title="Add a line item",
        description="Adds a line to an opportunity, which raises its amount; a product of the catalogue is optional.",
        call="POST /api/opportunities/{opportunityId}/products",
        fields=_FIELDS,
        record=LINE_ITEM,
        fixed={"type": "Product"},
        permissions=WRITE_PERMISSIONS,
        example={
            "opportunity_id": "11111111-2222-3333-4444-555555555555",
            "name": "Slate",
            "price": 15,
            "quantity": 100,
        },
        example_output={
            "id": "66666666-7777-8888-9999-000000000000",
            "verdict": "confirmed",
            "record": {"name": "Slate"},
        },
    ),
    fields=_FIELDS,
    resolve=_resolve,
)
