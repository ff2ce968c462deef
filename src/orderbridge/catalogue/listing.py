"""The catalogue as rows: what the command line, the HTTP API and Python show alike."""

from __future__ import annotations

from collections.abc import Iterator

from orderbridge.catalogue import registry
from orderbridge.catalogue.choices import choices
from orderbridge.catalogue.operation import CURATED, TRIGGER, Operation
from orderbridge.core.jsonio import JsonObject


def rows(
    *, system: str | None = None, kind: str | None = None, tier: str | None = None, search: str | None = None
) -> Iterator[JsonObject]:
    """Yield a row for each operation that fits.

    Args:
        system: ``ghl``, ``act`` or ``core``.
        kind: ``trigger`` or ``action``.
        tier: ``curated``, ``api`` or ``denied``.
        search: Words that must all occur in its name, title, description or path.
    """
    words = (search or "").casefold().split()
    for operation in registry.every().values():
        wanted = ((system, operation.system), (kind, operation.kind), (tier, operation.tier))
        if any(asked is not None and asked != has for asked, has in wanted):
            continue
        parts = (operation.ref, operation.title, operation.description, operation.method, operation.path)
        text = " ".join(filter(None, parts)).casefold()
        if all(word in text for word in words):
            yield row(operation)


def row(operation: Operation) -> JsonObject:
    """Return an operation in short."""
    return {
        "id": operation.ref,
        "name": operation.id,
        "version": operation.version,
        "system": operation.system,
        "kind": operation.kind,
        "tier": operation.tier,
        "title": operation.title,
        "description": operation.description,
        "method": operation.method,
        "path": operation.path,
        "scopes": list(operation.scopes),
        "permissions": list(operation.permissions),
        "calls": operation.calls,
        "effects": sorted(operation.effects),
        "repeatable": operation.repeatable,
        "denied": operation.denied,
    }


def whole(operation: Operation) -> JsonObject:
    """Return everything about an operation."""
    listens = operation.listens
    return row(operation) | {
        "proof": operation.proof,
        "effects_by_input": dict(operation.conditional),
        "test": test_of(operation),
        "input_schema": operation.input_schema,
        "choices": choices(operation.system, operation.input_schema.get("properties", {})),
        "output_schema": operation.output_schema,
        "example": operation.example,
        "example_output": operation.example_output,
        "listens": None
        if listens is None
        else {"record": listens.kind, "webhooks": list(listens.webhooks), "polled": listens.polled},
    }


def test_of(operation: Operation) -> str | None:
    """Name the test file in which a curated operation runs against a stand-in of its provider."""
    if operation.tier != CURATED:
        return "tests/operations/test_published.py"
    system, subject, _ = operation.id.split(".", 2)
    kind = "_triggers" if operation.kind == TRIGGER else ""
    return f"tests/operations/{system}/test_{subject}{kind}.py"


def kind_of(schema: JsonObject) -> str:
    """Name the kind of value that a schema takes, in a few words."""
    if "enum" in schema:
        return " | ".join(str(item) for item in schema["enum"])
    kind = schema.get("type", "any")
    names = kind if isinstance(kind, list) else [kind]
    return " or ".join(schema.get("format") or name if name == "string" else name for name in names)
