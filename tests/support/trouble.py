"""Trouble on purpose, for tests of templates from end to end, and what Act! holds afterwards, told by our own lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from orderbridge.automation.enabling import enable
from orderbridge.core.jsonio import JsonObject
from support.world import ACT, GHL, World

# Written here once more on purpose: the check must not lean on the code that it checks.
_LINE = re.compile(r"\[orderbridge kind=(\w+) ref=([^ \]]+)([^\]]*)\]")


async def enable_all(world: World, templates: Mapping[str, JsonObject], *, tables: bool = True) -> None:
    """Enable templates with their settings.

    Args:
        world: The stand-ins.
        templates: Settings by the template's name.
        tables: Whether what they need in Act! is created.
    """
    for name, settings in templates.items():
        await enable(
            world.application.runtime, name, ghl=GHL, act=ACT, create_fields=tables, settings=settings
        )


async def trouble(world: World) -> None:
    """Lose, double and swap webhooks; lose answers after the write, answer 500 after it, and refuse with 429."""
    await world.faults("ghl", webhook_duplicate=1, webhook_reorder=True, webhook_lose=1)
    await world.faults(
        "act",
        error_500_after_write={"count": 3, "match": "POST"},
        drop_after_write={"count": 2, "match": "POST", "skip": 2},
        throttle_429={"count": 3, "skip": 4, "retry_after_s": 0},
    )


@asynccontextmanager
async def both_ways(world: World) -> AsyncIterator[None]:
    """Let what happens within the block become known by webhooks, as far as they arrive, and by two polls."""
    async with world.working():
        async with world.hooks():
            yield
            await world.poll()
            await world.webhooks_arrived()
        await world.idle()
        await world.poll()
        await world.idle()


async def written(world: World, kind: str, *parts: str) -> dict[str, dict[str, Any]]:
    """What carries our line of a kind, by reference; twice the same reference fails.

    Args:
        world: The stand-ins.
        kind: ``payment``, ``task``, ``log``.
        parts: What Act! is asked for; everything unless given.
    """
    act = await world.act_truth(*parts)
    rows = [*act.get("histories", ()), *act.get("tasks", ())]
    rows += [row for table in act.get("custom_tables", {}).values() for row in table["records"]]
    found: dict[str, dict[str, Any]] = {}
    # The history entry that Act! writes for a cleared task repeats the task's text.
    tasks = {row["id"] for row in act.get("tasks", ())}
    for row in rows:
        match = _LINE.search(str(row.get("details") or ""))
        if match is None or match[1] != kind or (kind == "task" and row["id"] not in tasks):
            continue
        assert match[2] not in found, f"{kind} {match[2]} is there twice"
        found[match[2]] = row | {"facts": dict(part.split("=", 1) for part in match[3].split())}
    return found


async def dead(world: World) -> list[dict[str, Any]]:
    """Runs that wait for a person."""
    return await world.rows("SELECT cause, reason FROM runs WHERE state = 'dead' ORDER BY cause, reason")


async def act_calls(world: World) -> Counter[str]:
    """How often each route of Act! was called."""
    by_route = (await world.act_truth("requests"))["requests"]["by_route"]
    return Counter({label: count for label, count in by_route.items() if "_twin" not in label})


async def replay_everything(world: World) -> None:
    """Start every stored event anew, as ``orderbridge runs replay`` does."""
    await world.rows("UPDATE events SET outcome = 'pending'")
    await world.rows("DELETE FROM steps")
    await world.rows("DELETE FROM receipts")
    await world.rows("DELETE FROM intents")
    await world.rows("DELETE FROM runs")
    await world.rows("UPDATE lanes SET queued = true, retry_at = NULL")
    await world.work_until_idle()
