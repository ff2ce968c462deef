"""Check a flow and freeze it as its next version."""

from __future__ import annotations

from datetime import UTC, datetime

from orderbridge.automation import account_fields
from orderbridge.automation.live_gate import may_run
from orderbridge.catalogue import schema
from orderbridge.catalogue.core.schedule.times import last_due
from orderbridge.catalogue.operation import TRIGGER
from orderbridge.catalogue.own_events import SCHEDULE
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import derived_id
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import mapping_problems
from orderbridge.flows.model import ActionStep, Flow
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection

log = get(__name__)

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


async def publish(runtime: Runtime, flow: Flow, *, source: str, target: str) -> tuple[str, int]:
    """Publish a flow between two connections; returns its name and version.

    Between live connections it is switched on only by going live.

    Raises:
        FlowError: An operation is unknown, its input does not fit, or test and live would meet.
        SetupError: There is no such connection.
    """
    check(flow)
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    one, other = _named(every, source), _named(every, target)
    if one.mode != other.mode:
        raise FlowError(
            f"{one.name} is {one.mode} and {other.name} is {other.mode}; test and live never meet",
            cause="flow.modes_differ",
        )
    name = f"{flow.flow} ({one.name} to {other.name})"
    system = operation(flow.trigger).system
    if system not in ("core", one.system):
        raise FlowError(
            f"{flow.trigger} listens to {system}, and the source {one.name} is a connection of {one.system}",
            cause="flow.wrong_source",
        )
    # Outside the transaction: it takes as long as the accounts do.
    await _check_accounts(runtime, flow, one.id, other.id)
    flow_id, definition = derived_id(flow.flow, one.id, other.id), flow.as_json()
    async with runtime.db.begin() as tx:
        version = await flows.publish(
            tx,
            flow_id=flow_id,
            name=name,
            template=None,
            source_connection=one.id,
            target_connection=other.id,
            definition=definition,
            enabled=await may_run(tx, flow_id, one, definition),
        )
    return name, version


async def _check_accounts(runtime: Runtime, flow: Flow, source: str, target: str) -> None:
    for problem in await account_fields.problems(runtime, flow, source, target):
        if not problem.warning:
            raise FlowError(f"flow {flow.flow}: {problem}", cause="flow.does_not_fit_account")
        log.warning("a mapping may be wrong", flow=flow.flow, place=problem.place, problem=problem.message)


def check(flow: Flow) -> None:
    """Check that a flow's operations are there and that its trigger is one, with an input that fits.

    Raises:
        FlowError: The first thing that is wrong.
    """
    trigger = operation(flow.trigger)
    if trigger.kind != TRIGGER or trigger.listens is None:
        raise FlowError(
            f"flow {flow.flow}: {trigger.ref} is an action; 'orderbridge ops list --kind trigger' shows what a flow "
            "can listen to",
            cause="flow.not_a_trigger",
        )
    schema.check(
        trigger.input_schema,
        flow.trigger_with,
        what=f"flow {flow.flow}: {trigger.ref}",
        example=trigger.example,
    )
    if trigger.listens.kind == SCHEDULE:
        last_due(flow.trigger_with, _ANY_TIME)
    for step in flow.actions():
        if operation(step.action).kind == TRIGGER:
            raise FlowError(
                f"flow {flow.flow}: {step.action} is a trigger and cannot be a step",
                cause="flow.trigger_as_step",
            )
        _check_fields(flow, step)
    if wrong := [item for item in mapping_problems.of_flow(flow) if not item.warning]:
        raise FlowError(f"flow {flow.flow}: {wrong[0]}", cause="flow.bad_mapping")


def _check_fields(flow: Flow, step: ActionStep) -> None:
    # Their values are known when it runs; their names are known now.
    action = operation(step.action)
    fields: list[str] = sorted(action.input_schema.get("properties", {}))
    closed = action.input_schema.get("additionalProperties") is False
    unknown = sorted(set(step.with_) - set(fields)) if closed else []
    missing = sorted(set(action.input_schema.get("required", [])) - set(step.with_))
    said = [f"unknown {', '.join(unknown)}"] if unknown else []
    said += [f"{', '.join(missing)} missing"] if missing else []
    if said:
        raise FlowError(
            f"flow {flow.flow}, step {step.id}: {'; '.join(said)}; {action.ref} takes {', '.join(fields) or 'nothing'}",
            cause="flow.input_refused",
        )


def _named(every: list[Connection], name: str) -> Connection:
    found = [item for item in every if item.name == name]
    if not found:
        raise SetupError(
            f"there is no connection named {name!r}; see 'orderbridge connections list'",
            cause="connection.missing",
        )
    return found[0]
