"""Whether accounts are ready for a flow: they let us in, and let us do what the flow does."""

from __future__ import annotations

from collections.abc import Sequence

from orderbridge.accounts.diagnosis import Diagnosis, diagnose
from orderbridge.accounts.scopes import how_to_add, scopes_of
from orderbridge.connectors.diagnosis import PROBLEM
from orderbridge.connectors.registry import title
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact_text
from orderbridge.engine.readiness import Line
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

# What a diagnosis calls its checks of rights.
_RIGHTS = ("scope", "permission")


async def ready(
    runtime: Runtime, accounts: Sequence[Connection], definitions: Sequence[JsonObject]
) -> list[Line]:
    """Look at each account now: its health, and its rights.

    Args:
        runtime: The opened accounts.
        accounts: Those that the flows work on; each is looked at once.
        definitions: The flows.
    """
    lines: list[Line] = []
    for item in {account.id: account for account in accounts}.values():
        found = await diagnose(runtime, item)
        lines += [_healthy(item, found), _permitted(item, found, definitions)]
    return lines


def _healthy(item: Connection, found: Diagnosis) -> Line:
    wrong = [
        check
        for check in found.checks
        if check.finding.outcome == PROBLEM and not check.id.startswith(_RIGHTS)
    ]
    heading = f"{item.name} lets us in"
    if item.state in (connections.PAUSED, connections.RECONNECT):
        todo = "resume" if item.state == connections.PAUSED else "replace-token"
        return Line(
            id=f"healthy.{item.system}", title=heading, ok=False, says=f"it is {item.state}: {item.state_reason}",
            next=f"'orderbridge connections {todo} {item.name}'",
        )  # fmt: skip
    if wrong:
        return Line(
            id=f"healthy.{item.system}", title=heading, ok=False, says=redact_text(wrong[0].finding.says),
            next=wrong[0].finding.next or f"'orderbridge connections test {item.name}' says more",
        )  # fmt: skip
    return Line(id=f"healthy.{item.system}", title=heading, ok=True, says=found.message)


def _permitted(item: Connection, found: Diagnosis, definitions: Sequence[JsonObject]) -> Line:
    rights = [check for check in found.checks if check.id.startswith(_RIGHTS)]
    wrong = [check for check in rights if check.finding.outcome == PROBLEM]
    said = [check.finding.says for check in wrong]
    todo = (wrong[0].finding.next or "") if wrong else ""
    # What an installed app was not granted is known from signing in; what a token may write is not shown anywhere.
    missing = sorted(set(item.config.get("missing_scopes") or ()) & scopes_of(definitions))
    if missing:
        said.append(f"not granted: {', '.join(missing)}")
        todo = todo or how_to_add(missing)
    return Line(
        id=f"permitted.{item.system}",
        title=f"{title(item.system)} lets {item.name} do what is needed",
        ok=not said,
        says="; ".join(said) or "nothing that is needed is known to be missing",
        next=todo,
    )
