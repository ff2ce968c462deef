"""What a customer buys: items, coupon, tax and shipping, exact in the currency's own minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import quantized
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, plain

CURRENCIES = ("USD", "EUR", "JPY")
_CURRENCY_WEIGHTS = (60, 25, 15)

# Name and rate in percent.
_TAXES: dict[str, tuple[str, Decimal]] = {
    "USD": ("Sales tax 8.25%", Decimal("8.25")),
    "EUR": ("MwSt. 19 %", Decimal(19)),
    "JPY": ("消費税 10%", Decimal(10)),
}
_SHIPPING: dict[str, tuple[Decimal, ...]] = {
    "USD": (Decimal(0), Decimal("4.99"), Decimal("12.5")),
    "EUR": (Decimal(0), Decimal("3.90"), Decimal("6.49")),
    "JPY": (Decimal(0), Decimal(550), Decimal(880)),
}


@dataclass(frozen=True, slots=True)
class Cart:
    """Priced goods. ``amount == subtotal - discount + tax + shipping``, always.

    Attributes:
        tax_row: How the tax is shown; None without tax.
        coupon: The coupon used, as an order shows it.
    """

    currency: str
    items: list[JsonObject]
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    shipping: Decimal
    tax_row: JsonObject | None = None
    coupon: JsonObject | None = None

    @property
    def amount(self) -> Decimal:
        """What the customer owes."""
        return self.subtotal - self.discount + self.tax + self.shipping


def any_currency(world: GhlWorld) -> str:
    """A currency of the business, the commonest most often."""
    return world.rng.choices(CURRENCIES, _CURRENCY_WEIGHTS)[0]


def fill_cart(world: GhlWorld, currency: str, *, max_items: int, recurring: bool = False) -> Cart:
    """Choose goods and price them.

    Args:
        max_items: Lines at most.
        recurring: One subscription plan and nothing else.
    """
    rng = world.rng
    prices = [
        price
        for price in world.prices
        if price["currency"] == currency
        and price["locationId"] == world.location_id
        and (price["type"] == "recurring") == recurring
    ]
    lines = 1 if recurring else rng.randint(1, max(1, min(max_items, len(prices))))
    items = [_item(world, price, recurring=recurring) for price in rng.sample(prices, lines)]
    subtotal = sum((exact(item["price"]["amount"]) * exact(item["qty"]) for item in items), Decimal(0))
    coupon = None if recurring or rng.random() > 0.25 else _coupon(world, currency)
    discount = _discount(coupon, subtotal, currency)
    name, rate = _TAXES[currency]
    taxed = rng.random() < 0.8
    tax = quantized((subtotal - discount) * rate / 100, currency) if taxed else Decimal(0)
    physical = any(item["product"]["productType"] == "PHYSICAL" for item in items)
    shipping = rng.choice(_SHIPPING[currency]) if physical else Decimal(0)
    tax_row: JsonObject = {
        "_id": f"63770f5cecf298787c75{CURRENCIES.index(currency):04x}",
        "name": name,
        "calculation": "exclusive",
        "rate": plain(rate),
        "amount": plain(tax),
    }
    return Cart(currency, items, subtotal, discount, tax, shipping, tax_row if tax else None, coupon)


def _item(world: GhlWorld, price: JsonObject, *, recurring: bool) -> JsonObject:
    product = world.products.get(price["product"]) or {}
    quantity = Decimal(1)
    if not recurring:
        # Hours are sold by the half; everything else by the piece.
        quantity = (
            Decimal(world.rng.randint(1, 8)) / 2
            if product["productType"] == "SERVICE"
            else Decimal(world.rng.choices((1, 2, 3, 12), (70, 18, 9, 3))[0])
        )
    named = product["name"] if price["name"] == product["name"] else f"{product['name']} - {price['name']}"
    return {
        "_id": world.object_id(),
        "name": named,
        "qty": plain(quantity),
        "locationId": price["locationId"],
        "authorizeAmount": 0,
        "product": {name: value for name, value in product.items() if name != "prices"},
        "price": price,
    }


def _coupon(world: GhlWorld, currency: str) -> JsonObject | None:
    # A fixed amount has no currency of its own, so it is used in the business's base currency only.
    usable = [row for row in world.coupons if row["discountType"] == "percentage" or currency == "USD"]
    return world.rng.choice(usable) if usable else None


def _discount(coupon: JsonObject | None, subtotal: Decimal, currency: str) -> Decimal:
    if coupon is None:
        return Decimal(0)
    value = exact(coupon["discountValue"])
    if coupon["discountType"] == "amount":
        return min(value, subtotal)
    return quantized(subtotal * value / 100, currency)
