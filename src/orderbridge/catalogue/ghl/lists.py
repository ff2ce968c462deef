"""The lists of a location that have no client call of their own, and whose lane a row of the money lists belongs to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from types import SimpleNamespace
from typing import Any, cast

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.order_bundle import ORDER
from orderbridge.catalogue.paging import OFFSET, PAGE, Listing, pages
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core.jsonio import JsonObject

INVOICES = Listing(call="GET /invoices/", rows="invoices", paging=OFFSET)
ESTIMATES = Listing(call="GET /invoices/estimate/list", rows="estimates", paging=OFFSET)
PRODUCTS = Listing(call="GET /products/", rows="products", paging=OFFSET)
PRICES = Listing(call="GET /products/{productId}/price", rows="prices", paging=OFFSET)
CONTACTS = Listing(call="POST /contacts/search", rows="contacts", paging=PAGE, limit_name="pageLimit")
OPPORTUNITIES = Listing(call="GET /opportunities/search", rows="opportunities", paging=PAGE)


def account_of(client: GhlClient) -> ActionContext:
    """The context of a list, which needs the account only."""
    return cast(ActionContext, SimpleNamespace(ghl=client))


async def rows(client: GhlClient, listing: Listing, values: JsonObject) -> AsyncIterator[JsonObject]:
    """Yield the rows of a list, after everything live."""
    async for row in pages(account_of(client.unhurried()), "ghl", listing, values):
        yield row


def order_of(entity_type: Any, entity_id: Any) -> str | None:
    """The order that a payment or a subscription belongs to; None where it belongs to something else."""
    belongs = entity_type in (None, ORDER) and isinstance(entity_id, str) and entity_id
    return entity_id if belongs else None


def money_lane(
    kind: str, record_id: str, order_id: str | None, alone: Collection[str]
) -> tuple[str, str] | None:
    """The lane of an order, a payment or a subscription; None where nobody wants one that is no order's.

    Args:
        kind: Of the record.
        record_id: Its id.
        order_id: The order that it belongs to.
        alone: The kinds that somebody listens to also where they are no order's.
    """
    if kind == ORDER:
        return ORDER, record_id
    if order_id is not None:
        return ORDER, order_id
    return (kind, record_id) if kind in alone else None
