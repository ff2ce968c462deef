"""/objects: kinds of records that an account made up, and their records."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found, unprocessable
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.validation import Shape, an_object, anything, list_of, number, text

# The published shapes are empty; these are the fields that the samples have.
_RECORD = Shape(properties=an_object, owner=list_of(text), followers=list_of(text))
_NEW_RECORD = _RECORD.extended(required="locationId properties", locationId=text)
_SEARCH = Shape(
    required="locationId page pageLimit query searchAfter",
    locationId=text,
    page=number,
    pageLimit=number,
    query=text,
    searchAfter=list_of(anything),
)


def _object(call: Call, key: str) -> JsonObject:
    row = next((row for row in call.world.objects if key in (row["key"], row["id"])), None)
    if row is None:
        raise not_found("Object not found")
    return call.owned(row)


def _shown_object(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "fields"}


def _objects(call: Call) -> Answer:
    place = call.query["locationId"]
    rows = [_shown_object(row) for row in call.world.objects if row["locationId"] == place]
    return Answer({"objects": rows, "traceId": call.world.uuid()})


def _get_object(call: Call) -> Answer:
    row = _object(call, call.params["key"])
    answer = {"object": _shown_object(row), "cache": False, "traceId": call.world.uuid()}
    if call.query.get("fetchProperties") == "true":
        answer["fields"] = row["fields"]
    return Answer(answer)


def _find(call: Call) -> JsonObject:
    kind = _object(call, call.params["schemaKey"])
    row = call.world.object_records.get(call.params["id"])
    if row is None or row["objectKey"] != kind["key"]:
        raise not_found("Record not found")
    return call.owned(row)


def _properties(kind: JsonObject, given: JsonObject) -> JsonObject:
    known = {field["fieldKey"].rpartition(".")[2] for field in kind["fields"]}
    unknown = [f"property {name} should not exist" for name in given if name not in known]
    if unknown:
        raise unprocessable(unknown)
    return given


def _shown(row: JsonObject) -> JsonObject:
    names = ("id", "owner", "followers", "properties")
    return {name: row[name] for name in names} | {
        "dateAdded": row["createdAt"],
        "dateUpdated": row["updatedAt"],
    }


def _answer(call: Call, row: JsonObject, status: int = 200) -> Answer:
    return Answer({"record": _shown(row), "traceId": call.world.uuid()}, status)


def _add(call: Call) -> Answer:
    world, kind = call.world, _object(call, call.params["schemaKey"])
    by = {"channel": "INTEGRATION", "createdAt": world.now(), "source": "api", "sourceId": call.user_id}
    row = {
        "id": world.object_id(),
        "owner": call.body.get("owner", []),
        "followers": call.body.get("followers", []),
        "properties": _properties(kind, call.body["properties"]),
        "locationId": call.body["locationId"],
        "objectId": kind["id"],
        "objectKey": kind["key"],
        "createdBy": by,
        "lastUpdatedBy": by,
        "createdAt": world.now(),
        "updatedAt": world.now(),
    }
    return _answer(call, world.object_records.add(row), 201)


def _get(call: Call) -> Answer:
    return _answer(call, _find(call))


def _change(call: Call) -> Answer:
    row = _find(call)
    kind = _object(call, call.params["schemaKey"])
    changes = dict(call.body)
    if "properties" in changes:
        changes["properties"] = row["properties"] | _properties(kind, changes["properties"])
    return _answer(call, call.world.object_records.update(row, **changes, updatedAt=call.world.now()))


def _delete(call: Call) -> Answer:
    row = _find(call)
    call.world.object_records.remove(row)
    return Answer({"id": row["id"], "success": True})


def _search(call: Call) -> Answer:
    body, kind = call.body, _object(call, call.params["schemaKey"])
    needle, limit = str(body.get("query", "")).lower(), int(body["pageLimit"])
    rows, total = call.world.object_records.page(
        equal={"objectKey": kind["key"], "locationId": body["locationId"]},
        keep=lambda row: needle in " ".join(map(str, row["properties"].values())).lower(),
        offset=call.start((max(1, int(body["page"])) - 1) * limit),
        limit=limit,
    )
    shown = [row | {"searchAfter": [number]} for number, row in enumerate(rows)]
    return Answer({"records": shown, "total": total, "traceId": call.world.uuid()})


_RECORDS = "/objects/{schemaKey}/records"
_ONE = f"{_RECORDS}/{{id}}"

ROUTES = [
    Route("GET", "/objects/", _objects, query=LOCATION_ID),
    Route("GET", "/objects/{key}", _get_object, query=LOCATION_ID),
    Route("POST", _RECORDS, _add, body=_NEW_RECORD),
    Route("POST", f"{_RECORDS}/search", _search, body=_SEARCH),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _change, query=LOCATION_ID, body=_RECORD),
    Route("DELETE", _ONE, _delete),
]
