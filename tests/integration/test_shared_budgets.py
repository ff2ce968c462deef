"""The window that all processes share, in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from orderbridge.store.budgets import SharedBudgets
from support.world import World


async def take(budgets: SharedBudgets, wanted: int) -> int:
    grant = await budgets.take(
        connection_id="one", window_s=60.0, limit=100, wanted=wanted, now=datetime.now(UTC)
    )
    return grant.granted


async def say(budgets: SharedBudgets, remaining: int) -> None:
    await budgets.report(
        connection_id="one",
        limit=100,
        remaining=remaining,
        window_s=60.0,
        daily_remaining=None,
        blocked_until=None,
    )


async def test_what_the_provider_says_is_left_counts_until_it_says_more(world: World) -> None:
    budgets = SharedBudgets(world.db)
    assert await take(budgets, 1) == 1
    # Its window began before ours, and 40 were used up in it.
    await say(budgets, 60)
    assert await take(budgets, 100) == 60
    assert await take(budgets, 1) == 0
    # Its next window begins in the middle of ours, in which 61 were used.
    await say(budgets, 100)
    assert await take(budgets, 100) == 39
    assert await take(budgets, 1) == 0


async def test_what_somebody_else_spends_is_not_spent_once_more(world: World) -> None:
    budgets = SharedBudgets(world.db)
    assert await take(budgets, 10) == 10
    await say(budgets, 5)
    assert await take(budgets, 10) == 5
    assert await take(budgets, 10) == 0
