"""Test and live are two worlds: what a record is must be what its connection carries over, whatever flows say."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.connections import Connection
from orderbridge.store.events import Event

# Kinds of HighLevel records that are either test or live, never both and never neither. An estimate is only asked
# about: it holds no money, and its mode is set when it becomes an invoice.
WITH_A_MODE = frozenset({"order", "transaction", "subscription", "fulfilment", "invoice", "invoice_schedule"})
# Where a record says it; the parts of an order that do not say it follow their order.
_NAMES = ("live", "live_mode")


def wants_live(connection: Connection) -> bool:
    """Whether a connection carries live records over, or test records; a sandbox has a live business of its own."""
    return connection.mode != "test"


def why_not(event: Event, source: Connection) -> str | None:
    """Return why a record must not be carried over from this connection, None where it may.

    The answer rests on what the record itself says and on what the connection is now: not on a filter that a flow
    may lack, and not on a mark that was set when the record was read, perhaps under another mode. The mark counts
    as well where it says no: a test payment within a live order is marked so.
    """
    if source.system != "ghl" or event.kind not in WITH_A_MODE:
        return None
    live, wanted = is_live(event.state), wants_live(source)
    if live is wanted and event.state.get("wanted_mode") is not False:
        return None
    what = {True: "a live one", False: "a test one", None: "not said to be test or live"}[live]
    carries = "live" if wanted else "test"
    if live is wanted:
        return f"this {event.kind} belongs to a record of the other mode; {source.name} carries {carries} records only"
    return f"this {event.kind} is {what}, and {source.name} is a {source.mode} connection, which carries {carries} ones"


def is_live(state: JsonObject) -> bool | None:
    """Return whether a record is a live one; None where it does not say."""
    for place in (state, state.get("order") or {}):
        for name in _NAMES:
            if isinstance(place.get(name), bool):
                return bool(place[name])
    return None
