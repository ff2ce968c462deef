"""Operations that change fields of a record by one published call: declared, and proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, as_written, cut, on_the_wire
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import Fill, SingleWrite, alone, nothing_else, proved, wanted_of, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject


def changing(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    key: str,
    whole_record: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
    id_in_body: bool = False,
    fixed: JsonObject | None = None,
    fill: Fill = nothing_else,
    **more: Any,
) -> Operation:
    """Declare an operation that changes fields of a record and proves it; what is not given stays.

    Args:
        id: ``ghl.coupon.update``.
        title: A few words.
        description: One sentence.
        call: ``PUT /payments/coupon``.
        fields: Its input.
        record: The kind of record.
        key: The input field with the record's id.
        whole_record: Input fields that the provider wants back with every change: those not given are sent as
            they are now.
        merged: Objects among the input that the provider replaces as a whole, such as an address: what is not
            given of them is sent as it is now.
        id_in_body: The provider wants the id in the body as well (Act!'s PATCH).
        fixed: What the request always carries, in the provider's names.
        fill: See ``creating``; it wins over what is kept, and loses against what was given.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], call)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        # What is sent along as it is now must not undo the change of another caller.
        async with alone(ctx, record, given[key]):
            return await carry_out(ctx, as_written(fields, given))

    async def carry_out(ctx: ActionContext, given: JsonObject) -> JsonObject:
        record_id = given[key]
        wanted = {name: item for name, item in wanted_of(fields, given, record).items() if name != key}

        async def look() -> JsonObject | None:
            return await record.read(ctx, record_id, given)

        async def put(_actual: JsonObject | None) -> None:
            if write.found is None:
                raise NotFoundError(
                    f"{title}: there is no {record.kind} {record_id}; nothing was changed",
                    cause="record.not_found",
                )
            kept = on_the_wire(fields, _kept(fields, whole_record, write.found))
            filled = await fill(ctx, given, write.found)
            whole = {name: _merged(write.found.get(name), given[name]) for name in merged if name in given}
            values = (fixed or {}) | kept | filled | on_the_wire(fields, given | whole)
            request = prepare(published, ctx, values)
            if id_in_body:
                request.body["id"] = record_id
            await request.send(ctx)

        write = SingleWrite(
            system=record.system, kind=record.name, reference=record_id, wanted=wanted, look=look, put=put
        )
        return await proved(ctx, write)

    own = {
        "title": title,
        "description": description,
        "output_schema": written(record),
        "run": run,
        "effects": frozenset({READS, WRITES}),
        "calls": "3, or 1 where nothing differs",
        "proof": "read before, so that an equal value is not sent; read back by id",
    }
    return declared(id, published, fields, own | more)


def _merged(found: Any, given: JsonObject) -> JsonObject:
    there = found if isinstance(found, Mapping) else {}
    replaced = {name.casefold() for name in given}
    kept = {
        name: item for name, item in there.items() if item is not None and name.casefold() not in replaced
    }
    return kept | given


def _kept(fields: Fields, names: tuple[str, ...], found: JsonObject) -> JsonObject:
    shown = {name: found.get(fields[name].read_as or name) for name in names}
    return {name: cut(fields[name].schema, item) for name, item in shown.items() if item is not None}
