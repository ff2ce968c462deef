"""Every answer of the Act! twin has the shape that the API's description says.

Closed on both sides: no field that the description does not know, and none missing, since Act! sends nulls
rather than leaving fields out. Exceptions: fields marked as observed only may be absent.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from act_twin_calls import Twin
from jsonschema import Draft202012Validator

from orderbridge.core.jsonio import JsonObject, decode

_REPOSITORY = Path(__file__).resolve().parents[2]
_FOLDER = Path(os.environ.get("ORDERBRIDGE_REFERENCE", _REPOSITORY.parent / "shared" / "reference"))
_FILE = _FOLDER / "act-web-api.openapi.json"

pytestmark = pytest.mark.skipif(
    not _FILE.exists(), reason="the API description is not here; set ORDERBRIDGE_REFERENCE to its folder"
)


@pytest.fixture(scope="module")
def description() -> JsonObject:
    document: JsonObject = decode(_FILE.read_bytes())
    document["components"]["schemas"] = {
        name: closed(schema) for name, schema in document["components"]["schemas"].items()
    }
    return document


def closed(schema: Any) -> Any:
    """Translate an OpenAPI 3.0 schema, and close every object."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items() if not key.startswith("x-")}
    if "properties" in schema and "additionalProperties" not in schema:
        result["additionalProperties"] = False
        result["required"] = [
            name for name, inner in schema["properties"].items() if not inner.get("x-observed-only")
        ]
    return {"anyOf": [{"type": "null"}, result]} if result.pop("nullable", False) else result


@pytest.fixture(scope="module")
def twin() -> Twin:
    """A twin in which every list has a row."""
    twin = Twin(custom_tables=True)
    ada = twin.contact()
    deal = twin.deal(sourceId="order-1")
    twin.line(deal)
    links = {"contacts": [{"id": ada["id"]}], "opportunities": [{"id": deal["id"]}]}
    links["companies"] = [{"id": twin.where("/api/companies", "name eq 'Sample & Co'")[0]["id"]}]
    links["groups"] = [{"id": twin.get("/api/groups")[0]["id"]}]
    twin.post("/api/History", {"regarding": "x", "details": "y", "historyTypeID": 1} | links)
    twin.post("/api/notes", {"noteText": "x"} | links)
    twin.post(
        "/api/tasks", {"subject": "x", "startTime": "2026-01-07T08:00:00Z", "calendarUid": "u1"} | links
    )
    rule = {"recurType": "Weekly", "frequency": 1, "seriesEnd": "2026-03-01T00:00:00Z"}
    series = {"subject": "x", "startTime": "2026-01-07T08:00:00Z", "recurSpec": rule}
    twin.post("/api/recurring-tasks", series | links)
    payment = {"contacts": [{"id": ada["id"]}], "opportunity": [{"id": deal["id"]}], "amount": 5}
    twin.post("/api/custom/entities/Payments", payment)
    for parents, child in (("companies", "groups"), ("groups", "companies")):
        row = twin.get(f"/api/{parents}")[0]
        twin.put(f"/api/{parents}/{row['id']}/associated-contacts", {"contacts": [ada["id"]]})
        twin.put(f"/api/{parents}/{row['id']}/associated-opportunities", {"opportunities": [deal["id"]]})
        other = twin.get(f"/api/{child}")[0]
        twin.put(f"/api/opportunities/{deal['id']}/associated-{child}/{other['id']}")
        twin.put(f"/api/contacts/{ada['id']}/associated-{child}/{other['id']}")
        twin.post("/api/companies", {"name": "Division", "parentID": twin.get("/api/companies")[0]["id"]})
    twin.world.faults.webhooks = True
    hook = {"monitor": "Contacts", "triggerEvent": "Created", "callbackUrl": "http://127.0.0.1:9/"}
    twin.post("/api/webhooks", hook)
    return twin


def ids(twin: Twin) -> dict[str, dict[str, str]]:
    """Return path parameters that lead to existing rows, by the first segment of the route."""
    ada = twin.contact()
    deal = twin.where("/api/opportunities", "sourceId eq 'order-1'")[0]
    product = twin.get(f"/api/opportunities/{deal['id']}/products")[0]
    secondary = twin.get(f"/api/contacts/{ada['id']}/secondary-contacts")[0]
    drop_down = twin.get("/api/metadata/drop-down/lists")[0]
    process = twin.get("/api/opportunities/processes")[0]
    user = twin.get("/api/users")[0]
    task = twin.where("/api/tasks", "calendarUid eq 'u1'")[0]
    company = next(row for row in twin.get("/api/companies") if row["name"] == "Sample & Co")
    shared = {
        "contactId": ada["id"],
        "companyId": company["id"],
        "groupId": twin.get("/api/groups")[0]["id"],
        "opportunityId": deal["id"],
        "productId": product["id"],
        "processId": process["id"],
        "stageId": deal["stage"]["id"],
        "taskId": task["id"],
        "activityId": task["id"],
        "recurringId": twin.get("/api/recurring-tasks")[0]["id"],
        "userId": user["id"],
        "recordType": "contact",
        "list": drop_down["id"],
        "item": drop_down["items"][0]["id"],
        "entityName": "Payments",
    }
    own = {
        "contacts": ada["id"],
        "companies": company["id"],
        "groups": shared["groupId"],
        "opportunities": deal["id"],
        "history": twin.get("/api/History")[-1]["id"],
        "notes": twin.get("/api/notes")[-1]["id"],
        "products": twin.get("/api/Products")[0]["id"],
        "users": user["id"],
        "permissions": "feature-000",
        "webhooks": twin.get("/api/webhooks")[0]["id"],
        "attachments": twin.get("/api/notes")[-1]["id"],
        "history-types": "1",
        "task-types": "0",
        "custom": twin.get("/api/custom/entities/Payments")[0]["id"],
        "{entityName}": twin.get("/api/custom/entities/Payments")[0]["id"],
        "secondary-contacts": secondary["id"],
        "fields": twin.get("/api/metadata/contact/fields")[0]["id"],
        "lists": drop_down["id"],
        "picklists": drop_down["id"],
    }
    return {"shared": shared, "own": own}


