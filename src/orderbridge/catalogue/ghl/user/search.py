"""An action: search users."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.user import ROW
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.paging import SKIP, Listing, pages
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.reads import listing
from orderbridge.core.jsonio import JsonObject

_LIST = Listing(call="GET /users/search", rows="users", paging=SKIP)
_DECLARED = listing(
    id="ghl.user.search",
    title="Search users",
    description="Finds users by name or e-mail address; the agency that HighLevel asks for is looked up by itself.",
    many=_LIST,
    fields={"query": text("Part of the name, the address or the number.")},
    row=ROW,
    calls="1, and 1 for every 100 rows",
    scopes=("locations.readonly", "users.readonly"),
    example={"query": "ada"},
    example_output={"rows": [{"id": "qXy7W2mBvN5KcL3pRtZ8", "name": "Ada Byron"}], "count": 1, "more": False},
)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    answer = await prepare(find("ghl", "GET /locations/{locationId}"), ctx, {}).send(ctx)
    location: JsonObject = answer.get("location") or answer
    values = {"companyId": location["companyId"]}
    if "query" in given:
        values["query"] = given["query"]
    wanted = given.get("limit", 100)
    rows: list[JsonObject] = []
    async for row in pages(ctx, "ghl", _LIST, values):
        if len(rows) >= wanted:
            return {"rows": rows, "count": len(rows), "more": True}
        rows.append(to_ours(row))
    return {"rows": rows, "count": len(rows), "more": False}


OPERATION = replace(_DECLARED, run=_run)
