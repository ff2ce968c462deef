"""Drop-down lists: the values that people pick from, and which fields of a record type use them.

Source: Act! Web API notes, section 11.9.
"""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, times
from orderbridge.emulators.act.answers import Answer, created, ok
from orderbridge.emulators.act.binding import fit
from orderbridge.emulators.act.errors import binding, invalid, not_found
from orderbridge.emulators.act.routes_metadata import STOCK
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, OBJECT, TEXT, TIME

_LIST_FIELDS = dict.fromkeys(("id", "name", "type", "description"), TEXT)
_LIST_FIELDS |= {"isEditable": BOOL, "isAutoInsert": BOOL, "created": TIME, "edited": TIME, "items": OBJECT}
_ITEM_FIELDS = dict.fromkeys(("id", "value", "description"), TEXT)
_WRITABLE = {"name": TEXT, "description": TEXT, "isEditable": BOOL, "isAutoInsert": BOOL}
_TYPES = ("Character", "Currency", "Number", "Decimal")
_MANAGE = "Manage Drop-downs"


def _post_drop_down(call: Call) -> Answer:
    access.require(call.world, call.user, _MANAGE)
    body = call.object("CreateDropDownList")
    if body.get("type") not in _TYPES:
        raise invalid("The Type field is required.")
    now = times.wire(call.world.now())
    row: JsonObject = {
        "id": call.world.new_id(),
        "name": None,
        "type": body["type"],
        "isEditable": True,
        "isAutoInsert": False,
        "description": None,
        "created": now,
        "edited": now,
        "items": [],
    }
    _take_over(call, row, body)
    call.world.drop_downs[row["id"]] = row
    return created(row)


def _put_drop_down(call: Call) -> Answer:
    """Replace a list by the body: values that it leaves out are gone."""
    access.require(call.world, call.user, _MANAGE)
    row = _drop_down(call, "id")
    body = call.object("DropDownList")
    if body.get("id") and str(body["id"]).lower() != row["id"]:
        raise invalid(f"The id in the body ({body['id']}) is not the id in the path ({row['id']}).")
    changed = dict(row)
    if call.world.faults.put_omitted == "blank":
        changed |= {"description": None, "items": []}
    _take_over(call, changed, body)
    row |= changed | {"edited": times.wire(call.world.now())}
    return ok(row)


def _take_over(call: Call, row: JsonObject, body: JsonObject) -> None:
    faults = call.world.faults
    row |= {name: fit(kind, body[name], name, faults) for name, kind in _WRITABLE.items() if name in body}
    if not row["name"]:
        raise invalid("The Name field is required.")
    others = [item for item in call.world.drop_downs.values() if item["id"] != row["id"]]
    if any(item["name"].lower() == row["name"].lower() for item in others):
        raise invalid(f"A drop-down list with the name '{row['name']}' already exists.")
    if body.get("items") is not None:
        row["items"] = [_new_item(call, item) for item in _objects(call, body["items"])]


def _objects(call: Call, items: Any) -> list[JsonObject]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        target = "System.Collections.Generic.List`1[Act.Web.API.Models.DropDownItem]"
        raise binding(call.world.faults.binding_error, items, target, "items")
    return items


def _new_item(call: Call, item: JsonObject) -> JsonObject:
    faults = call.world.faults
    return {
        "id": item.get("id") or call.world.new_id(),
        "value": fit(TEXT, item.get("value"), "items.value", faults),
        "description": fit(TEXT, item.get("description"), "items.description", faults),
    }


def _drop_down(call: Call, parameter: str) -> JsonObject:
    wanted = call.params[parameter].lower()
    for row in call.world.drop_downs.values():
        if wanted in (row["id"], row["name"].lower()):
            return row
    raise not_found("Drop-down list", call.params[parameter])


def _item(call: Call) -> Answer:
    for row in _drop_down(call, "list")["items"]:
        if call.params["item"].lower() in (row["id"], row["value"].lower()):
            return ok(row)
    raise not_found("Drop-down item", call.params["item"])


def _picklists(call: Call) -> list[JsonObject]:
    return [
        {name: row[name] for name in ("id", "name", "description", "created", "edited")}
        | {"recordType": STOCK.get(call.params["recordType"].lower()), "fields": []}
        for row in call.world.drop_downs.values()
    ]


def _picklist(call: Call) -> Answer:
    for row in _picklists(call):
        if row["id"] == call.params["id"].lower():
            return ok(row)
    raise not_found("Picklist", call.params["id"])


def _list_picklists(call: Call) -> Answer:
    fields = dict.fromkeys(("id", "name", "recordType", "description"), TEXT)
    return simple_list(call, _picklists(call), fields)


def add(router: Router) -> None:
    """Register the routes."""
    lists = "/api/metadata/drop-down/lists"
    router.add("GET", lists, lambda call: simple_list(call, call.world.drop_downs.values(), _LIST_FIELDS))
    router.add("POST", lists, _post_drop_down)
    router.add("GET", f"{lists}/{{id}}", lambda call: ok(_drop_down(call, "id")))
    router.add("PUT", f"{lists}/{{id}}", _put_drop_down)
    items = f"{lists}/{{list}}/items"
    router.add("GET", items, lambda call: simple_list(call, _drop_down(call, "list")["items"], _ITEM_FIELDS))
    router.add("GET", f"{items}/{{item}}", _item)
    router.add("GET", "/api/metadata/{recordType}/picklists", _list_picklists)
    router.add("GET", "/api/metadata/{recordType}/picklists/{id}", _picklist)
