"""Pick fields of a record."""

from __future__ import annotations

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import choice, needing, owners_fields, texts
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import has, look_up


def _compute(given: JsonObject) -> JsonObject:
    record, missing = given["record"], given.get("if_missing", "hold")
    picked: JsonObject = {}
    for path in given["keys"]:
        if has(record, path) or missing == "null":
            picked[path] = look_up(record, path)
        elif missing == "hold":
            raise HeldError(
                f"the record has no {path!r}; it has {', '.join(sorted(record)) or 'nothing'}",
                cause=f"record.missing.{path}",
            )
    return {"record": picked}


OPERATION = computing(
    id="core.record.pick",
    title="Pick fields of a record",
    description="Takes the named fields of a record, inner ones by their path, and says so where one is not there.",
    fields=needing(
        {
            "record": owners_fields("The record."),
            "keys": texts("Fields to take, such as id or contact.email.", minItems=1),
            "if_missing": choice(
                "What becomes of a field that is not there; hold unless given.", ["hold", "null", "leave_out"]
            ),
        },
        "record",
        "keys",
    ),
    gives=needing({"record": owners_fields("The picked fields, each under its path.")}, "record"),
    compute=_compute,
    example={
        "record": {"id": "o-1", "contact": {"email": "ada@example.com"}},
        "keys": ["id", "contact.email"],
    },
    example_output={"record": {"id": "o-1", "contact.email": "ada@example.com"}},
)
