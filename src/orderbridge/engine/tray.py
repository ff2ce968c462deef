"""The tray: what a person decided about a difference between the two sides is carried out here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderbridge.catalogue.agreement import SIDES, other
from orderbridge.catalogue.operation import DELETES
from orderbridge.catalogue.pairs import DELETED, Pair
from orderbridge.connectors.registry import title
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine import operations
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agreements, conflicts
from orderbridge.store.connections import Connection

KEEP, DELETE, RECREATE = "keep", "delete", "recreate"
# How the record that is left is deleted, by side and kind: the operation, and what it calls the id.
_DELETIONS = {
    ("act", "contact"): ("act.contact.delete@1", "contact_id"),
    ("ghl", "contact"): ("ghl.contact.delete@1", "contact_id"),
    ("act", "opportunity"): ("act.opportunity.delete@1", "opportunity_id"),
    ("ghl", "opportunity"): ("ghl.opportunity.delete@1", "opportunity_id"),
    ("ghl", "invoice"): ("ghl.invoice.delete@1", "invoice_id"),
}


def choices(found: JsonObject) -> list[str]:
    """Return what a question can be answered with; a field can get a value of its own too."""
    if found["sort"] != DELETED:
        return list(SIDES)
    left = other(found["details"]["gone"])
    can_delete = (left, found["details"]["partner_kind"]) in _DELETIONS
    return [KEEP, *([DELETE] if can_delete else []), *([RECREATE] if found["kind"] == "contact" else [])]


async def resolve(runtime: Runtime, beginning: str, *, take: Any, allowed: Sequence[str] = ()) -> JsonObject:
    """Carry out what a person decided.

    Args:
        runtime: The opened accounts.
        beginning: The question's id, or the beginning of it.
        take: For a field ``act``, ``ghl``, or ``{"value": …}`` for another value, which both sides get; for a
            deletion ``keep``, ``delete`` or ``recreate``.
        allowed: ``deletes`` for a deletion.

    Returns:
        The question with its resolution, and the output of what was done.

    Raises:
        SetupError: There is no such question, it is answered already, or it cannot be answered so.
        OrderBridgeError: Carrying it out failed; the question stays open.
    """
    async with runtime.db.begin() as tx:
        found = await conflicts.one(tx, beginning)
    if found["resolved_at"] is not None:
        raise SetupError(
            f"conflict {found['id']} was resolved already: {found['resolution']}", cause="conflict.resolved"
        )
    value = isinstance(take, dict) and set(take) == {"value"} and found["sort"] != DELETED
    if not value and take not in choices(found):
        raise SetupError(
            f"conflict {found['id']} can be resolved with {', '.join(choices(found))}"
            f"{'' if found['sort'] == DELETED else ', or a value'}, not with {take!r}",
            cause="conflict.no_such_answer",
        )
    if found["sort"] == DELETED:
        output = await _about_a_record(runtime, found, str(take), allowed)
    else:
        output = await _about_a_field(runtime, found, take if value else {"take": take})
    said = f"value {take['value']!r}" if value else str(take)
    async with runtime.db.begin() as tx:
        await conflicts.resolve(tx, found["id"], said)
        return await conflicts.one(tx, found["id"]) | {"output": output}


async def _about_a_field(runtime: Runtime, found: JsonObject, decision: JsonObject) -> JsonObject:
    row = found["details"]["row"]
    given = {"side": "act", "id": found["act_id"], "fields": [row], "decided": {row["field"]: decision}}
    output = await operations.call(
        runtime, f"core.{found['kind']}.agree@1", given, await _accounts(runtime, found), call_id=random_id()
    )
    if output["asked"]:
        raise FlowError(
            f"{row['field']} was written as you decided, and the other side does not keep it; see 'orderbridge "
            "conflicts list'",
            cause="conflict.not_taken",
        )
    return output


async def _about_a_record(
    runtime: Runtime, found: JsonObject, take: str, allowed: Sequence[str]
) -> JsonObject:
    gone = found["details"]["gone"]
    left = other(gone)
    if take == KEEP:
        return {}
    accounts = await _accounts(runtime, found)
    pair = Pair(kind=found["kind"], act_id=found["act_id"], ghl_id=found["ghl_id"])
    left_id = pair.of(left)
    if take == DELETE:
        if DELETES not in allowed:
            raise FlowError(
                f"this deletes {found['details']['partner_kind']} {left_id} in {title(left)} for good; nothing of the "
                f"kind happens unless you ask for it: allow {DELETES}",
                cause="flow.consent_missing",
            )
        ref, name = _DELETIONS[left, found["details"]["partner_kind"]]
        return await operations.call(
            runtime, ref, {name: left_id}, [item for item in accounts if item.system == left],
            allowed=allowed, call_id=random_id(),
        )  # fmt: skip
    rows = found["details"].get("rows")
    async with runtime.db.begin() as tx:
        await agreements.forget(tx, found["act_connection"], found["ghl_connection"], pair)
    return await operations.call(
        runtime, f"core.{found['kind']}.agree@1",
        {"side": left, "id": left_id, "fields": rows or _ALL, "create": gone}, accounts, call_id=random_id(),
    )  # fmt: skip


# Where nobody said which fields are kept in agreement: what makes a person known again.
_ALL: list[JsonObject] = [{"field": name} for name in ("first_name", "last_name", "email", "phone")]


async def _accounts(runtime: Runtime, found: JsonObject) -> list[Connection]:
    return [
        await runtime.connection(found["act_connection"]),
        await runtime.connection(found["ghl_connection"]),
    ]
