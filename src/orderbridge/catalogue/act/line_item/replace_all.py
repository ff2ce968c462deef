"""An action: bring the line items of an opportunity to exactly this list, proved by its amount to the cent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from orderbridge.catalogue.act.line_amounts import amount_of, amount_seen
from orderbridge.catalogue.act.line_item import (
    FIELDS,
    LINE_ITEM,
    OPPORTUNITY_ID,
    WRITE_PERMISSIONS,
    check_item_number,
)
from orderbridge.catalogue.act.line_put import put_line
from orderbridge.catalogue.act.opportunity import OPPORTUNITY
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, needing, object_of, rows
from orderbridge.catalogue.operation import DELETES, READS, WRITES, Operation
from orderbridge.catalogue.schema import AMOUNT, TEXT, object_schema
from orderbridge.connectors.act.models import LineItemDraft
from orderbridge.core.errors import HeldError, NotFoundError
from orderbridge.core.jsonio import JsonObject, fingerprint

_LINE = needing({name: item for name, item in FIELDS.items() if name != "cost"}, "name", "price", "quantity")
_FIELDS = OPPORTUNITY_ID | {"lines": needed(rows("All lines that there shall be, in any order.", _LINE))}


@dataclass(kw_only=True)
class WholeList:
    """All lines of an opportunity (a ``WriteSet``); what is there beyond them is removed.

    A line keeps its id where one with its item number, or else its name, is there already.
    """

    ctx: ActionContext
    reference: str
    lines: list[JsonObject]
    kind: str = "line_items"
    system: str = "act"
    known_absent: bool = False
    wanted: JsonObject = field(init=False)
    _there: list[JsonObject] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted = {
            "lines": sorted(map(_state, self.lines), key=_order),
            "total": amount_of(self.lines),
        }

    async def read(self) -> JsonObject | None:
        """Return the lines, and the amount that Act! itself makes of them."""
        opportunity = await OPPORTUNITY.read(self.ctx, self.reference, {})
        if opportunity is None:
            raise HeldError(
                f"there is no Act! opportunity {self.reference}, or it is private to somebody else; nothing was "
                "changed. Restore it, or correct the id, and replay",
                cause="opportunity.missing",
            )
        parent = {"opportunity_id": self.reference}
        self._there = [line async for line in LINE_ITEM.listed(self.ctx, parent, most=10_000)]
        return {
            "id": self.reference,
            "lines": sorted(map(_state, self._there), key=_order),
            "total": amount_seen(opportunity.get("product_total"), self.lines),
        }

    async def send(self, actual: JsonObject | None) -> None:
        """Change, add and remove what differs."""
        left, act = list(self._there), self.ctx.act
        missing = [line for line in self.lines if _taken(left, _same_as(line)) is None]
        new = []
        for line in missing:
            there = _taken(left, _called_like(line))
            if there is None:
                new.append(line)
            else:
                await put_line(self.ctx, self.reference, there, {"item_number": ""} | line)
        for line in new:
            await act.create_line_item(self.reference, _draft(line))
        for line in left:
            # Gone is gone, whoever was faster.
            with suppress(NotFoundError):
                await act.delete_line_item(self.reference, line["id"])


Fits = Callable[[JsonObject], bool]


def _taken(left: list[JsonObject], fits: Fits) -> JsonObject | None:
    found = next((line for line in left if fits(line)), None)
    if found is not None:
        left.remove(found)
    return found


def _same_as(wanted: JsonObject) -> Fits:
    return lambda line: fingerprint(_state(line)) == fingerprint(_state(wanted))


def _called_like(wanted: JsonObject) -> Fits:
    name = "item_number" if wanted.get("item_number") else "name"
    return lambda line: line.get(name) == wanted[name]


def _state(line: JsonObject) -> JsonObject:
    paid = line.get("discount_price")
    return {
        "name": line["name"] or "",
        "item_number": line.get("item_number") or "",
        "price": line["price"] if paid is None else paid,
        "quantity": line["quantity"],
    }


def _order(state: JsonObject) -> tuple[str, str, Decimal, Decimal]:
    return (state["item_number"], state["name"], Decimal(state["price"]), Decimal(state["quantity"]))


def _draft(line: JsonObject) -> LineItemDraft:
    return LineItemDraft(
        name=line["name"],
        item_number=line.get("item_number") or "",
        price=Decimal(line["price"]),
        quantity=Decimal(line["quantity"]),
    )


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    for line in given["lines"]:
        check_item_number(line.get("item_number"))
    write = WholeList(ctx=ctx, reference=given["opportunity_id"], lines=given["lines"])
    # Two callers would each add what both miss.
    async with ctx.exclusive([f"lines/{write.reference}"], system="act"):
        proof = await ctx.prove(write)
    return {"id": given["opportunity_id"], "verdict": proof.verdict, "total": write.wanted["total"]}


OPERATION = Operation(
    id="act.line_item.replace_all",
    system="act",
    title="Replace all line items",
    description="Brings an opportunity to exactly these lines, people's own included, and proves the amount that Act! "
    "computes to the cent.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict", "total"], id=TEXT, verdict=TEXT, total=AMOUNT),
    permissions=WRITE_PERMISSIONS,
    effects=frozenset({READS, WRITES, DELETES}),
    calls="4, and one for each line that differs",
    proof="the lines and the opportunity's amount are read back; another amount waits for a person",
    run=_run,
    example={
        "opportunity_id": "11111111-2222-3333-4444-555555555555",
        "lines": [{"name": "Slate", "price": 15, "quantity": 100, "item_number": "SL-1"}],
    },
    example_output={"id": "11111111-2222-3333-4444-555555555555", "verdict": "confirmed", "total": 1500},
)
