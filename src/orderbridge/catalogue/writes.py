"""Operations that are one published call and write: declared, not programmed, and proved.

The record is read back, and a repeat after a lost answer looks before it sends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, as_written, cut, on_the_wire
from orderbridge.catalogue.names import ours, theirs
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record, seen_as
from orderbridge.core.errors import BadRecordError, InDoubtError, NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject

Look = Callable[[], Awaitable[JsonObject | None]]
Send = Callable[[JsonObject | None], Awaitable[None]]
# From the input, and the record as it is (empty where there is none yet), what else the request carries.
Fill = Callable[[ActionContext, JsonObject, JsonObject], Awaitable[JsonObject]]


@dataclass(kw_only=True)
class SingleWrite:
    """One record to write (a ``WriteSet``), as the declarations below fill it in.

    Attributes:
        look: Reads the record back, or finds the one that an earlier attempt left.
        put: Sends.
        found: The record as it was read last.
    """

    system: str
    kind: str
    reference: str
    wanted: JsonObject
    look: Look
    put: Send
    known_absent: bool = False
    record_id: str | None = None
    found: JsonObject | None = field(default=None, init=False)

    async def read(self) -> JsonObject | None:
        """Return what is there, cut to what is wanted."""
        self.found = await self.look()
        return None if self.found is None else seen_as(self.found, self.wanted)

    async def send(self, actual: JsonObject | None) -> None:
        """Send what is missing."""
        await self.put(actual)


def written(record: Record) -> JsonObject:
    """Return the JSON Schema of what a proved write gives."""
    return {
        "type": "object",
        "description": f"The {record.kind} as it was read back, and what that proves.",
        "properties": {
            "id": {"type": ["string", "null"]},
            "verdict": {"enum": ["confirmed", "altered", "ignored", "unchanged"]},
            "record": {"type": ["object", "null"]},
        },
        "required": ["id", "verdict", "record"],
    }


async def _nothing_else(_ctx: ActionContext, _given: JsonObject, _before: JsonObject) -> JsonObject:
    return {}


async def proved(ctx: ActionContext, write: SingleWrite) -> JsonObject:
    """Write, read back, and return the record with its id and the verdict."""
    proof = await ctx.prove(write)
    if write.found is None and proof.target_id is not None:
        # Settled by an earlier attempt, so nothing was read now.
        await write.read()
    return {"id": proof.target_id, "verdict": proof.verdict, "record": write.found}


def _wanted(fields: Fields, given: JsonObject, record: Record) -> JsonObject:
    where = {record.id_name, *map(theirs, record.parents)}
    wanted: JsonObject = {}
    for name, value in given.items():
        field = fields[name]
        unseen = not field.proved or name in record.parents
        if unseen or (field.wire or theirs(name)) in where:
            continue
        shown = field.read_as or name
        if field.raw and isinstance(value, Mapping):
            # Each by itself: a key that the provider does not know is ignored, and that has to come out.
            wanted |= {key if field.spread else f"{shown}.{key}": item for key, item in value.items()}
        else:
            wanted[shown] = field.shows(value) if field.shows else value
    return wanted


def creating(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    fixed: JsonObject | None = None,
    fill: Fill = _nothing_else,
    search: Callable[[JsonObject], JsonObject] | None = None,
    distrusted: frozenset[int] = frozenset(),
    id_in_answer: bool = True,
    answered: tuple[str, ...] = (),
    proof: str | None = None,
    **more: Any,
) -> Operation:
    """Declare an operation that creates a record and proves it.

    Each call creates one; a repeat of the same step after a lost answer finds what it created.

    Args:
        id: ``ghl.coupon.create``.
        title: A few words.
        description: One sentence.
        call: ``POST /payments/coupon``.
        fields: Its input.
        record: The kind of record, with how it is read and listed.
        fixed: What the request always carries, in the provider's names.
        fill: Looks up what else the request carries, in the provider's names; what was given wins.
        search: Filters, in the provider's names, that shorten the list in which a lost creation is sought.
        distrusted: Statuses of refusals after which the record has been seen to exist all the same.
        id_in_answer: False where the answer only repeats what was sent; the record is then found in its list.
        answered: Keys of the answer that no call shows again; they come back beside the record, empty where the
            answer was lost.
        proof: How it is proved, where that is not said by ``record``.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], call)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        given = as_written(fields, given)
        wanted = _wanted(fields, given, record)
        query = search(given) if search else None
        once: JsonObject = {ours(name): None for name in answered}

        async def look() -> JsonObject | None:
            if write.record_id is not None and (record.one or record.many) is not None:
                return await record.read(ctx, write.record_id, given, query)
            return await record.found_again(ctx, given, wanted, query)

        async def put(actual: JsonObject | None) -> None:
            if actual is not None:
                # Created and not quite as wanted: a second one would not be better.
                return
            values = (fixed or {}) | await fill(ctx, given, {}) | on_the_wire(fields, given)
            try:
                answer = await prepare(published, ctx, values).send(ctx)
            except RejectedError as error:
                if error.status not in distrusted or await look() is None:
                    raise
                return
            if not id_in_answer:
                return
            once.update({ours(name): answer[name] for name in answered if name in answer})
            try:
                write.record_id = str(record.shown(answer)["id"])
            except (BadRecordError, KeyError) as error:
                raise InDoubtError(
                    f"{call}: accepted, but the answer holds no id; the record is looked up before anything "
                    "is sent again",
                    cause="record.unreadable_answer",
                ) from error

        write = SingleWrite(
            system=record.system, kind=record.name, reference=ctx.attempt_id, wanted=wanted, look=look, put=put,
            known_absent=ctx.journal_complete,
        )  # fmt: skip
        return await proved(ctx, write) | once

    how = "read back by id" if record.one else "read back from its list"
    again = (
        f"; found again in its list by {', '.join(record.match) or 'all that was sent'}"
        if record.many
        else ""
    )
    own = {
        "title": title,
        "description": description,
        "output_schema": written(record),
        "run": run,
        "effects": frozenset({READS, WRITES}),
        "repeatable": False,
        "calls": "2",
        "proof": proof or how + again,
    }
    return declared(id, published, fields, own | more)


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
    fill: Fill = _nothing_else,
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
        given = as_written(fields, given)
        record_id = given[key]
        wanted = {name: item for name, item in _wanted(fields, given, record).items() if name != key}

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
    fill: Fill = _nothing_else,
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
        given = as_written(fields, given)
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
