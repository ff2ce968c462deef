"""An action: change a drop-down list, and add values to it."""

from __future__ import annotations

from orderbridge.catalogue.act.drop_down import DROP_DOWN, FIELDS, ID, ITEMS, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import RECORD_ID
from orderbridge.catalogue.act.samples import written as example_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import on_the_wire
from orderbridge.catalogue.names import to_theirs
from orderbridge.catalogue.operation import READS, WRITES
from orderbridge.catalogue.proving import SingleWrite, alone, proved, written
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_CALL = find("act", "PUT /api/metadata/drop-down/lists/{id}")
_FIELDS = ID | FIELDS | {"add_items": ITEMS}
_SERVERS_OWN = ("created", "edited")


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    # The list is written as a whole, so that two changes at once would undo each other.
    async with alone(ctx, DROP_DOWN, given["drop_down_id"]):
        return await _changed(ctx, given)


async def _changed(ctx: ActionContext, given: JsonObject) -> JsonObject:
    list_id, added = given["drop_down_id"], given.get("add_items", [])
    wanted = {name: given[name] for name in FIELDS if name in given}
    wanted |= {f"values.{item['value']}": True for item in added}

    async def look() -> JsonObject | None:
        found = await DROP_DOWN.read(ctx, list_id, given)
        if found is None:
            raise NotFoundError(
                f"there is no drop-down list {list_id} in Act!; nothing was changed", cause="record.not_found"
            )
        return found | {"values": {item["value"]: True for item in found.get("items") or ()}}

    async def put(_actual: JsonObject | None) -> None:
        assert write.found is not None
        there = write.found["values"]
        # The list is replaced as a whole: a value that is left out would be gone.
        whole = {name: item for name, item in write.found.items() if name not in (*_SERVERS_OWN, "values")}
        items = [*(whole.get("items") or ()), *(item for item in added if item["value"] not in there)]
        body = to_theirs(whole | {name: given[name] for name in FIELDS if name in given} | {"items": items})
        request = prepare(_CALL, ctx, on_the_wire(ID, {"drop_down_id": list_id}) | body)
        request.body["id"] = list_id
        await request.send(ctx)

    write = SingleWrite(
        system="act", kind=DROP_DOWN.name, reference=list_id, wanted=wanted, look=look, put=put
    )
    result = await proved(ctx, write)
    shown = {name: item for name, item in result["record"].items() if name != "values"}
    return result | {"record": shown}


OPERATION = declared(
    "act.drop_down.update",
    _CALL,
    _FIELDS,
    {
        "title": "Change a drop-down list",
        "description": (
            "Changes a list and adds values to it; values are never taken away, since Act! replaces the whole list and "
            "records keep what was picked as a text."
        ),
        "run": _run,
        "output_schema": written(DROP_DOWN),
        "effects": frozenset({READS, WRITES}),
        "calls": "3, or 1 where nothing differs",
        "proof": "read before, so that every other value is sent along; read back by id",
        "permissions": WRITE_PERMISSIONS,
        "example": {"drop_down_id": RECORD_ID, "add_items": [{"value": "Enterprise"}]},
        "example_output": example_of(RECORD_ID, name="Plan"),
    },
)
