"""The goods of the seeded business, with prices in three currencies that floats cannot hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import plain, stamp

# name, kind, description, (price name, USD, EUR, JPY) …
_GOODS: tuple[tuple[str, str, str, tuple[tuple[str, str, str, str], ...]], ...] = (
    ("Stoneware mug", "PHYSICAL", "Hand-thrown, 350 ml", (
        ("Blue", "19.99", "18.49", "2640"), ("White", "17.10", "16.35", "2310"))),
    ("Café au lait bowl", "PHYSICAL", "Bol à café, grès", (("Café au lait bowl", "24.35", "22.90", "3190"),)),
    ("Linen apron", "PHYSICAL", "One size", (("Linen apron", "33.33", "29.95", "4400"),)),
    ("Glaze sampler", "PHYSICAL", "Eight test jars", (("Glaze sampler", "8.07", "7.77", "1089"),)),
    ("Sticker 🏺", "PHYSICAL", "For laptops", (("Sticker 🏺", "0.10", "0.10", "15"),)),
    ("Kiln, small", "PHYSICAL", "120 V, 1 kW", (("Kiln, small", "1149.50", "1099.01", "158000"),)),
    ("Weekend course", "SERVICE", "By the hour", (("Hour", "64.20", "58.80", "8800"),)),
    ("Studio hire", "SERVICE", "By the hour", (("Hour", "12.50", "11.90", "1600"),)),
    ("Glaze recipes (PDF)", "DIGITAL", "62 pages", (("Glaze recipes (PDF)", "9.95", "9.45", "1320"),)),
)  # fmt: skip
# name, interval, count, USD, EUR, JPY
_PLANS = (
    ("Clay club, weekly", "week", 1, "7.45", "6.95", "980"),
    ("Clay club, monthly", "month", 1, "24.95", "22.95", "3300"),
    ("Studio pass, quarterly", "month", 3, "149.85", "139.65", "19800"),
)
# name, code, kind, value
_COUPONS = (
    ("Welcome", "WELCOME10", "percentage", "10"),
    ("Summer sale", "SUMMER15", "percentage", "15"),
    ("Five off", "FIVEOFF", "amount", "5"),
)


def add_catalogue(world: GhlWorld, *, at: datetime) -> None:
    """Add products, prices, plans and coupons."""
    for name, kind, description, prices in _GOODS:
        product = _product(world, at, name, kind, description)
        for price_name, *amounts in prices:
            for currency, amount in zip(("USD", "EUR", "JPY"), amounts, strict=True):
                _price(world, at, product, price_name, currency, amount)
    for name, interval, count, *amounts in _PLANS:
        product = _product(world, at, name, "SERVICE", "Renews by itself")
        for currency, amount in zip(("USD", "EUR", "JPY"), amounts, strict=True):
            recurring = {"interval": interval, "intervalCount": count}
            _price(world, at, product, name, currency, amount, recurring=recurring)
    for name, code, kind, value in _COUPONS:
        world.coupons.add(
            {
                "_id": world.object_id(at),
                "usageCount": 0,
                "limitPerCustomer": 0,
                "altId": world.location_id,
                "altType": "location",
                "name": name,
                "code": code,
                "discountType": kind,
                "discountValue": plain(Decimal(value)),
                "status": "active",
                "startDate": stamp(at),
                "applyToFuturePayments": True,
                "applyToFuturePaymentsConfig": {"type": "forever"},
                "userId": world.user_id,
                "createdAt": stamp(at),
                "updatedAt": stamp(at),
            }
        )


def _product(world: GhlWorld, at: datetime, name: str, kind: str, description: str) -> JsonObject:
    return world.products.add(
        {
            "_id": world.object_id(at),
            "locationId": world.location_id,
            "name": name,
            "description": f"<p>{description}</p>",
            "productType": kind,
            "availableInStore": True,
            "taxes": [],
            "variants": [],
            "collectionIds": [],
            "createdAt": stamp(at),
            "updatedAt": stamp(at),
        }
    )


def _price(
    world: GhlWorld,
    at: datetime,
    product: JsonObject,
    name: str,
    currency: str,
    amount: str,
    *,
    recurring: JsonObject | None = None,
) -> None:
    row: JsonObject = {
        "_id": world.object_id(at),
        "locationId": world.location_id,
        "product": product["_id"],
        "name": name,
        "type": "recurring" if recurring else "one_time",
        "currency": currency,
        "amount": plain(Decimal(amount)),
        "variantOptionIds": [],
        "sku": f"CC-{len(world.prices) + 1:04d}",
        "createdAt": stamp(at),
        "updatedAt": stamp(at),
    }
    if recurring:
        row["recurring"] = recurring
    world.prices.add(row)
