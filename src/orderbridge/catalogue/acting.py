"""Operations that bring a record into a state by one published call: declared, and proved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, as_written, on_the_wire
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import Fill, SingleWrite, alone, nothing_else, proved, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject


def acting(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    key: str,
    until: Callable[[JsonObject, JsonObject], JsonObject],
    view: Callable[[JsonObject, JsonObject], JsonObject] | None = None,
    fixed: JsonObject | None = None,
    fill: Fill = nothing_else,
    **more: Any,
) -> Operation:
    """Declare an operation that brings a record into a state, proved by what the record shows afterwards.

    Only for states: what adds something each time (a payment) needs a proof of its own, by a reference.

    Args:
        id: ``ghl.invoice.void``.
        title: A few words.
        description: One sentence.
        call: ``POST /invoices/{invoiceId}/void``.
        fields: Its input.
        record: The kind of record that shows it.
        key: The input field with the record's id.
        until: From the input and the record before, what the record must show afterwards, such as
            ``{"status": "void"}``; fields of ``view`` where there is one.
        view: From the record and the input, what is compared; None compares the record's own fields.
        fixed: What the request always carries, in the provider's names.
        fill: See ``creating``.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], call)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        # Two callers at once would both see it undone, and it would be done twice.
        async with alone(ctx, record, given[key]):
            return await carry_out(ctx, as_written(fields, given))

    async def carry_out(ctx: ActionContext, given: JsonObject) -> JsonObject:
        record_id = given[key]
        before = await record.read(ctx, record_id, given)
        if before is None:
            raise NotFoundError(
                f"{title}: there is no {record.kind} {record_id}; nothing was done", cause="record.not_found"
            )

        async def look() -> JsonObject | None:
            there = await record.read(ctx, record_id, given)
            return there if there is None or view is None else view(there, given) | {"id": record_id}

        sent = False

        async def put(_actual: JsonObject | None) -> None:
            nonlocal sent
            # Not twice because the record shows it late: the second time somebody gets a second message.
            if not sent:
                filled = await fill(ctx, given, before)
                values = (fixed or {}) | filled | on_the_wire(fields, given)
                await prepare(published, ctx, values).send(ctx)
            sent = True

        write = SingleWrite(
            system=record.system, kind=f"{record.name}.{id.rpartition('.')[2]}", reference=record_id,
            wanted=until(given, before), look=look, put=put,
        )  # fmt: skip
        return await proved(ctx, write)

    own = {
        "title": title,
        "description": description,
        "output_schema": written(record),
        "run": run,
        "effects": frozenset({READS, WRITES}),
        "calls": "4, or 2 where it is so already",
        "proof": f"the {record.kind} is read back and must show it",
    }
    return declared(id, published, fields, own | more)
