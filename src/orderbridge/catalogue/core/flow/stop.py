"""End a run that has nothing more to do."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, needing, object_of, text
from orderbridge.catalogue.operation import Operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.jsonio import JsonObject


async def _run(_ctx: ActionContext, given: JsonObject) -> JsonObject:
    raise RunEnds(
        Ending.NOTHING_TO_DO, given["reason"], output={"ends": "nothing", "reason": given["reason"]}
    )


OPERATION = Operation(
    id="core.flow.stop",
    system="core",
    title="Stop the run",
    description="Ends the run with your reason; what earlier steps did stays done, later steps are not started.",
    input_schema=object_of(needing({"reason": text("Why, for whoever reads it.", minLength=1)}, "reason")),
    output_schema=object_of(
        needing({"ends": choice("How the run ends.", ["nothing"]), "reason": text("Why.")}, "ends", "reason")
    ),
    example={"reason": "the customer is a test customer"},
    example_output={"ends": "nothing", "reason": "the customer is a test customer"},
    effects=frozenset(),
    run=_run,
)
