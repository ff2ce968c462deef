"""One look at a sale and its invoice: both are read, ``order_states`` decides, and what is settled is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderbridge.catalogue.act import invoicing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.order_states import (
    INSISTS,
    SENT_FOR_LOST,
    Ask,
    Decision,
    Seen,
    last_seen,
    set_out,
    settle,
    settled,
)
from orderbridge.catalogue.pairs import Pair
from orderbridge.connectors.act.models import Opportunity
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

KIND, _FIELD = "opportunity", "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What both sides show, and what follows from it.

    Attributes:
        now: The invoice.
        seen: What the look before left.
    """

    ctx: ActionContext
    opportunity: Opportunity
    now: invoicing.Standing
    seen: Seen | None
    decision: Decision

    @property
    def _pair(self) -> Pair:
        return Pair(kind=KIND, act_id=self.opportunity.id, ghl_id=self.now.invoice_id)

    @property
    def named(self) -> str:
        """Name the opportunity for people."""
        return f"Act! opportunity {self.opportunity.id} ({self.opportunity.name})"

    async def begin(self) -> None:
        """Remember that Act! is about to be written: after a crash our own word is not taken for a person's."""
        await self.ctx.pairs.begin(self._pair, {_FIELD: set_out(self.decision.seen)})

    async def done(self) -> None:
        """Remember what holds now."""
        if self.seen != self.decision.seen:
            await self.ctx.pairs.agree(self._pair, {_FIELD: settled(self.decision.seen)})

    @property
    def asked_elsewhere(self) -> bool:
        """Whether the opportunity was edited since the last look, so that its own news puts the question."""
        moved = self.seen is not None and self.seen.status != self.decision.seen.status
        return moved and isinstance(self.decision, Ask) and self.decision.cause in (SENT_FOR_LOST, INSISTS)

    def hold_if_asked(self) -> None:
        """Put it to a person where a person decides; nothing is remembered, so that a replay asks again.

        Raises:
            HeldError: A person decides.
        """
        if isinstance(self.decision, Ask):
            raise HeldError(
                f"{self.named} and HighLevel invoice {self.now.number}, which is {self.now.state}: {self.decision.why}",
                cause=self.decision.cause,
            )


async def look(
    ctx: ActionContext,
    *,
    opportunity_id: str,
    invoice_id: str,
    statuses: Mapping[str, str | None],
    last: JsonObject,
) -> Look:
    """Read both sides and decide.

    Args:
        ctx: The run; nobody else may write the two meanwhile.
        opportunity_id: The sale.
        invoice_id: Its invoice.
        statuses: The owner's value map.
        last: The invoice as it was seen last, for one that is gone.

    Raises:
        HeldError: The invoice is gone, and nothing is known of it.
    """
    now = await invoicing.read(ctx, invoice_id, opportunity_id, last)
    opportunity = await ctx.act.opportunity(opportunity_id)
    memory = await ctx.pairs.memory(Pair(kind=KIND, act_id=opportunity_id, ghl_id=invoice_id))
    seen = last_seen(memory.agreed.get(_FIELD), memory.begun.get(_FIELD))
    decision = settle(status=opportunity.status, state=now.state, statuses=statuses, seen=seen)
    return Look(ctx=ctx, opportunity=opportunity, now=now, seen=seen, decision=decision)
