"""Let a run wait for hours or months, through restarts."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needing, number, object_of
from orderbridge.catalogue.operation import READS, Operation
from orderbridge.core.endings import waiting
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

LONGEST_DAYS = 366
_UNITS = ("seconds", "minutes", "hours", "days")


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    now = ctx.clock.now()
    until = _until(given, now)
    if until > now + timedelta(days=LONGEST_DAYS):
        raise FlowError(
            f"a run can wait {LONGEST_DAYS} days; this one would wait until {until.isoformat()}",
            cause="delay.too_long",
        )
    if until <= now:
        return {"until": until.isoformat()}
    raise waiting(until)


def _until(given: JsonObject, now: datetime) -> datetime:
    lengths = {unit: float(given[unit]) for unit in _UNITS if unit in given}
    if ("until" in given) == bool(lengths):
        raise FlowError(f"give either until, or any of {', '.join(_UNITS)}", cause="flow.input_refused")
    if lengths:
        return now + timedelta(**lengths)
    return datetime.fromisoformat(given["until"]).astimezone(now.tzinfo)


def _length(unit: str) -> dict[str, int]:
    most = {"seconds": 86_400, "minutes": 1440, "hours": 24, "days": 1}[unit] * LONGEST_DAYS
    return {"minimum": 0, "maximum": most}


OPERATION = Operation(
    id="core.delay.wait",
    system="core",
    title="Wait",
    description="Lets the run wait while other changes of the record go on; afterwards the flow sees the record "
    "as it is by then, while what earlier steps read is as old as the wait.",
    input_schema=object_of(
        {
            "until": instant("The moment to wait for; one that is past is no wait."),
            **{unit: number(f"How many {unit}; they add up.", **_length(unit)) for unit in _UNITS},
        }
    ),
    output_schema=object_of(needing({"until": instant("Until when it waits, or waited.")}, "until")),
    example={"days": 3},
    example_output={"until": "2026-02-03T09:00:00+00:00"},
    # Once waited it stays waited: a retry after it must not begin again.
    effects=frozenset({READS}),
    run=_run,
)
