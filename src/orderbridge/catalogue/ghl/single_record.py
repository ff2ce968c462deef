"""Things of which a location has one at most: read without an id, set as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, on_the_wire
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import SingleWrite, proved, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.jsonio import JsonObject


def setting(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    until: Callable[[JsonObject], JsonObject],
    view: Callable[[JsonObject], JsonObject] | None = None,
    always: bool = False,
    **more: Any,
) -> Operation:
    """Declare an operation that sets such a thing and proves it.

    Args:
        id: ``ghl.custom_provider.register``.
        title: A few words.
        description: One sentence.
        call: The published call.
        fields: Its input.
        record: How it is read.
        until: From the input, what must be there afterwards.
        view: From the record, empty where there is none, what is compared; None compares its own fields.
        always: Send it once even where it looks so already: not everything that counts is shown.
        more: Further attributes of ``Operation``.
    """
    published = find("ghl", call)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        sent = not always

        async def look() -> JsonObject | None:
            there = await record.read(ctx, ctx.ghl.location_id, given) or {}
            if not sent or (view is None and not there):
                return None
            own = {"id": there.get("id") if there else None}
            return there | own if view is None else there | view(there) | own

        async def put(_actual: JsonObject | None) -> None:
            nonlocal sent
            sent = True
            await prepare(published, ctx, on_the_wire(fields, given)).send(ctx)

        write = SingleWrite(
            system="ghl", kind=f"{record.name}.{id.rpartition('.')[2]}", reference=ctx.ghl.location_id,
            wanted=until(given), look=look, put=put,
        )  # fmt: skip
        return await proved(ctx, write)

    own = {
        "title": title,
        "description": description,
        "output_schema": written(record),
        "run": run,
        "effects": frozenset({READS, WRITES}),
        "calls": "3, or 1 where it is so already",
        "proof": "read back: the location has one at most",
    }
    return declared(id, published, fields, own | more)
