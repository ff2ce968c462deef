"""/products and their prices."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.routes.queries import LOCATION_ID
from orderbridge.emulators.ghl.validation import (
    Shape,
    an_object,
    anything,
    boolean,
    list_of,
    number,
    numeric_text,
    one_of,
    text,
)

_OPTION = Shape(required="id name", id=text, name=text)
_VARIANT = Shape(required="id name options", id=text, name=text, options=list_of(_OPTION))
_CREATE = Shape(
    required="name locationId productType",
    name=text,
    locationId=text,
    description=text,
    productType=one_of("DIGITAL", "PHYSICAL", "SERVICE", "PHYSICAL/DIGITAL"),
    image=text,
    statementDescriptor=text,
    availableInStore=boolean,
    medias=list_of(an_object),
    variants=list_of(_VARIANT),
    collectionIds=list_of(text),
    isTaxesEnabled=boolean,
    taxes=list_of(text),
    automaticTaxCategoryId=text,
    isLabelEnabled=boolean,
    label=an_object,
    slug=text,
    seo=an_object,
    taxInclusive=boolean,
)
_UPDATE = _CREATE.extended(prices=list_of(text))
# Only foreign shops may name themselves as a source; the twin refuses everybody else.
_META = Shape(
    required="source",
    source=one_of("stripe", "woocommerce", "shopify"),
    sourceId=text,
    stripePriceId=text,
    internalSource=text,
)
_PRICE = Shape(
    required="name type currency amount locationId",
    name=text,
    type=one_of("one_time", "recurring"),
    currency=text,
    amount=number,
    recurring=Shape(
        required="interval intervalCount",
        interval=one_of("day", "month", "week", "year"),
        intervalCount=number,
    ),
    description=text,
    membershipOffers=list_of(an_object),
    trialPeriod=number,
    totalCycles=number,
    setupFee=number,
    variantOptionIds=list_of(text),
    compareAtPrice=number,
    locationId=text,
    userId=text,
    meta=_META,
    trackInventory=boolean,
    availableQuantity=number,
    allowOutOfStockPurchases=boolean,
    sku=text,
    shippingOptions=an_object,
    isDigitalProduct=boolean,
    digitalDelivery=list_of(anything),
)


def _find(call: Call) -> JsonObject:
    row = call.world.products.get(call.params["productId"])
    if row is None:
        raise not_found("Product not found")
    return call.owned(row)


def _find_price(call: Call) -> JsonObject:
    product = _find(call)
    row = call.world.prices.get(call.params["priceId"])
    if row is None or row["product"] != product["_id"]:
        raise not_found("Price not found")
    return row


def _tell(call: Call, event_type: str, row: JsonObject) -> None:
    call.world.webhooks.submit([events.product(call.world, event_type, row)])


def _tell_price(call: Call, event_type: str, row: JsonObject) -> None:
    call.world.webhooks.submit([events.price(call.world, event_type, row)])


def _create(call: Call) -> Answer:
    world = call.world
    row: JsonObject = {"_id": world.object_id(), "availableInStore": False, "taxes": [], "variants": []}
    row |= call.body | {"createdAt": world.now(), "updatedAt": world.now()}
    _tell(call, "ProductCreate", world.products.add(row))
    return Answer(row, 201)


def _list(call: Call) -> Answer:
    needle = call.query.get("search", "").lower()
    # The declared default of limit is 0, which means everything here.
    offset, limit = call.page(0)
    rows, total = call.world.products.page(
        equal={"locationId": call.query["locationId"]},
        keep=lambda row: needle in row["name"].lower(),
        offset=offset,
        limit=limit or len(call.world.products),
    )
    if call.query.get("sortOrder") == "asc":
        rows = rows[::-1]
    return Answer({"products": rows, "total": [{"total": total}]})


def _get(call: Call) -> Answer:
    return Answer(_find(call))


def _update(call: Call) -> Answer:
    row = call.world.products.update(_find(call), **call.body, updatedAt=call.world.now())
    _tell(call, "ProductUpdate", row)
    return Answer(row)


def _delete(call: Call) -> Answer:
    row = _find(call)
    call.world.products.remove(row)
    _tell(call, "ProductDelete", row)
    return Answer({"status": True})


def _create_price(call: Call) -> Answer:
    world, product = call.world, _find(call)
    row: JsonObject = {"_id": world.object_id(), "product": product["_id"], "variantOptionIds": []}
    row |= call.body | {"createdAt": world.now(), "updatedAt": world.now()}
    _tell_price(call, "PriceCreate", world.prices.add(row))
    return Answer(row, 201)


def _prices(call: Call) -> Answer:
    offset, limit = call.page(0)
    wanted = set(filter(None, call.query.get("ids", "").split(",")))
    rows, total = call.world.prices.page(
        equal={"product": _find(call)["_id"]},
        keep=(lambda row: row["_id"] in wanted) if wanted else None,
        offset=offset,
        limit=limit or len(call.world.prices),
    )
    return Answer({"prices": rows, "total": total})


def _price(call: Call) -> Answer:
    return Answer(_find_price(call))


def _update_price(call: Call) -> Answer:
    row = call.world.prices.update(_find_price(call), **call.body, updatedAt=call.world.now())
    _tell_price(call, "PriceUpdate", row)
    return Answer(row)


def _delete_price(call: Call) -> Answer:
    row = _find_price(call)
    call.world.prices.remove(row)
    _tell_price(call, "PriceDelete", row)
    return Answer({"status": True})


_PAGED = LOCATION_ID.extended(limit=numeric_text, offset=numeric_text)
_ONE = "/products/{productId}"
_ONE_PRICE = "/products/{productId}/price/{priceId}"

ROUTES = [
    Route("POST", "/products/", _create, body=_CREATE),
    Route("GET", "/products/", _list, query=_PAGED),
    Route("GET", _ONE, _get, query=LOCATION_ID),
    Route("PUT", _ONE, _update, body=_UPDATE),
    Route("DELETE", _ONE, _delete, query=LOCATION_ID),
    Route("POST", f"{_ONE}/price", _create_price, body=_PRICE),
    Route("GET", f"{_ONE}/price", _prices, query=_PAGED),
    Route("GET", _ONE_PRICE, _price, query=LOCATION_ID),
    Route("PUT", _ONE_PRICE, _update_price, body=_PRICE),
    Route("DELETE", _ONE_PRICE, _delete_price, query=LOCATION_ID),
]
