"""Operations that delete a record by one published call: declared, and proved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, on_the_wire
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.proving import SingleWrite, proved, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject


def deleting(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    key: str,
    fixed: JsonObject | None = None,
    guard: Callable[[JsonObject], None] | None = None,
    **more: Any,
) -> Operation:
    """Declare an operation that deletes a record and proves that it is gone.

    Args:
        id: ``ghl.coupon.delete``.
        title: A few words.
        description: One sentence.
        call: ``DELETE /payments/coupon``.
        fields: Its input.
        record: The kind of record.
        key: The input field with the record's id.
        fixed: What the request always carries, in the provider's names.
        guard: Sees the record before anything is sent, and raises where it must stay.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], call)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        record_id = given[key]

        async def look() -> JsonObject | None:
            there = await record.read(ctx, record_id, given)
            if there is not None and guard is not None:
                guard(there)
            return {"id": record_id, "deleted": there is None}

        async def put(_actual: JsonObject | None) -> None:
            # Whoever deleted it meanwhile, gone is gone; reading it back proves it.
            with suppress(NotFoundError):
                await prepare(published, ctx, (fixed or {}) | on_the_wire(fields, given)).send(ctx)

        write = SingleWrite(
            system=record.system,
            kind=record.name,
            reference=record_id,
            wanted={"deleted": True},
            look=look,
            put=put,
        )
        return await proved(ctx, write)

    own = {
        "title": title,
        "description": description,
        "output_schema": written(record),
        "run": run,
        "effects": frozenset({READS, WRITES, DELETES}),
        "calls": "3, or 1 where it is gone already",
        "proof": "read back: it is no longer there",
    }
    return declared(id, published, fields, own | more)
