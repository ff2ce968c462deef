"""Hold a run for a person."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import choice, needing, object_of, text
from orderbridge.catalogue.operation import READS, Operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.jsonio import JsonObject


async def _run(_ctx: ActionContext, given: JsonObject) -> JsonObject:
    raise RunEnds(Ending.HELD, given["reason"], output={"ends": "held", "reason": given["reason"]})


OPERATION = Operation(
    id="core.flow.hold",
    system="core",
    title="Hold the run for a person",
    description="Puts the run among the dead letters with your reason; replaying it goes on with the next step.",
    input_schema=object_of(
        needing({"reason": text("What the person shall look at.", minLength=1)}, "reason")
    ),
    output_schema=object_of(
        needing({"ends": choice("How the run ends.", ["held"]), "reason": text("Why.")}, "ends", "reason")
    ),
    example={"reason": "a refund of more than 1,000: check with the shop first"},
    example_output={"ends": "held", "reason": "a refund of more than 1,000: check with the shop first"},
    # Once done it stays done: a replay must come past it.
    effects=frozenset({READS}),
    run=_run,
)
