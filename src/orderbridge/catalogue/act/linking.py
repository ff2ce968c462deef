"""What hangs on a record: listed, linked and unlinked, each link proved by the list."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.act.samples import listed as example_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import needed, on_the_wire, record_id
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.paging import ODATA, Listing, pages
from orderbridge.catalogue.proving import SingleWrite, proved
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.reads import listing
from orderbridge.core.jsonio import JsonObject

_PLURALS = {
    "contact": "contacts",
    "company": "companies",
    "group": "groups",
    "opportunity": "opportunities",
}
_RESULT: JsonObject = {
    "type": "object",
    "description": "Whether the two belong together now, and what proves it.",
    "properties": {
        "id": {"type": "string", "description": "The record that was linked or unlinked."},
        "verdict": {"enum": ["confirmed", "altered", "ignored", "unchanged"]},
        "linked": {"type": "boolean"},
    },
    "required": ["id", "verdict", "linked"],
}


def children(
    *,
    parent: str,
    name: str,
    path: str,
    row: JsonObject,
    sample: tuple[str, JsonObject],
    rich: bool = False,
    **more: Any,
) -> Operation:
    """Declare the operation that lists what hangs on a record.

    Args:
        parent: ``contact``.
        name: What is listed, as the id says it: ``companies``.
        path: ``/api/contacts/{contactId}/associated-companies``; its one parameter is the parent's id.
        row: JSON Schema of a row.
        sample: The parent's id and a row for the example.
        rich: Whether the rows hold formatted text, which is then asked for as plain text.
        more: Further attributes of ``Operation``, its title and description among them.
    """
    (parameter,) = find("act", f"GET {path}").path_names
    fixed = {"$orderby": "id"} | ({"format": "text"} if rich else {})
    return listing(
        id=f"act.{parent}.list_{name}",
        many=Listing(call=f"GET {path}", paging=ODATA, page_rows=200, fixed=fixed),
        fields={f"{parent}_id": needed(record_id(f"The {parent}.", wire=parameter))},
        row=row,
        example={f"{parent}_id": sample[0]},
        example_output=example_of(**sample[1]),
        **more,
    )


def linking(
    *, id: str, parent: str, child: str, link: bool, sample: tuple[str, str], **more: Any
) -> Operation:
    """Declare the operation that links two records, or unlinks them.

    The call with both ids in its path is used: the other one carries ids in the body of a DELETE, which some
    proxies drop.

    Args:
        id: ``act.contact.link_company``.
        parent: ``contact``.
        child: ``company``.
        link: False unlinks.
        sample: Ids of the two for the example.
        more: Further attributes of ``Operation``, its title and description among them.
    """
    key, other = f"{parent}_id", f"{child}_id"
    path = f"/api/{_PLURALS[parent]}/{{{parent}Id}}/associated-{_PLURALS[child]}"
    call = find("act", f"{'PUT' if link else 'DELETE'} {path}/{{{child}Id}}")
    many = Listing(call=f"GET {path}", paging=ODATA, page_rows=200, fixed={"$orderby": "id"})
    fields = {key: needed(record_id(f"The {parent}.")), other: needed(record_id(f"The {child}."))}

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        async def look() -> JsonObject | None:
            rows = pages(ctx, "act", many, on_the_wire({key: fields[key]}, {key: given[key]}))
            found = [row async for row in rows if str(row["id"]).casefold() == given[other].casefold()]
            return {"id": given[other], "linked": bool(found)}

        async def put(_actual: JsonObject | None) -> None:
            await prepare(call, ctx, on_the_wire(fields, given)).send(ctx)

        write = SingleWrite(
            system="act", kind=f"act.{parent}.{child}", reference=f"{given[key]}/{given[other]}",
            wanted={"linked": link}, look=look, put=put,
        )  # fmt: skip
        result = await proved(ctx, write)
        return {
            "id": given[other],
            "verdict": result["verdict"],
            "linked": bool(result["record"] and result["record"]["linked"]),
        }

    own = {
        "run": run,
        "output_schema": _RESULT,
        "effects": frozenset({READS, WRITES} if link else {READS, WRITES, DELETES}),
        "calls": "3, or 1 where it is so already",
        "proof": f"the {parent}'s list of {_PLURALS[child]} is read before and afterwards",
        "example": {key: sample[0], other: sample[1]},
        "example_output": {"id": sample[1], "verdict": "confirmed", "linked": link},
    }
    return declared(id, call, fields, own | more)


def has_contact(record: JsonObject, given: JsonObject) -> JsonObject:
    """Return whether a record shows the contact that the input names, for ``acting``."""
    ids = {str(item.get("id")).casefold() for item in record.get("contacts") or ()}
    return {"linked": given["contact_id"].casefold() in ids}
