"""``orderbridge flows eval``: try an expression before it goes into a flow."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orderbridge.cli import output
from orderbridge.core import jsonio
from orderbridge.core.clock import SystemClock
from orderbridge.core.errors import SetupError
from orderbridge.core.places import MISSING
from orderbridge.engine.expressions.pool import Expressions, Limits
from orderbridge.flows.expressions import fields


def register(app: typer.Typer) -> None:
    """Add the command to those of flows."""
    app.command("eval")(evaluate)


def evaluate(
    expression: Annotated[str, typer.Argument(help="The expression, as it would stand in a flow.")],
    input: Annotated[
        str, typer.Option(help='JSON that it reads: {"event": {"amount": 150.10}, "steps": {}}.')
    ] = "{}",
    json: output.AsJson = False,
) -> None:
    """Compute an expression, as a flow would; nothing is written, and no connection is needed."""
    try:
        scope = jsonio.decode(input)
    except ValueError as error:
        raise SetupError(
            f'--input is not JSON: {error}; write it like \'{{"event": {{"amount": 150.10}}}}\'',
            cause="setup.input",
        ) from error
    found = output.run(_computed(expression, scope))
    if json:
        shown = {"missing": True} if found is MISSING else {"missing": False, "value": found}
        output.as_json(shown | {"reads": list(fields(expression))})
    elif found is MISSING:
        output.messages.print("It gives nothing: a field that it reads is not there.")
    else:
        output.as_json(found)


async def _computed(expression: str, scope: Any) -> Any:
    settings = output.settings()
    expressions = Expressions(
        Limits(
            deadline_s=settings.expression_deadline_s, memory_mb=settings.expression_memory_mb, processes=1
        )
    )
    try:
        return await expressions.evaluate(expression, scope, now=SystemClock().now())
    finally:
        await expressions.close()
