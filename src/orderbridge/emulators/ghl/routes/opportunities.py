"""/opportunities: pipelines, deals, and a search whose parameters change their spelling in v3."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found, unprocessable
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.shapes import full_name
from orderbridge.emulators.ghl.validation import (
    Shape,
    an_object,
    anything,
    list_of,
    number,
    numeric_text,
    one_of,
    parsed_number,
    text,
)
from orderbridge.emulators.ghl.wire import snake, without_none

_STATUS = one_of("open", "won", "lost", "abandoned", "all")
_VALUE = Shape(id=text, key=text, field_value=anything, fieldValue=anything)
_UPDATE = Shape(
    pipelineId=text,
    name=text,
    pipelineStageId=text,
    status=_STATUS,
    monetaryValue=number,
    forecastExpectedCloseDate=text,
    forecastProbability=number,
    assignedTo=text,
    customFields=list_of(_VALUE),
)
_CREATE = _UPDATE.extended(
    required="pipelineId locationId name status contactId", locationId=text, contactId=text
)
_SET_STATUS = Shape(required="status", status=_STATUS, lostReasonId=text)
_ADVANCED = Shape(
    required="locationId limit page",
    locationId=text,
    query=text,
    limit=number,
    page=number,
    searchAfter=list_of(anything),
    additionalDetails=an_object,
    filters=list_of(anything),
)
_FILTERS = ("locationId", "pipelineId", "pipelineStageId", "contactId", "assignedTo")
_MOST_ROWS = 100
_LOST_REASONS = ("Too dear", "Bought elsewhere")


def _find(call: Call) -> JsonObject:
    row = call.world.opportunities.get(call.params["id"])
    if row is None:
        raise not_found(f"Opportunity with id {call.params['id']} not found")
    return call.owned(row)


def _view(call: Call, row: JsonObject) -> JsonObject:
    contact = call.world.contacts.get(row["contactId"]) or {}
    person = {
        "id": row["contactId"],
        "name": full_name(contact) or "",
        "companyName": contact.get("companyName"),
        "email": contact.get("email"),
        "phone": contact.get("phone"),
        "tags": contact.get("tags", []),
    }
    return row | {"contact": without_none(person)}


def _stage(call: Call, pipeline_id: str, stage_id: str | None) -> str:
    pipeline = call.world.pipelines.get(pipeline_id)
    if pipeline is None:
        raise bad_request("The pipeline id is invalid.")
    stages = [stage["id"] for stage in pipeline["stages"]]
    if stage_id is not None and stage_id not in stages:
        raise bad_request("The pipeline stage id is invalid.")
    return stage_id or stages[0]


def _custom(body: JsonObject) -> JsonObject:
    if "customFields" not in body:
        return {}
    return {
        "customFields": [
            {
                "id": entry.get("id") or entry.get("key", ""),
                "fieldValue": entry.get("fieldValue", entry.get("field_value")),
            }
            for entry in body["customFields"]
        ]
    }


def _create(call: Call) -> Answer:
    world, body = call.world, call.body
    contact = world.contacts.get(body["contactId"])
    if contact is None or contact["locationId"] != body["locationId"]:
        raise bad_request("The contact id is invalid.")
    now = world.now()
    row = {
        "id": world.short_id(),
        "monetaryValue": 0,
        "source": "api",
        "followers": [],
        "notes": [],
        "tasks": [],
        "calendarEvents": [],
        "customFields": [],
        "lastStatusChangeAt": now,
        "lastStageChangeAt": now,
        "createdAt": now,
        "updatedAt": now,
        **body,
        **_custom(body),
        "pipelineStageId": _stage(call, body["pipelineId"], body.get("pipelineStageId")),
    }
    world.opportunities.add(row)
    world.webhooks.submit([events.opportunity(world, "OpportunityCreate", row)])
    return Answer({"opportunity": _view(call, row), "traceId": world.uuid()}, 201)


def _change(call: Call, row: JsonObject, changes: JsonObject) -> None:
    """One change sends several events, one for each aspect and one for the whole."""
    world = call.world
    before = dict(row)
    world.opportunities.update(row, **changes, updatedAt=world.now())
    aspects = {
        "status": "OpportunityStatusUpdate",
        "pipelineStageId": "OpportunityStageUpdate",
        "monetaryValue": "OpportunityMonetaryValueUpdate",
        "assignedTo": "OpportunityAssignedToUpdate",
    }
    names = [event for field, event in aspects.items() if row.get(field) != before.get(field)]
    sent = [events.opportunity(world, name, row) for name in [*names, "OpportunityUpdate"]]
    world.webhooks.submit(sent)


def _update(call: Call) -> Answer:
    row, body = _find(call), call.body
    changes = body | _custom(body)
    if "pipelineId" in body or "pipelineStageId" in body:
        pipeline_id = str(body.get("pipelineId", row["pipelineId"]))
        changes["pipelineStageId"] = _stage(call, pipeline_id, body.get("pipelineStageId"))
    _change(call, row, changes)
    return Answer({"opportunity": _view(call, row), "traceId": call.world.uuid()})


def _set_status(call: Call) -> Answer:
    _change(call, _find(call), call.body | {"lastStatusChangeAt": call.world.now()})
    return Answer({"succeded": True, "traceId": call.world.uuid()})


def _get(call: Call) -> Answer:
    return Answer({"opportunity": _view(call, _find(call)), "traceId": call.world.uuid()})


def _delete(call: Call) -> Answer:
    row = _find(call)
    call.world.opportunities.remove(row)
    call.world.webhooks.submit([events.opportunity(call.world, "OpportunityDelete", row)])
    return Answer({"succeded": True, "traceId": call.world.uuid()})


def _search(call: Call) -> Answer:
    given = {name: call.query.get(name if call.v3 else snake(name)) for name in _FILTERS}
    required = "locationId" if call.v3 else "location_id"
    if not given["locationId"]:
        raise unprocessable([f"{required} must be a string", f"{required} should not be empty"])
    limit = min(int(parsed_number(call.query.get("limit") or 20) or 0), _MOST_ROWS)
    page = int(parsed_number(call.query.get("page") or 1) or 1)
    status, needle = call.query.get("status", "all"), call.query.get("q", "").lower()
    wanted = {name: value for name, value in given.items() if value}
    if status != "all":
        wanted["status"] = status
    rows, total = call.world.opportunities.page(
        equal=wanted,
        keep=lambda row: needle in f"{row['name']} {_view(call, row)['contact']['name']}".lower(),
        offset=call.start((page - 1) * limit),
        limit=limit,
    )
    meta: JsonObject = {"total": total, "currentPage": page}
    if page * limit < total:
        meta["nextPage"] = page + 1
    if page > 1:
        meta["prevPage"] = page - 1
    if rows:
        meta["startAfterId"] = rows[-1]["id"]
    shown = [_view(call, row) for row in rows]
    return Answer({"opportunities": shown, "meta": meta, "aggregations": {}, "traceId": call.world.uuid()})


def _advanced(call: Call) -> Answer:
    body = call.body
    limit = min(int(body["limit"]), _MOST_ROWS)
    needle = str(body.get("query", "")).lower()
    rows, total = call.world.opportunities.page(
        equal={"locationId": body["locationId"]},
        keep=lambda row: needle in row["name"].lower(),
        offset=call.start((max(1, int(body["page"])) - 1) * limit),
        limit=limit,
    )
    return Answer({"opportunities": [_view(call, row) for row in rows], "total": total, "aggregations": {}})


def _pipelines(call: Call) -> Answer:
    place = call.query["locationId"]
    rows = [row for row in call.world.pipelines if row["locationId"] == place]
    return Answer({"pipelines": rows, "traceId": call.world.uuid()})


def _lost_reasons(call: Call) -> Answer:
    made = {
        "locationId": call.query["locationId"],
        "createdAt": call.world.now(),
        "updatedAt": call.world.now(),
    }
    rows = [{"id": f"lost-{number}", "name": name, **made} for number, name in enumerate(_LOST_REASONS)]
    found = [row for row in rows if call.query.get("name") in (None, row["name"])]
    skip, limit = int(call.query.get("skip", 0)), int(call.query.get("limit", 20))
    return Answer(
        {"lostReasons": found[skip : skip + limit], "total": len(found), "traceId": call.world.uuid()}
    )


_ONE = "/opportunities/{id}"
_PAGED = Shape(loose=True, limit=numeric_text, page=numeric_text, status=_STATUS)

ROUTES = [
    Route("GET", "/opportunities/pipelines", _pipelines, query=LOCATION_ID),
    Route("GET", "/opportunities/lost-reason", _lost_reasons, query=LOCATION_ID),
    Route("GET", "/opportunities/search", _search, query=_PAGED),
    Route("POST", "/opportunities/search", _advanced, body=_ADVANCED),
    Route("POST", "/opportunities/", _create, body=_CREATE),
    Route("GET", _ONE, _get),
    Route("PUT", _ONE, _update, body=_UPDATE),
    Route("PUT", f"{_ONE}/status", _set_status, body=_SET_STATUS),
    Route("DELETE", _ONE, _delete),
]
