"""Sending a document: without a message it is a change of its state, with one a person hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import Field, flag, needed, record_id
from orderbridge.catalogue.operation import MESSAGES, Operation
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject

_ACTIONS = {
    (False, False): "send_manually",
    (True, False): "email",
    (False, True): "sms",
    (True, True): "sms_and_email",
}
# What is remembered of a step that was about to make a draft a sent document.
_BEGUN = "document_sending"
_FIELDS = {
    "user_id": needed(record_id("In whose name: a user of the location (see ghl.user.list).")),
    "by_email": flag("Whether the customer gets it by e-mail.", effect=MESSAGES, sent=False, proved=False),
    "by_sms": flag("Whether the customer gets a text message.", effect=MESSAGES, sent=False, proved=False),
}


def _action(given: JsonObject) -> str:
    return _ACTIONS[bool(given.get("by_email")), bool(given.get("by_sms"))]


async def _more(_ctx: ActionContext, given: JsonObject, before: JsonObject) -> JsonObject:
    return {"action": _action(given), "liveMode": bool(before.get("live_mode"))}


def sending(
    *,
    id: str,
    title: str,
    description: str,
    call: str,
    document: str,
    document_field: Field,
    record: Record,
    state: str,
    **more: Any,
) -> Operation:
    """Declare the sending of a document.

    Args:
        id: ``ghl.invoice.send``.
        title: A few words.
        description: One sentence.
        call: The published call.
        document: The input field with the document's id.
        document_field: That field.
        record: The kind of document.
        state: Its field that says draft or sent.
        more: Further attributes of ``Operation``.
    """
    published = find("ghl", call)
    draft_only = acting(
        id=id, title=title, description=description, call=call, fields={document: document_field} | _FIELDS,
        record=record, key=document, until=lambda _given, _before: {state: "sent"}, fill=_more,
    )  # fmt: skip

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        before = await record.read(ctx, given[document], given)
        if before is None:
            raise NotFoundError(
                f"{title}: there is no {record.kind} {given[document]}; nothing was sent",
                cause="record.not_found",
            )
        if before.get(state) == "draft":
            assert draft_only.run is not None
            await ctx.remember("ghl", _BEGUN, ctx.attempt_id, given[document])
            return await draft_only.run(ctx, given)
        # Where this very step made it sent and its outcome was lost, the message went with it.
        begun = await ctx.remembered("ghl", _BEGUN, ctx.attempt_id)
        if begun is None and _action(given) != "send_manually":
            # Nothing shows that a person was told once more, so it happens once for each step.
            values = {document_wire: given[document], "userId": given["user_id"]}
            request = prepare(published, ctx, values | await _more(ctx, given, before))
            await ctx.unproved("ghl", f"{record.kind}.send", request.shown(), lambda: request.send(ctx))
        return {"id": given[document], "verdict": "unchanged", "record": before}

    document_wire = published.path_names[0]
    own: dict[str, Any] = {
        "run": run,
        "proof": f"the {record.kind} is read back as sent; a further message is sent once for each step",
    }
    return replace(draft_only, **(own | more))
