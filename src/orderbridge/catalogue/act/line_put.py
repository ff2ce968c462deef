"""Changing a line item, in the one way that Act! does not take for a discount of 100 %."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare_placed
from orderbridge.core.jsonio import JsonObject

CALL = find("act", "PUT /api/opportunities/{opportunityId}/products/{productId}")
# All that a line has and a PUT would otherwise empty. Its total is Act!'s own and never sent.
_KEPT = {
    "name": "name",
    "price": "price",
    "quantity": "quantity",
    "cost": "cost",
    "item_number": "itemNumber",
    "product_id": "productID",
    "type": "type",
}


async def put_line(ctx: ActionContext, opportunity_id: str, line: JsonObject, changes: JsonObject) -> None:
    """Write a line with changes.

    Args:
        ctx: The run.
        opportunity_id: Whose line it is.
        line: The line as it was read, in our names.
        changes: Fields that shall differ, in our names.
    """
    merged = line | changes
    body = {theirs: merged[ours] for ours, theirs in _KEPT.items() if merged.get(ours) is not None}
    body |= {"id": line["id"], "discount": 0, "discountPrice": merged["price"]}
    path = {"opportunityId": opportunity_id, "productId": line["id"]}
    await prepare_placed(CALL, ctx, in_path=path, query={}, body=body).send(ctx)
