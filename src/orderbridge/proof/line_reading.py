"""Reads the lines of sales on both sides and sets them against what we wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from orderbridge.catalogue.act.profile import ActProfile
from orderbridge.catalogue.ghl.order_bundle import canonical, kept_split
from orderbridge.connectors.act.batch import BatchCall
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import LineItem
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core.errors import OrderBridgeError, ReconnectError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import codes, line_items
from orderbridge.proof.fields import Finding, change_of, edit_of
from orderbridge.proof.line_items import Line, LineChange, Lines
from orderbridge.store.carried import Accepted, Written
from orderbridge.store.compared import SaleRow
from orderbridge.store.connections import Connection

# As many parts as a batch of ours has; and a page, beyond which lines are read one opportunity at a time.
_TOGETHER, _PAGE = 50, 100
_AT_ONCE = 8


@dataclass(slots=True, kw_only=True)
class SaleLines:
    """The lines of one sale.

    Attributes:
        highlevel: What its lines come to by measure; ``act`` alike, and what was accepted and written.
        changes: What became of our lines in Act!.
        count: How many lines Act! has.
    """

    sale: str
    day: date | None
    currency: str
    highlevel: dict[str, Decimal] = field(default_factory=dict)
    act: dict[str, Decimal] = field(default_factory=dict)
    accepted: dict[str, Decimal] | None = None
    written: dict[str, Decimal] | None = None
    changes: list[LineChange] | None = None
    count: int = 0
    total_differs: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything about them has to be known later."""
        return self.total_differs or bool(self.changes) or self.highlevel != self.act


class LineReader:
    """Reads lines through both APIs."""

    def __init__(self, runtime: Runtime, source: Connection, target: Connection) -> None:
        self._runtime, self._source, self._target = runtime, source, target

    async def read(
        self,
        wanted: Sequence[tuple[SaleRow, SaleRow]],
        accepted: Mapping[str, Accepted],
        written: Mapping[str, Written],
    ) -> AsyncIterator[SaleLines]:
        """Yield what is known of the lines of each order and its opportunity."""
        if not wanted:
            return
        ghl = (await self._runtime.ghl(self._source.id)).unhurried()
        act = (await self._runtime.act(self._target.id)).unhurried()
        profile = await self._runtime.profile(self._target.id)
        for start in range(0, len(wanted), _TOGETHER):
            part = wanted[start : start + _TOGETHER]
            orders = await _orders(ghl, [order for order, _ in part], accepted)
            lines = await _deals(act, profile, [deal.record for _, deal in part])
            for order, deal in part:
                yield compared(
                    order,
                    deal,
                    orders.get(order.record),
                    lines.get(deal.record),
                    accepted.get(order.record),
                    written.get(deal.record),
                    negative_prices=profile.negative_prices,
                )


def compared(
    order: SaleRow,
    deal: SaleRow,
    state: JsonObject | None,
    there: Lines | None,
    accepted: Accepted | None,
    written: Written | None,
    *,
    negative_prices: bool,
) -> SaleLines:
    """Set the lines of one sale against each other.

    Args:
        order: As HighLevel's list shows it.
        deal: The opportunity.
        state: The order as read by its id; None where it could not be read.
        there: The opportunity's lines; None where they could not be read.
        accepted: The order as it was carried over.
        written: What we wrote.
        negative_prices: Whether Act! takes a discount as a line of its own.
    """
    result = SaleLines(sale=order.sale, day=order.day, currency=order.doc["currency"])
    result.total_differs = Decimal(order.doc["amount"]) != Decimal(deal.doc["total"])
    if there is None:
        return result
    result.count = len(there)
    ours = line_items.of_writing(written.fields.get("lines") or {}) if written else {}
    if ours:
        result.changes = line_items.changes(ours, there)
        result.findings += _findings(order, result.changes, edit_of(deal.doc, written))
    if state is None or (
        not any(line.ours for line in there.values()) and not any(line.ours for line in ours.values())
    ):
        # A flow of the owner's own may write other lines; then only the sum can be compared.
        return result
    carried = accepted.state if accepted is not None and accepted.state.get("items") is not None else None
    form = line_items.form_of(carried or state, ours or there, negative_prices=negative_prices)
    now = line_items.of_order(state, negative_prices=form)
    then = line_items.of_order(carried, negative_prices=form) if carried else {}
    if not now:
        return result
    if not ours:
        result.changes = line_items.changes(then or now, there)
    if then:
        moved = line_items.changes(then, now)
        result.findings += _findings(order, moved, f"HighLevel changed it; {change_of(order.doc)}")
    known = [side for side in (then, ours) if side]
    result.highlevel, result.act, *others = line_items.parts(now, there, *known)
    if then:
        result.accepted = others.pop(0)
    if ours:
        result.written = others.pop(0)
    return result


def _findings(order: SaleRow, every: Sequence[LineChange], said: str) -> list[Finding]:
    return [
        Finding(
            sale=order.sale,
            record=item.key,
            field=item.field,
            highlevel=item.was,
            act=item.now,
            code=codes.LINE_DIFFERS,
            evidence=f"{item}; {said}",
            day=order.day,
        )
        for item in every
        if not item.amount
    ]


async def _orders(
    client: GhlClient, rows: Sequence[SaleRow], accepted: Mapping[str, Accepted]
) -> dict[str, JsonObject]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(order_id: str) -> JsonObject | None:
        async with gate:
            try:
                order = await client.order(order_id)
            except RejectedError:
                # Gone or unreadable; the list says so too, or will the next time.
                return None
        known = accepted.get(order_id)
        split = kept_split(order, known.state if known else None) if order.tax is None else {}
        return canonical(order) | split

    found = await asyncio.gather(*(one(row.record) for row in rows))
    return {row.record: state for row, state in zip(rows, found, strict=True) if state is not None}


async def _deals(client: ActClient, profile: ActProfile, ids: Sequence[str]) -> dict[str, dict[str, Line]]:
    found: dict[str, dict[str, Line]] = {}
    if profile.batch and len(ids) > 1:
        params: dict[str, str | int | None] = {"$orderby": "id", "$top": _PAGE}
        calls = [
            BatchCall(method="GET", path=f"/api/opportunities/{item}/products", params=params) for item in ids
        ]
        try:
            answers = await client.batch(calls)
        except RejectedError:
            # It worked when the database was looked at; without it each costs a call.
            answers = []
        for deal_id, answer in zip(ids, answers, strict=False):
            if answer.ok and isinstance(answer.body, list) and len(answer.body) < _PAGE:
                found[deal_id] = _lines([LineItem.parse(row) for row in answer.body])
    for deal_id in ids:
        if deal_id not in found:
            try:
                found[deal_id] = _lines(await client.line_items(deal_id))
            except ReconnectError:
                raise
            except OrderBridgeError:
                # One opportunity whose lines Act! itself cannot show must not hide the others.
                continue
    return found


def _lines(rows: Sequence[LineItem]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for row in rows:
        key = row.item_number or row.id
        price = row.price if row.discount_price is None else row.discount_price
        amount = price * row.quantity if row.total is None else row.total
        # Two lines under one key are one too many.
        name = key if key not in found else f"{key}#{row.id}"
        found[name] = Line(key=name, name=row.name, price=price, quantity=row.quantity, amount=amount)
    return found
