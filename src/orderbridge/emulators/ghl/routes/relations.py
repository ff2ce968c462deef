"""/associations: which kinds of records can belong together, and which records do."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.table import Table
from orderbridge.emulators.ghl.validation import Shape, numeric_text, text

_NEW = Shape(
    required="locationId associationId firstRecordId secondRecordId",
    locationId=text,
    associationId=text,
    firstRecordId=text,
    secondRecordId=text,
)
_PAGED = LOCATION_ID.extended(required="skip limit", skip=numeric_text, limit=numeric_text)


def _page(call: Call, rows: list[JsonObject]) -> list[JsonObject]:
    skip, limit = int(call.query["skip"]), int(call.query["limit"])
    return rows[skip : skip + limit]


def _association(world: GhlWorld, association_id: str) -> JsonObject:
    row = world.associations.get(association_id)
    if row is None:
        raise not_found("Association not found")
    return row


def _associations(call: Call) -> Answer:
    rows = [row for row in call.world.associations if row["locationId"] == call.query["locationId"]]
    return Answer({"associations": _page(call, rows), "total": len(rows), "traceId": call.world.uuid()})


def _get_association(call: Call) -> Answer:
    return Answer(call.owned(_association(call.world, call.params["associationId"])))


def _table_of(world: GhlWorld, key: str) -> Table:
    standard = {"contact": world.contacts, "opportunity": world.opportunities, "business": world.businesses}
    return standard.get(key, world.object_records)


def _relate(call: Call) -> Answer:
    world, body = call.world, call.body
    kind = call.owned(_association(world, body["associationId"]))
    for side in ("first", "second"):
        if _table_of(world, kind[f"{side}ObjectKey"]).get(body[f"{side}RecordId"]) is None:
            raise not_found(f"The {side} record does not exist")
    ends = (body["firstRecordId"], body["secondRecordId"])
    for row in world.relations:
        if row["associationId"] == kind["id"] and ends == (row["firstRecordId"], row["secondRecordId"]):
            raise bad_request("Relation already exists")
    names = ("key", "firstObjectLabel", "firstObjectKey", "secondObjectLabel", "secondObjectKey")
    row = {name: kind[name] for name in (*names, "associationType")}
    row |= body | {"id": world.object_id(), "createdAt": world.now()}
    return Answer(world.relations.add(row), 201)


def _relations(call: Call) -> Answer:
    wanted = set(filter(None, call.query.get("associationIds", "").split(",")))
    rows = [
        row
        for row in call.world.relations
        if call.params["recordId"] in (row["firstRecordId"], row["secondRecordId"])
        and (not wanted or row["associationId"] in wanted)
    ]
    return Answer({"relations": _page(call, rows), "total": len(rows), "traceId": call.world.uuid()})


def _unrelate(call: Call) -> Answer:
    row = call.world.relations.get(call.params["relationId"])
    if row is None:
        raise not_found("Relation not found")
    call.world.relations.remove(call.owned(row))
    return Answer(row)


ROUTES = [
    Route("GET", "/associations/", _associations, query=_PAGED),
    Route("GET", "/associations/{associationId}", _get_association),
    Route("POST", "/associations/relations", _relate, body=_NEW),
    Route("GET", "/associations/relations/{recordId}", _relations, query=_PAGED),
    Route("DELETE", "/associations/relations/{relationId}", _unrelate, query=LOCATION_ID),
]
