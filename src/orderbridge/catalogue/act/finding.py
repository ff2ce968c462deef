"""Operations that find a record by one of its fields, and create it where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Fields, needing, object_of
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import written
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject


def found_or_created(
    *,
    id: str,
    record: Record,
    fields: Fields,
    by: str,
    sought: Callable[[JsonObject], JsonObject],
    create: Operation,
    sample: str,
    example: JsonObject,
    **more: Any,
) -> Operation:
    """Declare an operation that finds a record or creates it; one that is found is left as it is.

    Two runs that look for the same value wait for each other, so that not both create it.

    Args:
        id: ``act.company.find_or_create``.
        record: The kind of record.
        fields: What ``create`` takes.
        by: The field by which it is found, whatever the case.
        sought: From the input, the filter under which Act! lists those that have it.
        create: The operation that creates.
        sample: An id for the example.
        example: An input that works.
        more: Further attributes of ``Operation``, its title and description among them.
    """
    assert create.run is not None
    created = create.run

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        wanted = given[by].strip().casefold()
        async with ctx.exclusive([f"match/{record.name}/{wanted}"]):
            rows = [row async for row in record.listed(ctx, given, most=100, query=sought(given))]
            # Act! compares as its database was set up: with or without regard to case.
            found = [row for row in rows if str(row.get(by) or "").strip().casefold() == wanted]
            if len(found) > 1:
                ids = ", ".join(str(row["id"]) for row in found)
                raise HeldError(
                    f"{len(found)} Act! records of kind {record.kind} have the {by.replace('_', ' ')} {given[by]!r} "
                    f"(ids {ids}); delete or rename all but one, and try again",
                    cause=f"{record.kind}.several_matches",
                )
            if found:
                return {"id": found[0]["id"], "verdict": "unchanged", "record": found[0], "how": "found"}
            return await created(ctx, given) | {"how": "created"}

    result = written(record)
    return Operation(
        id=id,
        system="act",
        input_schema=object_of(needing(fields, by)),
        output_schema=result | {"properties": result["properties"] | {"how": {"enum": ["found", "created"]}}},
        example=example,
        example_output={"id": sample, "verdict": "confirmed", "record": {"id": sample}, "how": "created"},
        effects=frozenset({READS, WRITES}),
        proof=f"read back by id; found again by its {by.replace('_', ' ')}, which is looked for first",
        calls="3, or 1 where it is there",
        run=run,
        **more,
    )
