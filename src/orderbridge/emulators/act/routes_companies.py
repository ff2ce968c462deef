"""Companies, groups and catalogue products: plain records."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import crud
from orderbridge.emulators.act.answers import Answer, ok
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import COMPANY, GROUP, PRODUCT
from orderbridge.emulators.act.views import rendered

_KEPT = frozenset({"recordManagerID"})
COMPANIES = crud.Resource(COMPANY, kept=_KEPT, enveloped=True)
GROUPS = crud.Resource(GROUP, kept=_KEPT)
PRODUCTS = crud.Resource(PRODUCT)


def _division(call: Call, record: Record) -> JsonObject:
    row = rendered(call.world, record)
    children = call.world.companies.having("parent", record.id)
    names = ("id", "name", "rootParentID", "parentID", "hasDivisions", "hierarchyLevel")
    return {name: row[name] for name in names} | {"divisions": [_division(call, c) for c in children]}


def _divisions(call: Call) -> Answer:
    return ok(_division(call, crud.found(call, "company", call.params["companyId"]))["divisions"])


def add(router: Router) -> None:
    """Register the routes."""
    for path, parameter, resource in (
        ("/api/companies", "companyId", COMPANIES),
        ("/api/groups", "groupId", GROUPS),
        ("/api/Products", "id", PRODUCTS),
    ):
        one = f"{path}/{{{parameter}}}"
        router.add("GET", path, crud.list_of(resource))
        router.add("POST", path, crud.post_to(resource))
        router.add("GET", one, crud.get_one(resource, parameter))
        router.add("PUT", one, crud.change(resource, parameter, crud.PUT))
        router.add("PATCH", one, crud.change(resource, parameter, crud.PATCH))
        router.add("DELETE", one, crud.delete_one(resource, parameter))
    router.add("GET", "/api/companies/{companyId}/divisions", _divisions)
