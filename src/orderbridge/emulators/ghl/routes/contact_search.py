"""/contacts/search and /contacts/search/duplicate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import contacts
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import unprocessable
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.shapes import full_name
from orderbridge.emulators.ghl.validation import Shape, anything, list_of, number, one_of, text

_MOST_ROWS = 500

_FILTER = Shape(required="field operator", field=text, operator=text, value=anything)
_SEARCH = Shape(
    required="locationId pageLimit",
    locationId=text,
    page=number,
    pageLimit=number,
    query=text,
    filters=list_of(anything),
    sort=list_of(Shape(required="field", field=text, direction=one_of("asc", "desc"))),
    searchAfter=list_of(anything),
)

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: _lower(have) == _lower(want),
    "not_eq": lambda have, want: _lower(have) != _lower(want),
    "contains": lambda have, want: str(_lower(want)) in str(_lower(have) or ""),
    "not_contains": lambda have, want: str(_lower(want)) not in str(_lower(have) or ""),
    "exists": lambda have, _want: have not in (None, "", []),
    "not_exists": lambda have, _want: have in (None, "", []),
}


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _search(call: Call) -> Answer:
    body = call.body
    tests = _tests(call)
    needle = str(body.get("query", "")).lower()

    def keep(row: JsonObject) -> bool:
        return all(test(row) for test in tests) and needle in _words(row)

    rows, total = call.world.contacts.page(
        equal={"locationId": body["locationId"]}, keep=keep, limit=len(call.world.contacts)
    )
    for rule in reversed(body.get("sort", [])):
        name = rule["field"]
        rows.sort(key=lambda row: str(row.get(name) or ""), reverse=rule.get("direction") == "desc")
    limit = min(int(body["pageLimit"]), _MOST_ROWS)
    start = call.start((max(1, int(body.get("page", 1))) - 1) * limit)
    after = body.get("searchAfter")
    if after:
        start = 1 + next((place for place, row in enumerate(rows) if row["id"] in after), len(rows))
    page = [
        contacts.view(row, v3=call.v3) | {"searchAfter": _mark(row)} for row in rows[start : start + limit]
    ]
    return Answer({"contacts": page, "total": total, "traceId": call.world.uuid()})


def _words(row: JsonObject) -> str:
    parts = (full_name(row), row.get("email"), row.get("phone"), row.get("companyName"))
    return " ".join(part for part in parts if part).lower()


def _mark(row: JsonObject) -> list[Any]:
    added = datetime.fromisoformat(row["dateAdded"])
    return [int(added.timestamp() * 1000), row["id"]]


def _tests(call: Call) -> list[Callable[[JsonObject], bool]]:
    tests: list[Callable[[JsonObject], bool]] = []
    errors: list[str] = []
    for place, given in enumerate(call.body.get("filters", [])):
        name = f"filters.{place}"
        if isinstance(given, dict) and "group" in given:
            groups = given.get("filters", [])
            tests.append(_grouped(given["group"], [_test(call, one, name, errors) for one in groups]))
        else:
            tests.append(_test(call, given, name, errors))
    if errors:
        raise unprocessable(errors)
    return tests


def _grouped(group: str, tests: list[Callable[[JsonObject], bool]]) -> Callable[[JsonObject], bool]:
    join = any if str(group).upper() == "OR" else all
    return lambda row: join(test(row) for test in tests)


def _test(call: Call, given: Any, name: str, errors: list[str]) -> Callable[[JsonObject], bool]:
    _FILTER(given, name, errors)
    operator = given.get("operator") if isinstance(given, dict) else None
    compare = _OPERATORS.get(str(operator))
    if compare is None:
        errors.append(f"{name}.operator must be one of the following values: {', '.join(_OPERATORS)}")
        return lambda _row: False
    field, want = given.get("field"), given.get("value")
    if field == "phone" and call.world.faults["phone_search_misses"]:
        return lambda _row: False
    if field in ("tags",):
        return lambda row: (str(want).lower() in row["tags"]) == (operator in ("eq", "contains", "exists"))
    return lambda row: compare(row.get(field), want)


def _duplicate(call: Call) -> Answer:
    world, query = call.world, call.query
    location_id = query["locationId"]
    row = contacts.by_email(world, location_id, query.get("email"))
    if row is None and not world.faults["phone_search_misses"]:
        row = contacts.by_phone(world, location_id, query.get("number"))
    shown = contacts.view(row, v3=call.v3) if row else None
    return Answer({"contact": shown, "traceId": world.uuid()})


ROUTES = [
    Route("POST", "/contacts/search", _search, body=_SEARCH),
    Route("GET", "/contacts/search/duplicate", _duplicate, query=LOCATION_ID),
]
