"""Money that was received elsewhere, noted in HighLevel once for each reference and never a second time.

HighLevel takes the same payment as often as it is told of it. Our reference goes along and the transaction is
looked for by it; because nobody promises that a transaction shows what was sent along, when we sent is written
down before, and a new transaction of that amount that nobody else claims counts too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.declaring import declared
from orderbridge.catalogue.fields import (
    Fields,
    choice,
    group,
    money,
    needed,
    on_the_wire,
    text,
)
from orderbridge.catalogue.operation import MONEY, READS, WRITES, Operation, Run
from orderbridge.catalogue.paging import OFFSET, Listing
from orderbridge.catalogue.published.calls import PublishedCall, find
from orderbridge.catalogue.published.request import prepare
from orderbridge.catalogue.records import Record
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT
from orderbridge.connectors import fields as wire
from orderbridge.core.errors import HeldError, NotFoundError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject

KIND = "payment"
_TRANSACTIONS = Record(
    system="ghl",
    kind="transaction",
    one="GET /payments/transactions/{transactionId}",
    id_name="transactionId",
    many=Listing(call="GET /payments/transactions", rows="data", paging=OFFSET),
)
_KEY = "orderbridgeReference"
# What is remembered of a payment that HighLevel accepted and does not show, and when one was sent.
_UNSEEN = "unseen"
_SENT, _CLAIMED = f"{KIND}_sent", f"{KIND}_claimed"
_CLOCK_SLACK = timedelta(minutes=15)

FIELDS = {
    "reference": text(
        "Your name for this payment, such as the number of the receipt; the same reference is recorded only once.",
        required=True,
        minLength=1,
        maxLength=200,
        sent=False,
    ),
    "amount": needed(money("How much was received, in the currency of the document.", exclusiveMinimum=0)),
    "mode": choice("How it was paid.", ["cash", "card", "cheque", "bank_transfer", "other"], required=True),
    "notes": text("What people shall read beside it."),
    "cheque": group("The cheque, where it was one.", {"number": text("Its number.", required=True)}),
}


@dataclass(kw_only=True)
class PaymentOnce:
    """A payment to record (a ``WriteSet``).

    Attributes:
        document_id: The order or invoice that was paid.
        put: Sends the request.
        sent_at: When an earlier attempt sent it, or was about to.
        claimed: Whether another reference is known to have made a transaction.
        known: Transactions that were there before anything was sent.
        amount_seen: What the transaction is over, as it was read last.
    """

    ctx: ActionContext
    reference: str
    document_id: str
    amount: object
    put: Callable[[], Awaitable[None]]
    claimed: Callable[[str], Awaitable[bool]]
    sent_at: datetime | None = None
    kind: str = f"ghl.{KIND}"
    system: str = "ghl"
    known_absent: bool = False
    wanted: JsonObject = field(init=False)
    known: set[str] = field(default_factory=set)
    sent: bool = False
    amount_seen: object = None

    def __post_init__(self) -> None:
        self.wanted = {"document_id": self.document_id, "amount": self.amount}

    async def read(self) -> JsonObject | None:
        """Find the payment by our reference; after sending also by being new, of that amount and unclaimed."""
        unclaimed = None
        async for row in self._payments():
            mark = (row.get("meta") or {}).get(_KEY)
            if mark == self.reference:
                return self._shown(row)
            if mark is None and self._fits(row) and not await self.claimed(str(row["id"])):
                unclaimed = row
            if self.sent_at is None:
                self.known.add(str(row["id"]))
        return None if unclaimed is None else self._shown(unclaimed)

    async def send(self, actual: JsonObject | None) -> None:
        """Record it, unless it is there: one that differs is looked at by a person, never sent again."""
        if actual is not None or self.sent:
            return
        self.sent, self.sent_at = True, self.ctx.clock.now()
        await self.put()

    def _shown(self, row: JsonObject) -> JsonObject:
        self.amount_seen = row.get("amount")
        return {"id": row["id"], "document_id": self.document_id, "amount": row.get("amount")}

    def _fits(self, row: JsonObject) -> bool:
        if self.sent_at is None or row["id"] in self.known or row.get("status") != "succeeded":
            return False
        made_at = wire.instant(row.get("created_at"))
        recent = made_at is None or made_at >= self.sent_at - _CLOCK_SLACK
        return recent and same(row.get("amount"), self.amount)

    async def _payments(self) -> AsyncIterator[JsonObject]:
        async for row in _TRANSACTIONS.listed(self.ctx, {}, most=1000, query={"entityId": self.document_id}):
            # Only by id does a transaction show what was sent along with it.
            yield await _TRANSACTIONS.read(self.ctx, str(row["id"]), {}) or row


def recording(
    *, id: str, title: str, description: str, call: str, document: Record, fields: Fields, fixed: JsonObject,
    example: JsonObject,
) -> Operation:  # fmt: skip
    """Declare the recording of a payment.

    Args:
        id: ``ghl.order.record_payment``.
        title: A few words.
        description: One sentence.
        call: The published call.
        document: What is paid: an order or an invoice.
        fields: Its input; the first one names the document.
        fixed: What the request always carries, in the provider's names.
        example: An input that works.
    """
    published = find("ghl", call)
    own = {
        "title": title,
        "description": description,
        "output_schema": _OUTPUT,
        "effects": frozenset({READS, WRITES, MONEY}),
        "scopes": (
            *published.scopes,
            "payments/transactions.readonly",
            *find("ghl", document.one or "").scopes,
        ),
        "calls": "4, and 1 for each payment there is already; 1 where the reference is known",
        "proof": "the transaction is found by the reference that it carries, and its amount compared",
        "example": example,
        "example_output": {"id": "6a1b2c3d4e5f60718293a4b6", "verdict": "confirmed", "amount": 50.05},
        "run": _run(title, published, document, fields, fixed),
    }
    return declared(id, published, fields, own)


_OUTPUT: JsonObject = {
    "type": "object",
    "description": "The transaction that shows the payment.",
    "properties": {"id": OPTIONAL_TEXT, "verdict": TEXT, "amount": {"type": ["number", "null"]}},
    "required": ["id", "verdict", "amount"],
}


def _run(title: str, call: PublishedCall, document: Record, fields: Fields, fixed: JsonObject) -> Run:
    key = next(iter(fields))

    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        reference, document_id = given["reference"], given[key]
        name = f"{document.kind}/{document_id}/{reference}"
        # Two callers with one reference wait for each other.
        async with ctx.exclusive([f"{KIND}/{name}"], system="ghl"):
            known = await ctx.remembered("ghl", KIND, name)
            if known == _UNSEEN:
                raise _unseen(title, reference, document_id)
            if known is not None:
                there = await _TRANSACTIONS.read(ctx, known, {}) or {}
                _compare(title, given, known, there.get("amount"))
                return {"id": known, "verdict": "unchanged", "amount": there.get("amount")}
            if await document.read(ctx, document_id, given) is None:
                raise NotFoundError(
                    f"{title}: there is no {document.kind} {document_id}; nothing was recorded",
                    cause="record.not_found",
                )
            values = {"notes": reference} | fixed | on_the_wire(fields, given) | {"meta": {_KEY: reference}}

            async def put() -> None:
                await ctx.remember("ghl", _SENT, name, ctx.clock.now().isoformat())
                await _send(call, ctx, values)

            async def claimed(transaction_id: str) -> bool:
                return await ctx.remembered("ghl", _CLAIMED, transaction_id) is not None

            write = PaymentOnce(
                ctx=ctx, reference=reference, document_id=document_id, amount=given["amount"], put=put,
                claimed=claimed, sent_at=wire.instant(await ctx.remembered("ghl", _SENT, name)),
            )  # fmt: skip
            proof = await ctx.prove(write)
            if proof.target_id is not None:
                await ctx.remember("ghl", _CLAIMED, proof.target_id, name)
            await ctx.remember("ghl", KIND, name, proof.target_id or _UNSEEN)
        if proof.target_id is None:
            raise _unseen(title, reference, document_id)
        _compare(title, given, proof.target_id, write.amount_seen)
        return {"id": proof.target_id, "verdict": proof.verdict, "amount": given["amount"]}

    return run


def _compare(title: str, given: JsonObject, transaction_id: str, seen: object) -> None:
    # None: the transaction was deleted since, or was compared by an earlier attempt.
    if seen is None or same(seen, given["amount"]):
        return
    raise HeldError(
        f"{title}: HighLevel shows the payment {given['reference']} (transaction {transaction_id}) over {seen} and not "
        f"over {given['amount']}; it is not recorded again under this reference. Correct it there, or record the "
        "other payment under a reference of its own",
        cause="payment.amount_differs",
    )


async def _send(call: PublishedCall, ctx: ActionContext, values: JsonObject) -> None:
    try:
        await prepare(call, ctx, values).send(ctx)
    except RejectedError as error:
        if error.status != 409:
            raise
        raise TransientError(
            f"{call.name}: the customer is paying at this moment, so nothing can be recorded now; nothing was changed, "
            "it is tried again by itself",
            cause="ghl.payment_under_way",
        ) from error


def _unseen(title: str, reference: str, document_id: str) -> HeldError:
    return HeldError(
        f"{title}: HighLevel was told of the payment {reference} of {document_id} and shows no transaction for it; it "
        "is not sent again under this reference. Look at the payments there; where it is missing, record it under "
        "another reference",
        cause="payment.not_shown",
    )
