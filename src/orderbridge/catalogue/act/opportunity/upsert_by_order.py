"""The opportunity of an order, with line items whose sum is the order's amount."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.catalogue import origin
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.core.order.lines import KEY_PREFIX
from orderbridge.catalogue.fields import (
    choice,
    money,
    needing,
    number,
    object_of,
    record_id,
    rows,
    text,
)
from orderbridge.catalogue.fields import instant as moment
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import AMOUNT, TEXT, object_schema
from orderbridge.connectors.act.batch import BatchCall
from orderbridge.connectors.act.models import LineItem, LineItemDraft, Opportunity, OpportunityDraft
from orderbridge.connectors.fields import instant
from orderbridge.core.errors import HeldError, NotFoundError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money

KIND = "opportunity"
# Act! does not publish how many parts a batch may have; the vendor's own samples stay small.
_BATCH_PARTS = 50


@dataclass(kw_only=True)
class OrderOpportunity:
    """What Act! shall hold of one order (a ``WriteSet``).

    Attributes:
        lines: Our key → the line; lines with other keys were put there by people and stay.
        foreign_total: What people's own lines come to, as last read.
    """

    ctx: ActionContext
    reference: str
    name: str
    source: str
    status: str
    stage: str | None
    contact_id: str
    currency: str
    opened_at: datetime | None
    lines: dict[str, LineItemDraft]
    known_id: str | None = None
    kind: str = KIND
    system: str = "act"
    known_absent: bool = False
    wanted: JsonObject = field(init=False)
    _line_ids: dict[str, str] = field(default_factory=dict)
    _surplus: list[str] = field(default_factory=list)
    _custom_fields: JsonObject = field(default_factory=dict)

    def __post_init__(self) -> None:
        stage = self.ctx.profile.stage(self.stage)
        self.wanted = {
            "name": self.name,
            "source": self.source,
            "source_id": self.reference,
            "status": self.status,
            "contact": True,
            "lines": {key: _line_state(draft) for key, draft in self.lines.items()},
            "total": sum((draft.price * draft.quantity for draft in self.lines.values()), Decimal(0)),
        }
        if stage is not None:
            self.wanted["stage"] = stage.name
        if self.ctx.profile.currency_key is not None:
            self.wanted["currency"] = self.currency

    async def read(self) -> JsonObject | None:
        """Read the opportunity and its lines, found by id or by the order's id in ``sourceId``."""
        opportunity = await self._find()
        if opportunity is None:
            return None
        self.known_id = opportunity.id
        lines = await self.ctx.act.line_items(opportunity.id)
        return self._state(opportunity, lines)

    async def _find(self) -> Opportunity | None:
        act = self.ctx.act
        if self.known_id is not None:
            try:
                return await act.opportunity(self.known_id)
            except NotFoundError:
                raise HeldError(
                    f"the Act! opportunity {self.known_id} of HighLevel order {self.reference} is gone: deleted, "
                    "made private, or no longer permitted to our user. Restore it, or unlink it, and replay",
                    cause="opportunity.missing",
                ) from None
        found = await act.opportunities_by_source_id(self.reference)
        if len(found) > 1:
            raise HeldError(
                f"Act! holds {len(found)} opportunities for HighLevel order {self.reference} (ids "
                f"{', '.join(item.id for item in found)}); delete all but one and replay",
                cause="opportunity.duplicate",
            )
        return found[0] if found else None

    def _state(self, opportunity: Opportunity, lines: list[LineItem]) -> JsonObject:
        self._line_ids, self._surplus = {}, []
        self._custom_fields = opportunity.custom_fields
        ours: JsonObject = {}
        for line in lines:
            key = line.item_number or ""
            if not key.startswith(KEY_PREFIX):
                continue
            if key in self.lines and key not in ours:
                self._line_ids[key] = line.id
                ours[key] = {
                    "name": line.name,
                    "price": line.price if line.discount_price is None else line.discount_price,
                    "quantity": line.quantity,
                }
            else:
                # Left from an earlier state of the order, or sent twice by an answer that got lost.
                self._surplus.append(line.id)
        state: JsonObject = {
            "id": opportunity.id,
            "name": opportunity.name,
            "source": opportunity.source,
            "source_id": opportunity.source_id,
            "status": opportunity.status,
            "contact": self.contact_id in opportunity.contact_ids,
            "lines": ours,
            "total": sum((line.total or Decimal(0) for line in lines if _is_ours(line)), Decimal(0)),
        }
        if "stage" in self.wanted:
            state["stage"] = opportunity.stage_name
        currency_key = self.ctx.profile.currency_key
        if currency_key is not None:
            state["currency"] = _custom(opportunity, currency_key)
        if self._surplus:
            state["surplus_lines"] = len(self._surplus)
        return state

    async def send(self, actual: JsonObject | None) -> None:
        """Create or correct the opportunity, then the lines that differ."""
        if actual is None:
            opportunity = await self.ctx.act.create_opportunity(self._draft(None))
            self.known_id = opportunity.id
            actual = {"lines": {}}
        else:
            draft = self._draft(actual)
            if draft is not None:
                await self.ctx.act.patch_opportunity(actual["id"], draft)
        await self._send_lines(actual["lines"])

    def _draft(self, actual: JsonObject | None) -> Any:
        changed = {
            key for key, value in self.wanted.items() if actual is None or actual.get(key) != value
        } - {"lines", "total"}
        if not changed:
            return None
        stage = self.ctx.profile.stage(self.stage)
        key = self.ctx.profile.currency_key
        return OpportunityDraft(
            name=self.name if "name" in changed else None,
            source=self.source if "source" in changed else None,
            source_id=self.reference if "source_id" in changed else None,
            status=self.status if "status" in changed else None,
            stage_id=stage.id if stage and "stage" in changed else None,
            stage_name=stage.name if stage and "stage" in changed else None,
            contact_ids=(self.contact_id,) if "contact" in changed else None,
            opened_at=self.opened_at if actual is None else None,
            custom_fields=self._with_currency(key) if key and "currency" in changed else None,
        )

    def _with_currency(self, key: str) -> JsonObject:
        # Nobody knows whether a PATCH blanks the custom fields that it does not name.
        kept = {name: item for name, item in self._custom_fields.items() if item is not None}
        return {name: item for name, item in kept.items() if name.lower() != key} | {key: self.currency}

    async def _send_lines(self, present: JsonObject) -> None:
        assert self.known_id is not None
        act, opportunity_id = self.ctx.act, self.known_id
        new = [draft for key, draft in self.lines.items() if key not in present]
        changed = [
            (self._line_ids[key], draft)
            for key, draft in self.lines.items()
            if key in present and present[key] != _line_state(draft)
        ]
        if self.ctx.profile.batch and len(new) > 1:
            path = f"/api/opportunities/{opportunity_id}/products"
            for start in range(0, len(new), _BATCH_PARTS):
                part = new[start : start + _BATCH_PARTS]
                answers = await act.batch(
                    [BatchCall(method="POST", path=path, body=draft.to_api()) for draft in part]
                )
                for draft, answer in zip(part, answers, strict=True):
                    if answer.status >= 400:
                        raise self._refused(draft, answer.status)
        else:
            for draft in new:
                try:
                    await act.create_line_item(opportunity_id, draft)
                except RejectedError as error:
                    raise self._refused(draft, error.status) from error
        for line_id, draft in changed:
            await act.update_line_item(opportunity_id, line_id, draft)
        # Only lines with our own key are ever removed: the order no longer has them.
        for line_id in self._surplus:
            await act.delete_line_item(opportunity_id, line_id)

    def _refused(self, draft: LineItemDraft, status: int | None) -> RejectedError:
        where = f"HighLevel order {self.reference}, Act! opportunity {self.known_id}"
        if draft.price < 0:
            return RejectedError(
                f"{where}: Act! refused the line {draft.name!r} with its negative price {draft.price} ({status}). "
                "Use 'orderbridge connections set NAME --no-negative-prices', which puts discounts into the "
                "prices of that Act! connection, and replay",
                cause="act.negative_price_refused",
                status=status,
            )
        return RejectedError(
            f"{where}: Act! refused the line {draft.item_number} ({draft.name}) ({status}); correct the order in "
            "HighLevel, or the field's rules in Act!, and replay",
            cause="act.line_refused",
            status=status,
        )


