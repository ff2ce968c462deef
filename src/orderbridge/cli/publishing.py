"""``orderbridge flows publish``: a flow of one's own, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml
from pydantic import ValidationError

from orderbridge.app import open_application
from orderbridge.automation import publishing
from orderbridge.cli import output
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.flows.model import Flow
from orderbridge.store import flows

_TO_GO_LIVE = "off until 'orderbridge flows go-live' has checked what has to be checked"


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
        name, version = await publishing.publish(application.runtime, flow, source=source, target=target)
        async with application.db.read() as tx:
            on = (await flows.by_name(tx, name)).enabled
    output.people.print(
        f"{name} is published, version {version}; {'on' if on else _TO_GO_LIVE}", markup=False
    )


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
