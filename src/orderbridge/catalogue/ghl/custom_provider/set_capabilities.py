"""An action: say what the location's own payment provider can do."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import flag, needed, on_the_wire
from orderbridge.catalogue.operation import READS, WRITES
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.core.jsonio import JsonObject

_CALL = find("ghl", "PUT /payments/custom-provider/capabilities")
_FIELDS = {
    "supports_subscription_schedules": needed(flag("Whether it can begin a subscription later.")),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    request = prepare(_CALL, ctx, on_the_wire(_FIELDS, given))
    # No call shows it, so its answer is all that can be known.
    answer = await ctx.unproved(
        "ghl", "custom_provider.set_capabilities", request.shown(), lambda: request.send(ctx)
    )
    return {"accepted": bool((answer or {}).get("success"))}


OPERATION = declared(
    "ghl.custom_provider.set_capabilities",
    _CALL,
    _FIELDS,
    {
        "title": "Set what the custom payment provider can do",
        "description": "Says whether the location's own payment provider can begin subscriptions later.",
        "output_schema": {
            "type": "object",
            "properties": {"accepted": {"type": "boolean"}},
            "required": ["accepted"],
        },
        "effects": frozenset({READS, WRITES}),
        "calls": "1",
        "proof": "HighLevel shows it nowhere: sent once for each step, and its answer kept",
        "example": {"supports_subscription_schedules": True},
        "example_output": {"accepted": True},
        "run": _run,
    },
)
