"""Which HighLevel scopes an installation needs: those of the operations in use, and the sync's own."""

from __future__ import annotations

from collections.abc import Iterable

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.flows import StoredFlow

# What polling and reading a record afresh ask for, whatever the flows are.
SYNC_SCOPES = (
    "contacts.readonly",
    "locations.readonly",
    "payments/orders.readonly",
    "payments/subscriptions.readonly",
    "payments/transactions.readonly",
)
# Listing the locations that have the app, and making their tokens.
AGENCY_SCOPES = ("oauth.readonly", "oauth.write")


def scopes_in_use(flows: Iterable[StoredFlow], *, agency: bool = False) -> list[str]:
    """Return the scopes to ask for, sorted.

    Args:
        flows: All flows; those that are switched off ask for nothing.
        agency: Whether the app is installed by an agency for its locations.
    """
    wanted = set(SYNC_SCOPES) | (set(AGENCY_SCOPES) if agency else set())
    for flow in flows:
        if flow.enabled:
            wanted |= scopes_of([flow.definition])
    return sorted(wanted)


def scopes_of(definitions: Iterable[JsonObject]) -> set[str]:
    """Return the scopes that the operations of flows need."""
    return {scope for item in definitions for ref in _operations(item) for scope in _scopes(ref)}


def missing_scopes(wanted: Iterable[str], granted: Iterable[str]) -> list[str]:
    """Return what was asked for and not granted; an answer that names no scope at all tells nothing."""
    given = set(granted)
    return sorted(set(wanted) - given) if given else []


def how_to_add(missing: Iterable[str]) -> str:
    """Say what a person does about missing scopes: a published version of an app cannot be edited."""
    return (
        f"the app was not granted {', '.join(missing)}: add them in a new version of the marketplace app, "
        "install that version, and sign in again"
    )


def _operations(definition: JsonObject) -> Iterable[str]:
    yield str(definition["trigger"])
    yield from _actions(definition["steps"])


def _actions(steps: Iterable[JsonObject]) -> Iterable[str]:
    # As it is stored, perhaps by another version: what is no flow any more asks for its scopes all the same.
    for step in steps:
        if "action" in step:
            yield str(step["action"])
        yield from _actions(step.get("steps", ()))
        for branch in step.get("choose", ()):
            yield from _actions(branch.get("steps", ()))


def _scopes(ref: str) -> set[str]:
    try:
        return set(operation(ref).scopes)
    except FlowError:
        # A flow of an older catalogue; running it says so.
        return set()
