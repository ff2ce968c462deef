"""An action: change a line item."""

from __future__ import annotations

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
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.catalogue.writes import SingleWrite
from orderbridge.core.errors import HeldError, NotFoundError
from orderbridge.core.jsonio import JsonObject

_FIELDS = OPPORTUNITY_ID | LINE_ID | FIELDS


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    check_item_number(given.get("item_number"))
    line_id = given["line_item_id"]
    wanted = {name: value for name, value in given.items() if name in FIELDS}
    if "price" in wanted:
        wanted["discount_price"] = wanted["price"]

    async def look() -> JsonObject | None:
        return await LINE_ITEM.read(ctx, line_id, given)

    async def put(_actual: JsonObject | None) -> None:
        line = write.found
        if line is None:
            raise NotFoundError(
                f"there is no line {line_id} on the Act! opportunity {given['opportunity_id']}; nothing was changed",
                cause="record.not_found",
            )
        _refuse_discount(line, given)
        changes = {name: given[name] for name in FIELDS if name in given}
        await put_line(ctx, given["opportunity_id"], line, changes)

    write = SingleWrite(
        system="act", kind=LINE_ITEM.name, reference=line_id, wanted=wanted, look=look, put=put
    )
    proof = await ctx.prove(write)
    return {"id": line_id, "verdict": proof.verdict, "record": write.found or await look()}


def _refuse_discount(line: JsonObject, given: JsonObject) -> None:
    paid = line.get("discount_price")
    if "price" in given or paid is None or paid == line.get("price"):
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
    output_schema=object_schema(
        ["id", "verdict", "record"], id=TEXT, verdict=TEXT, record={"type": ["object", "null"]}
    ),
    method=CALL.method,
    path=CALL.path,
    permissions=WRITE_PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="3, or 5 where Act! needs it twice",
    proof="read before and after; sent a second time where the first was not taken over",
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