def _is_ours(line: LineItem) -> bool:
    return (line.item_number or "").startswith(KEY_PREFIX)


def _line_state(draft: LineItemDraft) -> JsonObject:
    return {"name": draft.name, "price": draft.price, "quantity": draft.quantity}


def _custom(opportunity: Opportunity, key: str) -> Any:
    return next((value for name, value in opportunity.custom_fields.items() if name.lower() == key), None)


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    order_id, currency = given["order_id"], given["currency"]
    if ctx.profile.currency_key is None and currency != ctx.profile.base_currency:
        base = ctx.profile.base_currency or "not set"
        raise HeldError(
            f"HighLevel order {order_id} is in {currency}, but this Act! database has no currency field and its "
            f"base currency is {base}; create the field with 'orderbridge templates enable … --create-fields' "
            "and replay",
            cause="order.currency_not_storable",
        )
    write = OrderOpportunity(
        ctx=ctx,
        reference=order_id,
        name=given["name"][:250],
        source=given["source"],
        status=given["status"],
        stage=given.get("stage"),
        contact_id=given["contact_id"],
        currency=currency,
        opened_at=instant(given.get("opened_at")),
        lines={
            item["key"]: LineItemDraft(
                name=item["name"],
                item_number=item["key"],
                price=Decimal(item["price"]),
                quantity=Decimal(item["quantity"]),
            )
            for item in given["lines"]
        },
    )
    # Two callers with one order wait for each other.
    async with ctx.exclusive([f"order/{order_id}"], system="act"):
        write.known_id = await ctx.find_link("order", order_id, KIND)
        invoiced = await origin.invoiced_opportunity(ctx, order_id, given, write.known_id)
        if invoiced is not None:
            # It is the sale that was invoiced: what it says stands there already, and is not written over.
            await ctx.save_link("order", order_id, KIND, invoiced, how="invoice")
            return _output(write, currency, invoiced, "unchanged") | {"invoiced": True}
        proof = await ctx.prove(write)
        assert proof.target_id is not None
        await ctx.save_link("order", order_id, KIND, proof.target_id, how="created")
    return _output(write, currency, proof.target_id, proof.verdict)


