"""Create a row of a custom table, or change the one that has the same value in its key field."""

from __future__ import annotations

from orderbridge.catalogue.act.custom_record import CUSTOM_RECORD, FIELDS, PERMISSIONS, TABLE
from orderbridge.catalogue.act.custom_record.create import OPERATION as CREATE
from orderbridge.catalogue.act.custom_record.update import OPERATION as UPDATE
from orderbridge.catalogue.act.samples import RECORD_ID
from orderbridge.catalogue.act.samples import written as example_of
from orderbridge.catalogue.comparing import same, value_at
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, needing, object_of, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.proving import written
from orderbridge.connectors.act import odata
from orderbridge.core.errors import FlowError, HeldError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject, fingerprint

_MOST_ROWS = 100_000
_FIELDS = (
    TABLE
    | {
        "key_field": needed(
            text(
                "The field by which a row is known again; its value stands in fields.",
                pattern=r"^[A-Za-z_]\w*$",
            )
        )
    }
    | needing(FIELDS, "fields")
)
_RESULT = written(CUSTOM_RECORD)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    key, table = given["key_field"], given["table"]
    wanted = value_at(given["fields"], key)
    if wanted in (None, ""):
        raise FlowError(
            f"act.custom_record.upsert: fields has no value for its key {key!r}; without it no row can be known again",
            cause="flow.input_refused",
        )
    values = {name: item for name, item in given.items() if name != "key_field"}
    # Two spellings of one value are one row, so the second caller waits for the first.
    value = wanted.strip().casefold() if isinstance(wanted, str) else fingerprint(wanted)
    async with ctx.exclusive([f"match/custom/{table.casefold()}/{key.casefold()}/{value}"], system="act"):
        found = [row for row in await _rows(ctx, given, key, wanted) if same(value_at(row, key), wanted)]
        if len(found) > 1:
            raise HeldError(
                f"{len(found)} rows of the custom table {table} have {key} {wanted!r} (ids "
                f"{', '.join(str(row['id']) for row in found)}); delete all but one, and try again",
                cause="custom_record.several_matches",
            )
        assert CREATE.run is not None
        assert UPDATE.run is not None
        if found:
            return await UPDATE.run(ctx, values | {"record_id": found[0]["id"]}) | {"how": "changed"}
        return await CREATE.run(ctx, values) | {"how": "created"}


async def _rows(ctx: ActionContext, given: JsonObject, key: str, wanted: object) -> list[JsonObject]:
    """Return the rows that may be it: filtered by Act! where the build can, else all of them."""
    query = {"$filter": odata.eq(key, wanted)} if isinstance(wanted, str) else {}
    try:
        return [row async for row in CUSTOM_RECORD.listed(ctx, given, most=_MOST_ROWS, query=query)]
    except (RejectedError, TransientError):
        if not query:
            raise
        return [row async for row in CUSTOM_RECORD.listed(ctx, given, most=_MOST_ROWS)]


OPERATION = Operation(
    id="act.custom_record.upsert",
    system="act",
    title="Create or change a row of a custom table",
    description=(
        "Changes the row whose key field has the given value, or creates it; where the build cannot filter by that "
        "field, every row is read, and where several have the value it is left to a person."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=_RESULT | {"properties": _RESULT["properties"] | {"how": {"enum": ["changed", "created"]}}},
    example={
        "table": "Payments",
        "key_field": "reference",
        "fields": {"reference": "t-1042", "amount": 498, "status": "succeeded"},
    },
    example_output=example_of(RECORD_ID, reference="t-1042") | {"how": "created"},
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    proof="read back by id; found again by its key field, which is looked for first",
    calls="3 to 4, and 1 for every 200 rows where the build cannot filter",
    run=_run,
)
