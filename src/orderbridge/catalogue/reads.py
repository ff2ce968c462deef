"""Operations that are one published call and only look: declared, not programmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import Fields, on_the_wire, whole
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.paging import Listing, pages, with_id
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_ANY: JsonObject = {"type": "object"}
_MOST_ROWS = 10_000
_LIMIT = whole("Rows at most; every page that is needed for them is read.", minimum=1, maximum=_MOST_ROWS)


def reading(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    fields: Fields,
    inside: str | None = None,
    fixed: JsonObject | None = None,
    output: JsonObject = _ANY,
    owners: bool = False,
    **more: Any,
) -> Operation:
    """Declare an operation that reads one thing.

    Args:
        id: ``ghl.coupon.get``.
        title: A few words.
        description: One sentence.
        call: ``GET /payments/coupon``.
        fields: Its input; each field goes where the call wants it.
        inside: The key that holds the record in the answer.
        fixed: What the request always carries, in the provider's names.
        output: JSON Schema of the record in our names.
        owners: Whether the record's keys are the owner's own and stay as they are.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], call)
    record = Record(system=published.system, kind=id.split(".")[1], one=call, inside=inside, owners=owners)

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        request = prepare(published, ctx, (fixed or {}) | on_the_wire(fields, given))
        answer = await request.send(ctx)
        if inside is not None and isinstance(answer, Mapping) and answer.get(inside) is None:
            raise NotFoundError(f"{title}: nothing was found", cause="record.not_found")
        return record.shown(answer)

    own = {"title": title, "description": description, "output_schema": output, "run": run, "calls": "1"}
    return declared(id, published, fields, own | more)


def listing(
    *,
    id: str,
    title: str,
    description: str,
    many: Listing,
    fields: Fields,
    row: JsonObject = _ANY,
    owners: bool = False,
    most: int = 100,
    query: Callable[[JsonObject], JsonObject] | None = None,
    only: Callable[[JsonObject, JsonObject], bool] | None = None,
    **more: Any,
) -> Operation:
    """Declare an operation that lists, page by page, each row once.

    Args:
        id: ``ghl.coupon.list``.
        title: A few words.
        description: One sentence.
        many: How the list is read.
        fields: Filters.
        row: JSON Schema of a row in our names.
        owners: Whether the rows' keys are the owner's own and stay as they are.
        most: Rows where the caller says nothing.
        query: Makes of the input what the request carries, in the provider's names, where that is not each
            field as it is (Act!'s filters are one text).
        only: Tells from a row, in our names, and the input whether it is wanted, for what the provider cannot
            filter.
        more: Further attributes of ``Operation``.
    """
    published = find(id.partition(".")[0], many.call)
    whole_input = dict(fields) | {"limit": _LIMIT}

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        asked = {name: item for name, item in given.items() if name != "limit"}
        values = query(asked) if query else on_the_wire(fields, asked)
        wanted = given.get("limit", most)
        rows: list[JsonObject] = []
        async for found in pages(ctx, published.system, many, values):
            shown = with_id(found) if owners else to_ours(found)
            if only is not None and not only(shown, given):
                continue
            if len(rows) >= wanted:
                return {"rows": rows, "count": len(rows), "more": True}
            rows.append(shown)
        return {"rows": rows, "count": len(rows), "more": False}

    output = {
        "type": "object",
        "properties": {
            "rows": {"type": "array", "items": row},
            "count": {"type": "integer"},
            "more": {"type": "boolean"},
        },
        "required": ["rows", "count", "more"],
    }
    own = {"title": title, "description": description, "output_schema": output, "run": run}
    calls = f"1 for every {many.page_rows} rows"
    return declared(id, published, whole_input, own | {"calls": calls} | more)
