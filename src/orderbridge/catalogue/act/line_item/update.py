"""An action: change a line item."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.act.line_amounts import amount_of, amount_seen
from orderbridge.catalogue.act.line_item import (
    FIELDS,
    LINE_ID,
    LINE_ITEM,
    OPPORTUNITY_ID,
    WRITE_PERMISSIONS,
    check_item_number,
)
from orderbridge.catalogue.act.line_put import CALL, put_line
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import SingleWrite, proved, written
from orderbridge.core.errors import HeldError, NotFoundError
from orderbridge.core.jsonio import JsonObject

_FIELDS = OPPORTUNITY_ID | LINE_ID | FIELDS


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    check_item_number(given.get("item_number"))
    # A line is written as a whole, so that two changes at once would undo each other.
    async with ctx.exclusive([f"lines/{given['opportunity_id']}"], system="act"):
        return await _changed(ctx, given)


async def _changed(ctx: ActionContext, given: JsonObject) -> JsonObject:
    line_id = given["line_item_id"]
    before = await LINE_ITEM.read(ctx, line_id, given)
    if before is None:
        raise NotFoundError(
            f"there is no line {line_id} on the Act! opportunity {given['opportunity_id']}; nothing was changed",
            cause="record.not_found",
        )
    changes = {name: given[name] for name in FIELDS if name in given}
    paid = given.get("price", _paid(before))
    whole = {"price": paid, "quantity": given.get("quantity", before["quantity"])}

    async def look() -> JsonObject | None:
        line = await LINE_ITEM.read(ctx, line_id, given)
        return line and line | {"total": amount_seen(line.get("total"), [whole])}

    async def put(_actual: JsonObject | None) -> None:
        if "price" not in given:
            _refuse_discount(before)
        await put_line(ctx, given["opportunity_id"], before, changes)

    write = SingleWrite(
        system="act",
        kind=LINE_ITEM.name,
        reference=line_id,
        # Also where only the name is changed: Act! would take the change for a discount.
        wanted=changes | {"discount_price": paid, "total": amount_of([whole])},
        look=look,
        put=put,
    )
    return await proved(ctx, write)


def _paid(line: JsonObject) -> Any:
    paid = line.get("discount_price")
    return line["price"] if paid is None else paid


def _refuse_discount(line: JsonObject) -> None:
    paid = _paid(line)
    if paid == line["price"]:
        return
    raise HeldError(
        f"the line {line.get('name')!r} ({line['id']}) has a discount: {paid} instead of {line.get('price')}. "
        "Act! drops it with any change, so give the price that the customer pays, and replay",
        cause="act.line_has_discount",
    )


OPERATION = Operation(
    id="act.line_item.update",
    system="act",
    title="Change a line item",
    description="Changes a line so that Act! does not take the change for a discount of 100 %, and reads it back.",
    input_schema=object_of(_FIELDS),
    output_schema=written(LINE_ITEM),
    method=CALL.method,
    path=CALL.path,
    permissions=WRITE_PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="4, or 2 where nothing differs",
    proof="price, discount and what the line comes to are read back; sent twice where Act! needs it",
    run=_run,
    example={
        "opportunity_id": "11111111-2222-3333-4444-555555555555",
        "line_item_id": "66666666-7777-8888-9999-000000000000",
        "quantity": 120,
    },
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"quantity": 120},
    },
)
