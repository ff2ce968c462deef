"""Tell the people who run this installation, together with what else happens within a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.catalogue.context import ActionContext, GroupedNotice
from orderbridge.catalogue.fields import choice, flag, money, needing, number, object_of, text
from orderbridge.catalogue.operation import MESSAGES, READS, WRITES, Operation
from orderbridge.core.jsonio import JsonObject

_WINDOW_MINUTES = 15


@dataclass(kw_only=True)
class Line:
    """A line that shall be among those of its message (a ``WriteSet``); what was added is never changed."""

    ctx: ActionContext
    notice: GroupedNotice
    kind: str = "grouped_notice"
    system: str = "core"
    known_absent: bool = False
    reference: str = field(init=False)
    wanted: JsonObject = field(init=False)

    def __post_init__(self) -> None:
        self.reference = f"{self.notice.channel}/{self.notice.key}/{self.notice.reference}"
        self.wanted = {"reference": self.notice.reference}

    async def read(self) -> JsonObject | None:
        """Look whether it was added."""
        return await self.ctx.gathered(self.notice)

    async def send(self, actual: JsonObject | None) -> None:
        """Add it."""
        if actual is None:
            await self.ctx.gather(self.notice)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    amount = given.get("amount")
    notice = GroupedNotice(
        channel=given["channel"],
        key=given["key"],
        title=given["title"],
        reference=given["reference"],
        line=given["line"],
        group=given.get("total"),
        amount=None if amount is None else Decimal(amount),
        currency=given.get("currency"),
        kind=given.get("kind", "info"),
        window_s=float(given.get("window_minutes", _WINDOW_MINUTES)) * 60,
    )
    proof = await ctx.prove(Line(ctx=ctx, notice=notice))
    return {"channel": notice.channel, "added": proof.verdict != "unchanged"}


OPERATION = Operation(
    id="core.notify.group",
    system="core",
    title="Tell your own people, grouped",
    description="Adds a line to a message that gathers lines for a while and is then sent once, with totals in each "
    "currency; a line with the same reference is never told twice.",
    input_schema=object_of(
        needing(
            {
                "channel": text("Name of the channel.", minLength=1),
                "key": text("Which lines go into one message, such as payments.", minLength=1, maxLength=200),
                "title": text("Heading of the message.", minLength=1, maxLength=200),
                "reference": text(
                    "The line's own name, such as the payment's id with its status; told once for ever.",
                    minLength=1,
                    maxLength=500,
                ),
                "line": text("What happened, in one line.", minLength=1, maxLength=1000),
                "total": text(
                    "Under which word the amount is added up, such as refunded.", type=["string", "null"]
                ),
                "amount": money("What is added up.", type=["number", "null"]),
                "currency": text("Its currency.", type=["string", "null"]),
                "kind": choice(
                    "How bad it is; info unless given.", ["info", "success", "warning", "failure"]
                ),
                "window_minutes": number(
                    "How long the first line waits for others; 15 unless given, 0 sends it with the next look.",
                    minimum=0,
                    maximum=44_640,
                ),
            },
            "channel",
            "key",
            "title",
            "reference",
            "line",
        )
    ),
    output_schema=object_of(
        needing(
            {"channel": text("The channel."), "added": flag("False where this line was told before.")},
            "channel",
            "added",
        )
    ),
    example={
        "channel": "finance",
        "key": "refunds",
        "title": "Refunds",
        "reference": "6601f0c2a5b4c3d2e1f00002/49.80",
        "line": "49.80 USD of order 17 were refunded: duplicate",
        "total": "refunded",
        "amount": 49.8,
        "currency": "USD",
    },
    example_output={"channel": "finance", "added": True},
    calls="none; the message is 1 to the service",
    effects=frozenset({READS, WRITES, MESSAGES}),
    proof="the line is in the database and read back; its message is sent at most once, and where nobody knows "
    "whether it arrived, the next one says so",
    run=_run,
)
