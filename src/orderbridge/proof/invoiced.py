"""Sales that began in Act!: the invoices that were made of opportunities, for the comparison of both sides.

Each is counted once: an order that HighLevel made of such an invoice is that invoice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from orderbridge.catalogue.ghl.order_bundle import INVOICE_SOURCE
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Opportunity
from orderbridge.connectors.ghl.billing import Invoice
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.models import Order
from orderbridge.core.errors import RejectedError
from orderbridge.store import links
from orderbridge.store.database import Database

_NO_SALE = frozenset({"void"})
# More than so many are found faster in the whole list.
_ONE_BY_ONE = 25


@dataclass(slots=True, kw_only=True)
class Pairs:
    """Which records of the two accounts are one sale.

    Attributes:
        of_invoices: Invoice → the opportunity that it was made for.
        standing: The invoices that count: HighLevel shows them and they are not void.
        joined: Order that HighLevel made of such an invoice → the invoice.
        shared: Several orders, or several invoices, of one opportunity are one sale: each of them → its name.
    """

    of_invoices: Mapping[str, str]
    standing: dict[str, str] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    def document(self, entity_id: str) -> str:
        """Return under which id a sale is counted."""
        sale = self.joined.get(entity_id, entity_id)
        return self.shared.get(sale, sale)

    def join(self, order: Order) -> bool:
        """Tell whether an order is an invoice of ours, and remember it."""
        if order.source_type != INVOICE_SOURCE or order.source_id is None:
            return False
        if order.source_id not in self.of_invoices:
            return False
        self.joined[order.id] = order.source_id
        return True


async def pairs(db: Database, ghl_id: str, act_id: str) -> Pairs:
    """Return what is linked between a HighLevel and an Act! connection."""
    async with db.read() as tx:
        invoices = await links.pairs(
            tx,
            source_connection=ghl_id,
            source_kind="invoice",
            target_connection=act_id,
            target_kind="opportunity",
        )
        several = await links.shared_targets(
            tx,
            source_connection=ghl_id,
            source_kind="order",
            target_connection=act_id,
            target_kind="opportunity",
        )
    shared = {order_id: orders[0] for _, orders in several for order_id in orders}
    return Pairs(of_invoices=dict(invoices), shared=shared)


async def invoices(client: GhlClient, known: Pairs) -> list[Invoice]:
    """Return the invoices that count."""
    if not known.of_invoices:
        # Nobody who makes no invoices needs the permission to read them.
        return []
    found = [
        row async for row in client.invoices() if row.id in known.of_invoices and row.status not in _NO_SALE
    ]
    by_deal: dict[str, list[str]] = {}
    for row in found:
        deal = known.of_invoices[row.id]
        known.standing[row.id] = deal
        by_deal.setdefault(deal, []).append(row.id)
    known.shared.update({item: min(ids) for ids in by_deal.values() if len(ids) > 1 for item in ids})
    return found


async def opportunities(client: ActClient, ids: Iterable[str]) -> AsyncIterator[Opportunity]:
    """Read opportunities by their ids; one that is not there is left out."""
    wanted = set(ids)
    if len(wanted) > _ONE_BY_ONE:
        async for item in client.opportunities():
            if item.id in wanted:
                yield item
        return
    for opportunity_id in sorted(wanted):
        try:
            yield await client.opportunity(opportunity_id)
        except RejectedError:
            # Gone, or not shown to our user: which of the two is asked where it makes a difference.
            continue
