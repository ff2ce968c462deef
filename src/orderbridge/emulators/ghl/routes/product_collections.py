"""/products/collections: groups of products in a shop."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found
from orderbridge.emulators.ghl.routes.queries import ALT, LOCATION, PAGED
from orderbridge.emulators.ghl.validation import Shape, an_object, text

_UPDATE = Shape(
    required="altId altType", altId=text, altType=LOCATION, name=text, slug=text, image=text, seo=an_object
)
_CREATE = _UPDATE.extended(required="name slug", collectionId=text)


def _find(call: Call) -> JsonObject:
    row = call.world.collections.get(call.params["collectionId"])
    if row is None:
        raise not_found("Collection not found")
    return call.owned(row)


def _check_slug(call: Call, own: JsonObject | None = None) -> None:
    slug = call.body.get("slug")
    others = [row for row in call.world.collections.where("altId", call.body["altId"]) if row is not own]
    if slug and any(row["slug"] == slug for row in others):
        raise bad_request("Collection slug is already taken")


def _list(call: Call) -> Answer:
    offset, limit = call.page(10)
    wanted = set(filter(None, call.query.get("collectionIds", "").split(",")))
    needle = call.query.get("name", "").lower()
    rows, total = call.world.collections.page(
        equal={"altId": call.query["altId"]},
        keep=lambda row: needle in row["name"].lower() and (not wanted or row["_id"] in wanted),
        offset=offset,
        limit=limit,
    )
    return Answer({"data": rows, "total": total})


def _add(call: Call) -> Answer:
    _check_slug(call)
    world = call.world
    content = {name: value for name, value in call.body.items() if name not in ("altType", "collectionId")}
    row = {"_id": world.object_id(), "image": "", "seo": {}, "createdAt": world.now(), **content}
    return Answer({"data": world.collections.add(row)}, 201)


def _get(call: Call) -> Answer:
    return Answer({"data": _find(call), "status": True})


def _change(call: Call) -> Answer:
    row = _find(call)
    _check_slug(call, row)
    changes = {name: value for name, value in call.body.items() if name not in ("altId", "altType")}
    call.world.collections.update(row, **changes)
    # The changed collection itself is not shown.
    return Answer({"status": True, "message": "Collection updated"})


def _delete(call: Call) -> Answer:
    call.world.collections.remove(_find(call))
    return Answer({"status": True, "message": "Collection deleted"})


_ALL = "/products/collections"
_ONE = f"{_ALL}/{{collectionId}}"
# Reading one is described without altType.
_ALT_ID = Shape(required="altId", loose=True, altId=text)

ROUTES = [
    Route("GET", _ALL, _list, query=PAGED),
    Route("POST", _ALL, _add, body=_CREATE),
    Route("GET", _ONE, _get, query=_ALT_ID),
    Route("PUT", _ONE, _change, body=_UPDATE),
    Route("DELETE", _ONE, _delete, query=ALT),
]
