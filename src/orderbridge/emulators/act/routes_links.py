"""``associated-…`` routes: which companies, contacts, groups and opportunities belong together.

GET lists, PUT links the ids in the body, DELETE unlinks the ids in *its* body; with a child's id in the
path both act on one. Linking may answer with contacts whatever was linked.
Source: Act! Web API notes, section 12.
"""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, no_content, ok
from orderbridge.emulators.act.errors import binding
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routes_companies import COMPANIES, GROUPS
from orderbridge.emulators.act.routes_contacts import CONTACTS
from orderbridge.emulators.act.routes_history import PARENTS, children
from orderbridge.emulators.act.routes_opportunities import OPPORTUNITIES
from orderbridge.emulators.act.routes_tasks import TASKS
from orderbridge.emulators.act.routing import Call, Router

_RESOURCES = {"contact": CONTACTS, "company": COMPANIES, "group": GROUPS, "opportunity": OPPORTUNITIES}
_PARAMETERS = {
    "contacts": "contactId",
    "companies": "companyId",
    "groups": "groupId",
    "opportunities": "opportunityId",
}
# The pairs that the vendor's file has routes for.
_PAIRS = {
    "contacts": ("companies", "groups", "opportunities"),
    "companies": ("contacts", "opportunities"),
    "groups": ("contacts", "opportunities"),
    "opportunities": ("contacts", "companies", "groups"),
}
_LINK_OTHERS = "Link/Unlink Other Users' Contacts from Company"


def linked(call: Call, parent: Record, kind: str) -> list[Record]:
    """Return the records of ``kind`` that belong to ``parent``."""
    table = call.world.table(kind)
    ids = call.world.links.ids(parent.kind, parent.id, kind)
    return [record for record in map(table.get, ids) if record is not None]


def _list(parents: str, children_name: str, parameter: str) -> Callable[[Call], Answer]:
    parent_kind, kind = PARENTS[parents], PARENTS[children_name]

    def handler(call: Call) -> Answer:
        parent = crud.found(call, parent_kind, call.params[parameter])
        resource = _RESOURCES[kind]
        plain = crud.Resource(resource.shape, present=resource.present)
        return crud.listing(call, plain, linked(call, parent, kind))

    return handler


def _change(parents: str, children_name: str, *, link: bool, in_path: bool) -> Callable[[Call], Answer]:
    parent_kind, kind = PARENTS[parents], PARENTS[children_name]

    def handler(call: Call) -> Answer:
        world = call.world
        parent = crud.found(call, parent_kind, call.params[_PARAMETERS[parents]])
        ids = [call.params[_PARAMETERS[children_name]]] if in_path else _ids(call, children_name)
        changed = [crud.found(call, kind, record_id) for record_id in ids]
        for record in (parent, *changed):
            if record.manager_id != call.user.id and {parent_kind, kind} == {"contact", "company"}:
                access.require(world, call.user, _LINK_OTHERS)
        for record in changed:
            if link:
                world.links.add(parent_kind, parent.id, kind, record.id)
            else:
                world.links.remove(parent_kind, parent.id, kind, record.id)
            _set_company_id(parent, record, link=link)
        world.names_revision += 1
        crud.touch(call, parent)
        if not link and (parents, children_name) != ("groups", "opportunities"):
            return no_content()
        answer = kind if kind == "opportunity" else "contact"
        rows = changed if answer == kind else _contacts_of(call, parent)
        return ok([crud.detail(call, _RESOURCES[answer], row) for row in rows])

    return handler


def _contacts_of(call: Call, parent: Record) -> list[Record]:
    return [parent] if parent.kind == "contact" else linked(call, parent, "contact")


def _set_company_id(parent: Record, child: Record, *, link: bool) -> None:
    pair = {parent.kind: parent, child.kind: child}
    contact, company = pair.get("contact"), pair.get("company")
    if contact is None or company is None:
        return
    if link:
        contact.values["companyID"] = company.id
    elif contact.values.get("companyID") == company.id:
        contact.values["companyID"] = ""


def _ids(call: Call, children_name: str) -> list[str]:
    body = call.object("ListRequest")
    ids = next((value for key, value in body.items() if key.lower() == children_name), None) or []
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        target = "System.Collections.Generic.List`1[System.String]"
        raise binding(call.world.faults.binding_error, ids, target, children_name)
    return ids


def add(router: Router) -> None:
    """Register the routes."""
    for parents, children_names in _PAIRS.items():
        parameter = _PARAMETERS[parents]
        for name in children_names:
            path = f"/api/{parents}/{{{parameter}}}/associated-{name}"
            one = f"{path}/{{{_PARAMETERS[name]}}}"
            router.add("GET", path, _list(parents, name, parameter))
            router.add("PUT", path, _change(parents, name, link=True, in_path=False))
            router.add("DELETE", path, _change(parents, name, link=False, in_path=False))
            router.add("PUT", one, _change(parents, name, link=True, in_path=True))
            router.add("DELETE", one, _change(parents, name, link=False, in_path=True))
        tasks = f"/api/{parents}/{{{parameter}}}/associated-tasks"
        router.add("GET", tasks, children(TASKS, PARENTS[parents], parameter))
