"""Tell the people who run this installation."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext, Notice
from orderbridge.catalogue.fields import choice, flag, needing, number, object_of, text, whole
from orderbridge.catalogue.operation import MESSAGES, WRITES, Operation
from orderbridge.core.jsonio import JsonObject

_WINDOW_MINUTES = 60


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    notice = Notice(
        channel=given["channel"],
        title=given.get("title", "orderbridge"),
        text=given["text"],
        kind=given.get("kind", "info"),
        key=given.get("key"),
        window_s=float(given.get("window_minutes", _WINDOW_MINUTES)) * 60,
    )
    shown = {"method": "message to", "path": notice.channel, "title": notice.title, "text": notice.text}
    answer: JsonObject = await ctx.unproved("core", "notice", shown, lambda: ctx.notify(notice))
    return answer


OPERATION = Operation(
    id="core.notify.send",
    system="core",
    title="Send a message to your own people",
    description="Sends a message through a channel of 'orderbridge notify add'; repeats under one key are held back "
    "for a while, and the next message says how many there were.",
    input_schema=object_of(
        needing(
            {
                "channel": text("Name of the channel.", minLength=1),
                "title": text("Heading; orderbridge unless given.", maxLength=200),
                "text": text("The message.", minLength=1, maxLength=10_000),
                "kind": choice(
                    "How bad it is; info unless given.", ["info", "success", "warning", "failure"]
                ),
                "key": text(
                    "What belongs together, such as refund-failed; the same title and text unless given.",
                    minLength=1,
                    maxLength=200,
                ),
                "window_minutes": number(
                    "For how long repeats are held back; 60 unless given, 0 holds back nothing.",
                    minimum=0,
                    maximum=44_640,
                ),
            },
            "channel",
            "text",
        )
    ),
    output_schema=object_of(
        needing(
            {
                "channel": text("The channel."),
                "sent": flag("Whether it was sent now."),
                "held_back": whole("How many under this key were held back since the last that was sent."),
            },
            "channel",
            "sent",
            "held_back",
        )
    ),
    example={"channel": "team", "title": "Refund", "text": "Order 17 was refunded", "key": "refund"},
    example_output={"channel": "team", "sent": True, "held_back": 0},
    calls="1 to the service",
    effects=frozenset({WRITES, MESSAGES}),
    repeatable=False,
    proof="none is possible: it is journalled before it is sent, and sent at most once for each step",
    run=_run,
)
