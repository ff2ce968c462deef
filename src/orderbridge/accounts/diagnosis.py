"""What is wrong with a connection, in plain words: one check after the other, and what to do next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from orderbridge.accounts.act_webhook_watch import finding_of
from orderbridge.accounts.permissions import report
from orderbridge.connectors.act import diagnose as act_diagnose
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.directory import Permission
from orderbridge.connectors.diagnosis import OK, PROBLEM, SKIPPED, Finding, Step, dubious, fine, wrong
from orderbridge.connectors.ghl import diagnose as ghl_diagnose
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core.errors import OrderBridgeError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import HIDDEN, redact_text
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

# A check may wait for a slow server and try again; a person waits no longer than this for one.
_CHECK_S = 60.0
_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a diagnosis."""

    id: str
    title: str
    finding: Finding

    def to_json(self) -> JsonObject:
        """Return it for programs."""
        found = self.finding
        return {
            "id": self.id,
            "title": self.title,
            "outcome": found.outcome,
            "says": found.says,
            "next": found.next,
            "cause": found.cause,
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks of one connection, in order."""

    connection: Connection
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """False when one check found a problem; a warning is none."""
        return not any(check.finding.outcome == PROBLEM for check in self.checks)

    @property
    def message(self) -> str:
        """The whole in one sentence: what is wrong first, or who lets us in where."""
        for check in self.checks:
            if check.finding.outcome == PROBLEM:
                return f"{check.finding.says}; {check.finding.next}"
        told = {check.id: check.finding.says for check in self.checks if check.finding.outcome == OK}
        return next((told[name] for name in ("location", "database") if name in told), "it works")

    def to_json(self) -> JsonObject:
        """Return it for programs."""
        return {
            "name": self.connection.name,
            "system": self.connection.system,
            "mode": self.connection.mode,
            "ok": self.ok,
            "message": self.message,
            "checks": [check.to_json() for check in self.checks],
        }


async def diagnose(runtime: Runtime, connection: Connection) -> Diagnosis:
    """Check one connection from its stored secret to the last permission; nothing is changed anywhere."""
    try:
        async with runtime.db.begin() as tx:
            secret, _ = await connections.secret(tx, runtime.box, connection.id)
        steps = await _steps(runtime, connection)
    except OrderBridgeError as error:
        return Diagnosis(connection, (Check("secret", "Stored secret", _unusable(error)),))
    checks = [Check("secret", "Stored secret", fine("it can be read"))]
    checks += await run(steps)
    return Diagnosis(connection, tuple(_cleaned(check, secret) for check in checks))


async def problems(
    runtime: Runtime, client: GhlClient | ActClient, *, config: JsonObject, secret: JsonObject
) -> list[Check]:
    """Return what is wrong with an account that is not stored yet; empty where every check passes."""
    checks = await run(_account_steps(runtime, client, config))
    return [_cleaned(check, secret) for check in checks if check.finding.outcome == PROBLEM]


async def run(steps: Sequence[Step]) -> list[Check]:
    """Make the checks in order; after one that makes the rest meaningless the others are skipped."""
    checks: list[Check] = []
    stopped: Step | None = None
    for step in steps:
        if stopped is not None:
            why = f"not tried, because of the problem under '{stopped.title}'"
            checks.append(Check(step.id, step.title, Finding(outcome=SKIPPED, says=why)))
            continue
        finding = await _found(step)
        checks.append(Check(step.id, step.title, finding))
        if finding.stops:
            stopped = step
    return checks


async def _found(step: Step) -> Finding:
    try:
        async with asyncio.timeout(_CHECK_S):
            return await step.run()
    except TimeoutError:
        return wrong(
            f"not done within {_CHECK_S:g} s",
            "the server is slow, or other work uses up the allowance of calls; try again in a minute",
            cause="diagnosis.timeout",
        )


async def _steps(runtime: Runtime, connection: Connection) -> list[Step]:
    if connection.system == "ghl":
        return _account_steps(runtime, await runtime.ghl(connection.id), connection.config)
    act = _account_steps(runtime, await runtime.act(connection.id), connection.config)
    return [*act, Step("webhooks", "Webhooks", partial(_webhooks, connection))]


def _account_steps(runtime: Runtime, client: GhlClient | ActClient, config: JsonObject) -> list[Step]:
    if isinstance(client, GhlClient):
        return ghl_diagnose.steps(client, config=config, clock=runtime.clock)
    return act_diagnose.steps(client, config=config, clock=runtime.clock, judge=_judged)


async def _webhooks(connection: Connection) -> Finding:
    return finding_of(connection)


def _judged(permissions: Sequence[Permission]) -> Finding:
    found = report(permissions)
    where = "tick them for the user in Act!: Tools → Manage Users → the user → permissions, or give it the role Manager"
    if found.missing:
        return wrong(found.sentence, where, cause="act.permissions_missing", stops=False)
    if not found.known:
        return dubious(found.sentence, "nothing, if everything arrives", cause="act.permissions_unknown")
    if found.missing_at_times:
        names = ", ".join(f"'{item.permission}'" for item in found.missing_at_times)
        return fine(f"{found.sentence}; {names} is not held and only needed to create fields")
    return fine(found.sentence)


def _unusable(error: OrderBridgeError) -> Finding:
    says, _, rest = str(error).partition("; ")
    hint = (
        "see 'orderbridge connections list'" if isinstance(error, SetupError) else "connect the account again"
    )
    return wrong(says, rest or hint, cause=error.cause)


def _cleaned(check: Check, secret: JsonObject) -> Check:
    """Take out whatever a server repeated of our secret; a second net under the first."""
    clean = partial(_without, sorted(_texts(secret), key=len, reverse=True))
    found = check.finding
    return Check(
        check.id,
        check.title,
        Finding(
            outcome=found.outcome,
            says=clean(found.says),
            next=None if found.next is None else clean(found.next),
            cause=found.cause,
            stops=found.stops,
        ),
    )


def _without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return redact_text(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
        yield value
