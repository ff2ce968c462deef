"""Line items of an opportunity, with the two traps of the real service.

A PUT that does not say ``discount: 0`` and a ``discountPrice`` equal to ``price`` counts as a discount of
100 %, and an item number that is a date breaks every later reading of that opportunity's lines.
Source: Act! Web API notes, section 11.3.
"""

from __future__ import annotations

from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import Bound, bind, bind_columns, looks_like_time
from orderbridge.emulators.act.errors import dotnet, invalid, not_found
from orderbridge.emulators.act.odata import page, read_options
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import LINE
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.act.views_sales import line_view

_HUNDRED = Decimal(100)


def _opportunity(call: Call) -> Record:
    return crud.found(call, "opportunity", call.params["opportunityId"])


def _line(call: Call, opportunity: Record) -> Record:
    line = opportunity.lines.get(call.params["productId"].lower())
    if line is None:
        raise not_found("Opportunity product", call.params["productId"])
    return line


def _check_readable(opportunity: Record) -> None:
    if any(line.poisoned for line in opportunity.lines.values()):
        raise dotnet(
            500,
            "Unable to cast object of type 'System.DateTime' to type 'System.String'.",
            exception_type="System.InvalidCastException",
        )


def _list(call: Call) -> Answer:
    opportunity, world = _opportunity(call), call.world
    _check_readable(opportunity)
    options = read_options(call.query, crud.names_of(world, LINE.canonical, LINE.fields), world.faults)
    rows = [line_view(world, line, opportunity) for line in opportunity.lines.values()]
    return ok(page(rows, options, world.faults, world.random))


def _get(call: Call) -> Answer:
    opportunity = _opportunity(call)
    line = _line(call, opportunity)
    _check_readable(opportunity)
    return ok(line_view(call.world, line, opportunity))


def _post(call: Call) -> Answer:
    opportunity = _opportunity(call)
    access.require_edit(call.world, call.user, opportunity)
    line = add_line(call, opportunity, call.object(LINE.name))
    return created(line_view(call.world, line, opportunity))


def add_line(call: Call, opportunity: Record, body: JsonObject) -> Record:
    """Add a line; without a discount its unit price is what counts."""
    world, user = call.world, call.user
    bound = bind(LINE, body, world.faults)
    poisoned = _bad_item_number(body, world)
    now = world.now()
    values = _from_catalogue(world, bound) | bound.values
    values["quantity"] = _or(values.get("quantity"), 1)
    values["price"] = _or(values.get("price"), 0)
    values["cost"] = _or(values.get("cost"), 0)
    values["discount"] = _or(values.get("discount"), 0)
    if values.get("discountPrice") is None:
        values["discountPrice"] = _discounted(values)
    _check_price(values, world)
    line = Record(world.new_id(), "line", values, {}, user.id, user.id, user.id, now, now, poisoned=poisoned)
    line.custom = bind_columns(bound.custom or {}, world.custom_columns.get("line", {}), world.faults)
    opportunity.lines[line.id] = line
    line_edited(call, opportunity)
    return line


def _put(call: Call) -> Answer:
    opportunity, world = _opportunity(call), call.world
    access.require_edit(world, call.user, opportunity)
    line = _line(call, opportunity)
    body = crud.identified(call, line.id, LINE, crud.PUT)
    bound = bind(LINE, body, world.faults)
    poisoned = _bad_item_number(body, world)
    values: JsonObject = {"quantity": 1, "price": 0, "cost": 0, "discount": 0} | bound.values
    values["discountPrice"] = _or(values.get("discountPrice"), values["price"])
    _check_price(values, world)
    if world.faults.line_item_put == "full_discount" and not _says_no_discount(body, bound):
        values |= {"discount": _HUNDRED, "discountPrice": Decimal(0)}
    if world.faults.line_item_put_twice and line.values.get("pending") != body:
        line.values["pending"] = body
        return ok(line_view(world, line, opportunity))
    return _keep(call, opportunity, line, values, bound, poisoned)


def _patch(call: Call) -> Answer:
    opportunity, world = _opportunity(call), call.world
    access.require_edit(world, call.user, opportunity)
    line = _line(call, opportunity)
    body = crud.identified(call, line.id, LINE, crud.PATCH)
    bound = bind(LINE, body, world.faults)
    values = line.values | bound.values
    if "discountPrice" not in bound.values and {"price", "discount"} & bound.values.keys():
        values["discountPrice"] = _discounted(values)
    _check_price(values, world)
    return _keep(call, opportunity, line, values, bound, line.poisoned or _bad_item_number(body, world))


def _keep(
    call: Call, opportunity: Record, line: Record, values: JsonObject, bound: Bound, poisoned: bool
) -> Answer:
    columns = call.world.custom_columns.get("line", {})
    line.custom = line.custom | bind_columns(bound.custom or {}, columns, call.world.faults)
    line.values, line.poisoned = values, poisoned
    line.edited_at, line.editor_id = call.world.now(), call.user.id
    line_edited(call, opportunity)
    return ok(line_view(call.world, line, opportunity))


def _delete(call: Call) -> Answer:
    opportunity = _opportunity(call)
    access.require_edit(call.world, call.user, opportunity)
    del opportunity.lines[_line(call, opportunity).id]
    line_edited(call, opportunity)
    return no_content()


def line_edited(call: Call, opportunity: Record) -> None:
    """Recompute the opportunity; whether its edit time moves is not known, so it is a switch."""
    opportunity.rendered = None
    if call.world.faults.line_edit_moves_opportunity:
        crud.touch(call, opportunity)


def _says_no_discount(body: JsonObject, bound: Bound) -> bool:
    values = bound.values
    return (
        values.get("discount") == 0
        and values.get("discountPrice") is not None
        and values.get("discountPrice") == values.get("price")
        and "total" not in {key.lower() for key in body}
    )


def _from_catalogue(world: ActWorld, bound: Bound) -> JsonObject:
    product_id = bound.values.get("productID")
    if not product_id:
        return {}
    product = world.products.get(product_id)
    if product is None:
        raise invalid(f"Product {product_id} could not be found.")
    return {name: product.values.get(name) for name in ("name", "price", "cost", "itemNumber")}


def _discounted(values: JsonObject) -> Decimal:
    price, percent = Decimal(values.get("price") or 0), Decimal(values.get("discount") or 0)
    return price * (_HUNDRED - percent) / _HUNDRED if percent else price


def _bad_item_number(body: JsonObject, world: ActWorld) -> bool:
    sent = next((value for key, value in body.items() if key.lower() == "itemnumber"), None)
    bad = sent is not None and (not isinstance(sent, str) or looks_like_time(sent))
    if bad and world.faults.bad_item_number == "400":
        raise invalid("The field itemNumber must be a string.")
    return bad


def _check_price(values: JsonObject, world: ActWorld) -> None:
    if world.faults.refuse_negative_price and (values.get("price") or 0) < 0:
        raise invalid("The field price must not be negative.")


def _or(value: object, default: int) -> object:
    return default if value is None else value


def add(router: Router) -> None:
    """Register the routes."""
    path = "/api/opportunities/{opportunityId}/products"
    one = f"{path}/{{productId}}"
    router.add("GET", path, _list)
    router.add("POST", path, _post)
    router.add("GET", one, _get)
    router.add("PUT", one, _put)
    router.add("PATCH", one, _patch)
    router.add("DELETE", one, _delete)
