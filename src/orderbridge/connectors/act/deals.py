"""Act! calls about deals: opportunities, their line items, products, processes and stages.

Source: Act! Web API notes, sections 11.3 and 11.4.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from orderbridge.connectors.act.calls import PAGE_ROWS, ActCalls, part
from orderbridge.connectors.act.directory import Product, ProductDraft
from orderbridge.connectors.act.models import (
    LineItem,
    LineItemDraft,
    Opportunity,
    OpportunityDraft,
    Process,
    Stage,
)
from orderbridge.connectors.act.odata import eq

_OPPORTUNITIES = "/api/opportunities"


class DealCalls(ActCalls):
    """Opportunities and what belongs to them."""

    async def opportunity(self, opportunity_id: str) -> Opportunity:
        """Return one opportunity."""
        return await self._record(f"{_OPPORTUNITIES}/{part(opportunity_id)}", Opportunity.parse)

    async def opportunities(
        self, filter: str | None = None, *, order_by: str = "edited,id", page_rows: int = PAGE_ROWS
    ) -> AsyncIterator[Opportunity]:
        """Yield opportunities, each once; see ``contacts`` for the arguments."""
        async for row in self._walk(_OPPORTUNITIES, filter=filter, order_by=order_by, page_rows=page_rows):
            yield Opportunity.parse(row)

    async def opportunities_by_source_id(self, source_id: str) -> list[Opportunity]:
        """Return the opportunities that carry our reference: none, one, or a duplicate to repair."""
        found = self.opportunities(eq("sourceId", source_id), order_by="id")
        # The comparison is repeated here: a server that ignored the filter would make everything ours.
        return [item async for item in found if item.source_id == source_id]

    async def create_opportunity(self, draft: OpportunityDraft) -> Opportunity:
        """Create an opportunity; nothing stops a second one, so look first."""
        return await self._write("POST", _OPPORTUNITIES, draft.to_api(), Opportunity.parse)

    async def patch_opportunity(self, opportunity_id: str, draft: OpportunityDraft) -> Opportunity:
        """Change the given fields of an opportunity."""
        body = draft.to_api() | {"id": opportunity_id}
        return await self._write("PATCH", f"{_OPPORTUNITIES}/{part(opportunity_id)}", body, Opportunity.parse)

    async def line_items(self, opportunity_id: str) -> list[LineItem]:
        """Return all line items of an opportunity."""
        return [LineItem.parse(row) async for row in self._walk(_lines(opportunity_id))]

    async def create_line_item(self, opportunity_id: str, draft: LineItemDraft) -> LineItem:
        """Add a line; it needs no product of the catalogue."""
        return await self._write("POST", _lines(opportunity_id), draft.to_api(), LineItem.parse)

    async def update_line_item(self, opportunity_id: str, line_id: str, draft: LineItemDraft) -> LineItem:
        """Replace a line; the discount fields that Act! needs for this are added."""
        path = f"{_lines(opportunity_id)}/{part(line_id)}"
        return await self._write("PUT", path, draft.to_put(line_id), LineItem.parse)

    async def delete_line_item(self, opportunity_id: str, line_id: str) -> None:
        """Remove a line."""
        path = f"{_lines(opportunity_id)}/{part(line_id)}"
        await self.http.call("DELETE", path, urgent=self._urgent)

    async def processes(self) -> list[Process]:
        """Return the sales processes."""
        return [Process.parse(row) for row in await self._rows(f"{_OPPORTUNITIES}/processes")]

    async def stages(self, process_id: str) -> list[Stage]:
        """Return the stages of a process in their order."""
        rows = await self._rows(f"{_OPPORTUNITIES}/processes/{part(process_id)}/stages")
        stages = [Stage.parse(row, process={"id": process_id}) for row in rows]
        return sorted(stages, key=lambda stage: stage.number)

    async def products(self, filter: str | None = None) -> AsyncIterator[Product]:
        """Yield the products of the catalogue."""
        async for row in self._walk("/api/Products", filter=filter):
            yield Product.parse(row)

    async def create_product(self, draft: ProductDraft) -> Product:
        """Add a product to the catalogue."""
        return await self._write("POST", "/api/Products", draft.to_api(), Product.parse)


def _lines(opportunity_id: str) -> str:
    return f"{_OPPORTUNITIES}/{part(opportunity_id)}/products"