def filled(template: str, known: dict[str, dict[str, str]]) -> str:
    segments = template.split("/")
    for index, segment in enumerate(segments):
        if segment == "{id}":
            before = segments[index - 1].lower()
            place = before if before in known["own"] else segments[2].lower()
            if segments[2] == "{entityName}" or before == known["shared"]["entityName"].lower():
                place = "custom"
            if segments[2] == "users" and "permissions" in segments:
                place = "permissions"
            segments[index] = known["own"][place]
        elif segment.startswith("{"):
            segments[index] = known["shared"][segment[1:-1]]
    return "/".join(segments)


def implemented() -> list[str]:
    return sorted(
        {
            route.template
            for route in Twin().server.router.routes
            if route.method == "GET"
            and route.template not in ("/authorize", "/api/cache-refresh")
            # The content of a file has no shape.
            and not re.fullmatch(r"/api/attachments/\w+/\{id\}", route.template)
        }
    )


def schema_of(description: JsonObject, template: str, method: str = "get", status: str = "200") -> Any:
    by_shape = {_shape(path): operations for path, operations in description["paths"].items()}
    operation = by_shape[_shape(template)][method]
    return operation["responses"][status]["content"]["application/json"]["schema"]


def _shape(template: str) -> str:
    return "/".join("{}" if part.startswith("{") else part.lower() for part in template.split("/"))


def check(description: JsonObject, schema: Any, body: bytes) -> Any:
    # The validator knows floats, not decimals; exactness is tested elsewhere.
    import json

    value = json.loads(body)
    root = {"components": description["components"], "allOf": [closed(schema)]}
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in Draft202012Validator(root).iter_errors(value)
    ]
    assert errors == []
    return value


def test_every_route_of_the_twin_is_in_the_description(description: JsonObject) -> None:
    known = {
        (method.upper(), _shape(path))
        for path, operations in description["paths"].items()
        for method in operations
    }
    ours = {(route.method, _shape(route.template)) for route in Twin().server.router.routes}
    assert ours - known == set()


@pytest.mark.parametrize("template", implemented())
def test_get_answers_have_the_described_shape(twin: Twin, description: JsonObject, template: str) -> None:
    target = filled(template, ids(twin))
    if template == "/api/contacts/by-ids":
        target = f"{target}?ids={twin.contact()['id']}"
    answer = twin.send("GET", target)
    assert answer.status == 200, (target, answer.body[:300])
    schema = schema_of(description, template)
    if template == "/api/calendar":
        # The description names one day where it means a list of them.
        schema = {"type": "array", "items": schema}
    value = check(description, schema, answer.body)
    if template not in (
        "/api/{entityName}/{id}/associated-groups",
        "/api/{entityName}/{id}/associated-companies",
    ):
        assert value != [], f"{target} is empty: nothing was checked"


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("/api/contacts", {"firstName": "A"}),
        ("/api/companies", {"name": "A"}),
        ("/api/groups", {"name": "A"}),
        ("/api/opportunities", {"name": "A"}),
        ("/api/opportunities/{opportunityId}/products", {"name": "A", "price": 1, "quantity": 1}),
        ("/api/Products", {"name": "A", "price": 1}),
        ("/api/History", {"regarding": "A"}),
        ("/api/notes", {"noteText": "A"}),
        ("/api/custom/entities/{entityName}", {"amount": 1}),
        ("/api/metadata/entities", {"name": "Shape", "displayName": "Shape"}),
        ("/api/metadata/drop-down/lists", {"name": "A", "type": "Character", "items": [{"value": "B"}]}),
    ],
)
def test_created_records_have_the_described_shape(
    twin: Twin, description: JsonObject, template: str, body: JsonObject
) -> None:
    answer = twin.send("POST", filled(template, ids(twin)), body)
    assert answer.status == 201, answer.body
    check(description, schema_of(description, template, "post", "201"), answer.body)


def test_a_cleared_task_answers_in_the_described_shape(twin: Twin, description: JsonObject) -> None:
    body = {"subject": "x", "startTime": "2026-01-07T08:00:00Z", "contacts": [{"id": twin.contact()["id"]}]}
    template = "/api/tasks/{taskId}/clear"
    made = twin.post("/api/tasks", body)
    answer = twin.send("PUT", f"/api/tasks/{made['id']}/clear", {"result": {"id": 1}})
    check(description, schema_of(description, template, "put"), answer.body)


def test_errors_have_the_described_shape(twin: Twin, description: JsonObject) -> None:
    answer = twin.send("POST", "/api/opportunities", {"name": "x", "probability": "ten"})
    assert answer.status == 500
    check(description, {"$ref": "#/components/schemas/ErrorBody"}, answer.body)