def _output(write: OrderOpportunity, currency: str, opportunity_id: str, verdict: str) -> JsonObject:
    total = write.wanted["total"]
    return {"id": opportunity_id, "verdict": verdict, "total": total, "shown": str(Money(total, currency))}


_LINE = {
    "key": text("Our name of the line, beginning with GHL-; kept in Act!'s item number.", minLength=1),
    "name": text("What was sold."),
    "price": money("Of one piece; negative for a discount."),
    "quantity": number("How many; parts of a piece are allowed."),
}
FIELDS = needing(
    {
        "order_id": record_id("The order in HighLevel; kept in the opportunity's sourceId."),
        "invoice_id": text(
            "The invoice of which HighLevel made the order, empty for none; left out, HighLevel is asked when the "
            "order is new.",
            type=["string", "null"],
        ),
        "name": text("Name of the opportunity; Act! keeps 250 characters.", minLength=1),
        "source": text("Where it comes from, for people."),
        "status": choice("Where the sale stands.", ["Open", "Won", "Lost", "Inactive"]),
        "stage": text(
            "Name of a stage of the chosen process; one that is not there is left out.", type=["string", "null"]
        ),
        "contact_id": record_id("The Act! contact who buys."),
        "currency": text("Currency of all amounts, such as USD."),
        "opened_at": moment("When it began; only used when it is created.", type=["string", "null"]),
        "lines": rows(
            "Its positions; lines that people added themselves stay.",
            needing(_LINE, "key", "name", "price", "quantity"),
        ),
    },
    "order_id", "name", "source", "status", "contact_id", "currency", "lines",
)  # fmt: skip

OPERATION = Operation(
    id="act.opportunity.upsert_by_order",
    system="act",
    title="Create or update the opportunity of an order",
    description="Keeps one opportunity for each order, with lines that add up to the order's amount; an order that "
    "HighLevel "
    "made of an invoice of ours joins the opportunity of that invoice.",
    input_schema=object_of(FIELDS),
    output_schema=object_schema(
        ["id", "verdict", "total"],
        id=TEXT,
        verdict=TEXT,
        total=AMOUNT,
        shown=TEXT,
        invoiced={"type": "boolean"},
    ),
    example={
        "order_id": "6601f0c2a5b4c3d2e1f00001",
        "name": "HighLevel order 1042",
        "source": "HighLevel",
        "status": "Won",
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "currency": "USD",
        "lines": [{"key": "GHL-1", "name": "Oak table", "price": 249, "quantity": 2}],
    },
    example_output={
        "id": "aaaaaaaa-0000-0000-0000-000000000001",
        "verdict": "confirmed",
        "total": 498,
        "shown": "498.00 USD",
    },
    permissions=("Access All Non-Private Data", "Manage Other Users' Opportunities"),
    effects=frozenset({"reads", "writes"}),
    proof="opportunity and lines read back; found again by sourceId, lines by their item number",
    calls="3 and one for each line, fewer where $batch works",
    run=_run,
)
