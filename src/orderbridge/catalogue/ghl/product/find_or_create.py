"""An action: find a product by its number, or create it with its price."""

from __future__ import annotations

from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import as_written, choice, money, object_of, text
from orderbridge.catalogue.ghl.price import PRICE
from orderbridge.catalogue.ghl.price import SCOPES as PRICE_SCOPES
from orderbridge.catalogue.ghl.price import create as new_price
from orderbridge.catalogue.ghl.product import PRODUCT, SCOPES, TYPES
from orderbridge.catalogue.ghl.product import create as new_product
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "sku": text("Your number of the product, such as Act!'s item number.", required=True, minLength=1),
    "name": text("Its name where it must be created.", required=True, minLength=1),
    "amount": money("What it costs.", required=True, minimum=0),
    "currency": text("Three letters.", required=True, minLength=3, maxLength=3, normal=str.upper),
    "product_type": choice("What kind of thing it is; left out, PHYSICAL.", TYPES),
}
_MOST_PRODUCTS = 10_000


async def _priced(ctx: ActionContext, product_id: str, sku: str, currency: str) -> list[JsonObject]:
    prices = [row async for row in PRICE.listed(ctx, {"product_id": product_id}, most=1000)]
    return [row for row in prices if row.get("sku") == sku and row.get("currency") == currency]


async def _found(ctx: ActionContext, given: JsonObject) -> list[tuple[str, JsonObject]]:
    """Return product and price of each price with this number: only prices carry one."""
    named: list[str] = []
    others: list[str] = []
    async for row in PRODUCT.listed(ctx, {}, most=_MOST_PRODUCTS):
        (named if same(row.get("name"), given["name"]) else others).append(str(row["id"]))
    for group in (named, others):
        found = [
            (product_id, price)
            for product_id in group
            for price in await _priced(ctx, product_id, given["sku"], given["currency"])
        ]
        if found:
            return found
    return []


async def _product_id(ctx: ActionContext, given: JsonObject) -> str:
    """Create the product, or take the one without any price that a lost attempt left behind."""
    async for row in PRODUCT.listed(ctx, {}, most=100, query={"search": given["name"]}):
        bare = [price async for price in PRICE.listed(ctx, {"product_id": row["id"]}, most=1)] == []
        if bare and same(row.get("name"), given["name"]):
            return str(row["id"])
    assert new_product.OPERATION.run is not None
    kind = given.get("product_type", "PHYSICAL")
    made = await new_product.OPERATION.run(ctx, {"name": given["name"], "product_type": kind})
    return str(made["id"])


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    given = as_written(_FIELDS, given)
    sku, currency = given["sku"], given["currency"]
    # Also of the same name: a product whose price is about to be made must not be taken for one without.
    names = [f"product/{sku.casefold()}", f"product_name/{given['name'].strip().casefold()}"]
    async with ctx.exclusive(names, system="ghl"):
        found = await _found(ctx, given)
        if len(found) > 1:
            raise HeldError(
                f"{len(found)} prices in {currency} have the number {sku} (ids "
                f"{', '.join(str(price['id']) for _, price in found)}); give all but one another number in HighLevel "
                "and repeat this. Nothing was created",
                cause="product.several_matches",
            )
        if found:
            product_id, price = found[0]
            return _result(product_id, price, "sku", "unchanged")
        product_id = await _product_id(ctx, given)
        wanted = {name: given[name] for name in ("name", "amount", "currency", "sku")}
        assert new_price.OPERATION.run is not None
        made = await new_price.OPERATION.run(ctx, wanted | {"product_id": product_id, "type": "one_time"})
        return _result(product_id, made["record"] or {"id": made["id"]}, "created", made["verdict"])


def _result(product_id: str, price: JsonObject, how: str, verdict: str) -> JsonObject:
    return {
        "product_id": product_id,
        "price_id": price["id"],
        "amount": price.get("amount"),
        "how": how,
        "verdict": verdict,
    }


OPERATION = Operation(
    id="ghl.product.find_or_create",
    system="ghl",
    title="Find or create a product",
    description=(
        "Finds a product by the number that its price carries, else creates both; a price that differs is left as it "
        "is and told, and two with one number stop it."
    ),
    input_schema=object_of(_FIELDS),
    output_schema={
        "type": "object",
        "properties": {
            "product_id": {"type": "string"},
            "price_id": {"type": "string"},
            "amount": {"type": ["number", "null"]},
            "how": {"enum": ["sku", "created"]},
            "verdict": {"type": "string"},
        },
        "required": ["product_id", "price_id", "how", "verdict"],
    },
    example={"sku": "V-1", "name": "Vase", "amount": 50.05, "currency": "USD"},
    example_output={
        "product_id": "6a1b2c3d4e5f60718293a4e1",
        "price_id": "6a1b2c3d4e5f60718293a4e2",
        "amount": 50.05,
        "how": "sku",
        "verdict": "unchanged",
    },
    scopes=(*SCOPES, *PRICE_SCOPES),
    effects=frozenset({READS, WRITES}),
    calls="1 for every 100 products and 1 for each product, those of the same name first; 4 more to create",
    proof="product and price are read back by id; after a lost answer found by name and number",
    run=_run,
)
