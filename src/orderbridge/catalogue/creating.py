"""Operations that create a record by one published call: declared, and proved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, as_written, on_the_wire
from orderbridge.catalogue.names import ours
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import Fill, SingleWrite, nothing_else, proved, wanted_of, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import BadRecordError, InDoubtError, RejectedError
from orderbridge.core.jsonio import JsonObject


def creating(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    record: Record,
    fixed: JsonObject | None = None,
    fill: Fill = nothing_else,
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
        wanted = wanted_of(fields, given, record)
        query = search(given) if search else None
        once: JsonObject = {ours(name): None for name in answered}

        # By its id, whatever a person has made of it since: a replay must not create it once more.
        earlier = await ctx.made_before(record.system, record.name)

        async def look() -> JsonObject | None:
            if write.record_id is not None and (record.one or record.many) is not None:
                there = await record.read(ctx, write.record_id, given, query)
                if there is not None or write.record_id != earlier:
                    return there
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
            known_absent=ctx.journal_complete and earlier is None, record_id=earlier,
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
