"""An action: make a draft for a new lead, over one price of one product, once for each lead."""

from __future__ import annotations

from decimal import Decimal

from orderbridge.catalogue import customer, origin
from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import day, flag, object_of, record_id
from orderbridge.catalogue.ghl import billing_fields as billing
from orderbridge.catalogue.ghl.invoice import INVOICE, SCOPES
from orderbridge.catalogue.ghl.invoice import create as single
from orderbridge.catalogue.ghl.price import PRICE
from orderbridge.catalogue.ghl.product import PRODUCT
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.core.endings import Ending, RunEnds
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_KIND, _WANTED = "invoice_of_lead", "lead_wanted"
_FIELDS = {
    "contact_id": record_id("The lead in Act!.", required=True),
    "product_id": record_id("The product in HighLevel.", required=True),
    "price_id": record_id("Its price.", required=True),
    "only_waiting": flag("Whether only a lead is served whose first attempt was held."),
    "due_date": day("When it is due; left out, HighLevel takes what its settings say."),
    "live_mode": billing.LIVE,
}


def mark(contact_id: str) -> str:
    """Return our reference in the name of a lead's invoice."""
    digits = "".join(letter for letter in contact_id if letter.isalnum())
    return f"[Act! lead {digits[:12].lower()}]"


def _nothing(reason: str) -> RunEnds:
    return RunEnds(Ending.NOTHING_TO_DO, f"nothing to do: {reason}", output=origin.NOTHING_DONE)


async def _price(ctx: ActionContext, given: JsonObject) -> tuple[JsonObject, JsonObject]:
    product_id, price_id = given["product_id"], given["price_id"]
    product = await PRODUCT.read(ctx, product_id, {})
    price = None if product is None else await PRICE.read(ctx, price_id, {"product_id": product_id})
    wrong = None
    if product is None:
        wrong = f"HighLevel has no product {product_id}"
    elif price is None:
        wrong = f"HighLevel's product {product.get('name')} has no price {price_id}"
    elif any(_is_off(row) for row in (product, price)):
        wrong = f"HighLevel's product {product.get('name')} or its price {price_id} is archived"
    elif str(price.get("product") or product_id) != product_id:
        wrong = f"HighLevel's price {price_id} belongs to another product than {product_id}"
    elif price.get("type") == "recurring":
        wrong = f"HighLevel's price {price_id} is a subscription's, which no invoice begins"
    elif Decimal(price.get("amount") or 0) <= 0:
        wrong = (
            f"HighLevel's price {price_id} is {price.get('amount')}, and nobody is sent an invoice over that"
        )
    if wrong or product is None or price is None:
        raise HeldError(
            f"Act! lead {given['contact_id']}: {wrong}; choose another product and price in the template's "
            "settings, or "
            "correct them in HighLevel, and replay. Nothing was created",
            cause="invoice.price_unusable",
        )
    return product, price


def _is_off(row: JsonObject) -> bool:
    return (
        bool(row.get("deleted") or row.get("archived") or row.get("is_archived"))
        or row.get("status") == "archived"
    )


async def _there(ctx: ActionContext, contact_id: str) -> JsonObject | None:
    """Find the lead's invoice, whatever became of it; a person who took it back wants no other."""
    known = await ctx.remembered("ghl", _KIND, contact_id)
    if known is not None:
        return await INVOICE.read(ctx, known, {}) or {"id": known, "status": "deleted"}
    async for row in INVOICE.listed(ctx, {}, most=100, query={"search": mark(contact_id)}):
        if str(row.get("name")).strip().endswith(mark(contact_id)):
            return row
    return None


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    contact_id = given["contact_id"]
    if given.get("only_waiting") and await ctx.remembered("ghl", _WANTED, contact_id) != "yes":
        raise _nothing(f"no invoice is waited for by Act! contact {contact_id}")
    async with ctx.exclusive([f"{_KIND}/{contact_id}"], system="ghl"):
        found = await _there(ctx, contact_id)
        if found is not None:
            await _keep(ctx, contact_id, str(found["id"]))
            return {"id": found["id"], "verdict": "unchanged", "record": found}
        await ctx.remember("ghl", _WANTED, contact_id, "yes")
        product, price = await _price(ctx, given)
        subject = f"Act! lead {contact_id}"
        payer = await customer.of_contact(ctx, contact_id, create=True, subject=subject)
        wanted = {
            "contact_id": payer.id,
            "name": f"{product.get('name')} {mark(contact_id)}",
            "currency": price["currency"],
            "issue_date": ctx.clock.now().date().isoformat(),
            "items": [
                {
                    "name": str(product.get("name")),
                    "amount": price["amount"],
                    "qty": 1,
                    "currency": price["currency"],
                    "product_id": given["product_id"],
                    "price_id": given["price_id"],
                }
            ],
        }
        wanted |= {name: given[name] for name in ("due_date", "live_mode") if given.get(name) is not None}
        assert single.OPERATION.run is not None
        made = await single.OPERATION.run(ctx, wanted)
        if made["id"] is not None:
            await _keep(ctx, contact_id, made["id"])
    total = (made["record"] or {}).get("total")
    if total is not None and not same(total, price["amount"]):
        raise HeldError(
            f"{subject}: HighLevel's draft {made['id']} is over {total}, and the price is {price['amount']}; "
            "taxes may have "
            "been added. It was sent to nobody: correct it there, or delete it",
            cause="invoice.total_differs",
        )
    return made


async def _keep(ctx: ActionContext, contact_id: str, invoice_id: str) -> None:
    await ctx.remember("ghl", _KIND, contact_id, invoice_id)
    await ctx.remember("ghl", _WANTED, contact_id, "no")


OPERATION = Operation(
    id="ghl.invoice.create_for_lead",
    system="ghl",
    title="Create an invoice for a lead of Act!",
    description=(
        "Finds or creates the lead in HighLevel and makes a draft over a price of a product, once for each lead; one "
        "without e-mail address or phone number, or a price of nothing, is held before anything is made."
    ),
    input_schema=object_of(_FIELDS),
    output_schema=single.OPERATION.output_schema,
    example={
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "product_id": "6a1b2c3d4e5f60718293a4e1",
        "price_id": "6a1b2c3d4e5f60718293a4e2",
    },
    example_output=single.OPERATION.example_output,
    scopes=(
        "contacts.readonly", "contacts.write", "products.readonly", "products/prices.readonly", *SCOPES,
    ),
    permissions=("Access All Non-Private Data",),
    effects=frozenset({READS, WRITES}),
    calls="1 of Act!, and up to 9 of HighLevel",
    proof="read back by id and its total compared with the price; found again by the mark in its name",
    run=_run,
)  # fmt: skip
