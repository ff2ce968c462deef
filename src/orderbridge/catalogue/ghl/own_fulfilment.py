"""How a fulfilment that we made ourselves is known again when HighLevel shows it.

It carries no field of ours, and the answer to its creation may be lost. So what is about to be handed over is
remembered before it is sent: as it was all that was left, no other fulfilment of the order can hold the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from orderbridge.catalogue.context import ActionContext
from orderbridge.core.jsonio import fingerprint

_KIND = "own_fulfilment"


def _name(order_id: str, pieces: Iterable[tuple[str, Decimal]]) -> str:
    counted: dict[str, Decimal] = {}
    for price_id, quantity in pieces:
        counted[price_id] = counted.get(price_id, Decimal(0)) + quantity
    shown = {price_id: f"{quantity.normalize():f}" for price_id, quantity in counted.items()}
    return f"{order_id}/{fingerprint(shown)}"


async def about_to_be_made(ctx: ActionContext, order_id: str, pieces: Iterable[tuple[str, Decimal]]) -> None:
    """Remember what is about to be handed over."""
    await ctx.remember("ghl", _KIND, _name(order_id, pieces), order_id)


async def is_ours(ctx: ActionContext, order_id: str, pieces: Iterable[tuple[str, Decimal]]) -> bool:
    """Tell whether a fulfilment with these pieces is the one that we made."""
    return await ctx.remembered("ghl", _KIND, _name(order_id, pieces)) is not None
