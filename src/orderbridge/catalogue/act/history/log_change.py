"""An action: write one line of a log into the history."""

from __future__ import annotations

from orderbridge.catalogue.act.history import HISTORY, OF_CONTACT, PERMISSIONS
from orderbridge.catalogue.act.once import OnceEntry, remembered
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, instant, needed, object_of, record_id, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.fields import wire_time
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word

KIND = "log"
_FIELDS = {
    "reference": needed(text("Your name of the change; the same one is written once.", minLength=1)),
    "regarding": needed(text("What happened, in a few words.", minLength=1)),
    "facts": needed(group("What is said of it, a line for each; what is null is left out.", {}, open=True)),
    "happened_at": instant("When it happened; left out, now.", type=["string", "null"]),
    "contact_id": needed(record_id("The contact.")),
    "opportunity_id": needed(record_id("The opportunity that shows it as well.")),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    reference = given["reference"]
    async with ctx.exclusive([f"{KIND}/{reference}"], system="act"):
        known_id = await ctx.remembered("act", KIND, reference)
        if known_id is not None:
            return {"id": known_id, "verdict": "unchanged"}
        at = given.get("happened_at") or wire_time(ctx.clock.now())
        facts = {name: word(value) for name, value in given["facts"].items() if value is not None}
        result = await remembered(
            ctx,
            OnceEntry(
                ctx=ctx,
                kind=KIND,
                reference=reference,
                record=HISTORY,
                call="POST /api/History",
                text_field="details",
                values={
                    "regarding": given["regarding"][:250],
                    "details": "\n".join(f"{name}: {value}" for name, value in facts.items()),
                    "historyTypeID": ctx.profile.history_type_id,
                    "startTime": at,
                    "endTime": at,
                    "isPrivate": False,
                    "contacts": [{"id": given["contact_id"]}],
                    "opportunities": [{"id": given["opportunity_id"]}],
                },
                near=(OF_CONTACT, {"id": given["contact_id"]}),
                shown={"regarding": given["regarding"][:250]},
                known_absent=ctx.journal_complete,
            ),
        )
        await ctx.remember("act", KIND, reference, result["id"])
        return result


OPERATION = Operation(
    id="act.history.log_change",
    system="act",
    title="Write a change into the log",
    description="Writes one history entry for each change, with its facts line by line; the same change is written "
    "once, whichever flow tells of it.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict"], id=TEXT, verdict=TEXT),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="2, or none when it was written before",
    proof="read back by id; found again by its line among the contact's history",
    run=_run,
    example={
        "reference": "6601f0c2a5b4c3d2e1f00002:succeeded:2026-01-31T09:00:00Z",
        "regarding": "Payment succeeded: 498.00 USD",
        "facts": {"transactionId": "6601f0c2a5b4c3d2e1f00002", "amount": "498.00 USD", "status": "succeeded"},
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed"},
)
