"""/locations, /users and /businesses."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.fields import add_custom_field
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.validation import Shape, anything, boolean, list_of, number, one_of, text

_MODEL = one_of("contact", "opportunity", "all")
_FIELD = Shape(
    required="name",
    name=text,
    placeholder=text,
    acceptedFormat=list_of(text),
    isMultipleFile=boolean,
    maxNumberOfFiles=number,
    textBoxListOptions=list_of(anything),
    position=number,
    model=one_of("contact", "opportunity"),
)
_NEW_FIELD = _FIELD.extended(required="dataType", dataType=text)
_BUSINESS = Shape(
    name=text,
    phone=text,
    email=text,
    postalCode=text,
    website=text,
    address=text,
    state=text,
    city=text,
    country=text,
    description=text,
)


def _location(call: Call) -> Answer:
    row = call.world.locations.get(call.params["locationId"])
    if row is None:
        raise not_found("Location not found")
    return Answer({"location": row, "traceId": call.world.uuid()})


def _locations(call: Call) -> Answer:
    own = call.grant.location_id if call.grant else None
    rows = [row for row in call.world.locations if own in (None, row["id"])]
    needle = call.query.get("email")
    rows = [row for row in rows if not needle or row["email"] == needle]
    skip, limit = int(call.query.get("skip", 0)), int(call.query.get("limit", 10))
    return Answer({"locations": rows[skip : skip + limit], "traceId": call.world.uuid()})


def _fields(call: Call) -> Answer:
    model = call.query.get("model", "all")
    rows = [
        row
        for row in call.world.custom_fields
        if row["locationId"] == call.params["locationId"] and model in ("all", row["model"])
    ]
    return Answer({"customFields": rows, "traceId": call.world.uuid()})


def _find_field(call: Call) -> JsonObject:
    row = call.world.custom_fields.get(call.params["id"])
    if row is None:
        raise not_found("Custom field not found")
    return call.owned(row)


def _add_field(call: Call) -> Answer:
    row = add_custom_field(call.world, call.params["locationId"], call.body)
    return Answer({"customField": row, "traceId": call.world.uuid()}, 201)


def _field(call: Call) -> Answer:
    return Answer({"customField": _find_field(call), "traceId": call.world.uuid()})


def _change_field(call: Call) -> Answer:
    row = _find_field(call)
    changes = {name: call.body[name] for name in ("name", "placeholder", "position") if name in call.body}
    return Answer({"customField": call.world.custom_fields.update(row, **changes)})


def _delete_field(call: Call) -> Answer:
    call.world.custom_fields.remove(_find_field(call))
    return Answer({"succeded": True, "traceId": call.world.uuid()})


def _user(call: Call) -> Answer:
    row = call.world.users.get(call.params["userId"])
    if row is None:
        raise not_found("User not found")
    return Answer(row)


def _users(call: Call) -> Answer:
    needle = call.query.get("query", "").lower()
    rows = [row for row in call.world.users if needle in f"{row['name']} {row['email']}".lower()]
    return Answer({"users": rows, "count": len(rows), "traceId": call.world.uuid()})


def _find_business(call: Call) -> JsonObject:
    row = call.world.businesses.get(call.params["businessId"])
    if row is None:
        raise not_found("Business not found")
    return call.owned(row)


def _businesses(call: Call) -> Answer:
    place = call.query["locationId"]
    return Answer({"businesses": [row for row in call.world.businesses if row["locationId"] == place]})


def _add_business(call: Call) -> Answer:
    world = call.world
    row = {"id": world.object_id(), **call.body, "createdAt": world.now(), "updatedAt": world.now()}
    # The misspelt key is the service's own.
    return Answer({"success": True, "buiseness": world.businesses.add(row)}, 201)


def _business(call: Call) -> Answer:
    return Answer({"business": _find_business(call)})


def _change_business(call: Call) -> Answer:
    row = call.world.businesses.update(_find_business(call), **call.body, updatedAt=call.world.now())
    return Answer({"success": True, "buiseness": row})


def _delete_business(call: Call) -> Answer:
    call.world.businesses.remove(_find_business(call))
    return Answer({"success": True})


_OLD = frozenset({"2021-07-28", "2023-02-21", "2021-04-15"})
_FIELDS = "/locations/{locationId}/customFields"
_ONE_BUSINESS = "/businesses/{businessId}"

ROUTES = [
    Route("GET", "/locations/search", _locations),
    Route("GET", "/locations/{locationId}", _location),
    Route("GET", _FIELDS, _fields, query=Shape(loose=True, model=_MODEL)),
    Route("POST", _FIELDS, _add_field, body=_NEW_FIELD),
    Route("GET", f"{_FIELDS}/{{id}}", _field),
    Route("PUT", f"{_FIELDS}/{{id}}", _change_field, body=_FIELD),
    Route("DELETE", f"{_FIELDS}/{{id}}", _delete_field),
    Route("GET", "/users/search", _users),
    Route("GET", "/users/", _users, query=LOCATION_ID, versions=_OLD),
    Route("GET", "/users/{userId}", _user),
    Route("GET", "/businesses/", _businesses, query=LOCATION_ID),
    Route(
        "POST",
        "/businesses/",
        _add_business,
        body=_BUSINESS.extended(required="name locationId", locationId=text),
    ),
    Route("GET", _ONE_BUSINESS, _business),
    Route("PUT", _ONE_BUSINESS, _change_business, body=_BUSINESS),
    Route("DELETE", _ONE_BUSINESS, _delete_business),
]
