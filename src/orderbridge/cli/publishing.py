"""``orderbridge flows publish``: a flow of one's own, from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError

from orderbridge.app import Application, open_application
from orderbridge.catalogue import schema
from orderbridge.catalogue.core.schedule.times import last_due
from orderbridge.catalogue.operation import TRIGGER
from orderbridge.catalogue.own_events import SCHEDULE
from orderbridge.catalogue.registry import operation
from orderbridge.cli import output
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import derived_id
from orderbridge.flows.model import Flow, Step
from orderbridge.store import connections, flows
from orderbridge.store.connections import Connection

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def register(app: typer.Typer) -> None:
    """Add the command to those of flows."""
    app.command("publish")(publish_file)


def publish_file(
    file: Annotated[Path, typer.Argument(help="A flow as 'orderbridge flows export' prints it.")],
    source: Annotated[str, typer.Option(help="Name of the connection whose changes start it.")],
    target: Annotated[str, typer.Option(help="Name of the connection that it works on; may be the same.")],
) -> None:
    """Check a flow, freeze it as its next version, and switch it on."""
    output.run(_publish(file, source, target))


async def _publish(file: Path, source: str, target: str) -> None:
    flow = read(file)
    async with open_application(output.settings()) as application:
        name, version = await publish(application, flow, source=source, target=target)
    output.people.print(f"{name} is on, version {version}", markup=False)


def read(file: Path) -> Flow:
    """Read a flow from a file.

    Raises:
        FlowError: It is none.
        SetupError: The file cannot be read.
    """
    try:
        return Flow.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}") from error
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise FlowError(f"{file} is not a flow: {_in_a_line(error)}", cause="flow.not_a_flow") from error


def _in_a_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'the file'}: {item['msg'].lower()}"
            for item in error.errors()
        )
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1} is no YAML: {error.problem}"
    return " ".join(str(error).split())


async def publish(application: Application, flow: Flow, *, source: str, target: str) -> tuple[str, int]:
    """Publish a flow between two connections; returns its name and version.

    Raises:
        FlowError: An operation is unknown, its input does not fit, or test and live would meet.
        SetupError: There is no such connection.
    """
    check(flow)
    async with application.db.begin() as tx:
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
        version = await flows.publish(
            tx,
            flow_id=derived_id(flow.flow, one.id, other.id),
            name=name,
            template=None,
            source_connection=one.id,
            target_connection=other.id,
            definition=flow.as_json(),
            enabled=True,
        )
    return name, version


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
    for step in flow.steps:
        if operation(step.action).kind == TRIGGER:
            raise FlowError(
                f"flow {flow.flow}: {step.action} is a trigger and cannot be a step",
                cause="flow.trigger_as_step",
            )
        _check_fields(flow, step)


def _check_fields(flow: Flow, step: Step) -> None:
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
