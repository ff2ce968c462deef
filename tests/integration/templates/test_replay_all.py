"""Replays with every template on: any stored event done twice more changes nothing on either side."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from orderbridge.automation import repair
from orderbridge.automation.repair import Wish
from support import act_sales as sales
from support.town import Town, everything_on
from support.world import MakeWorld, World

ME = Wish(by="a test")
_STEPS = 30
# What the next change of an order would put back as well, and a replay does: what a person wrote over its status or
# its name in Act!.
_NEVER = frozenset({"win_an_order", "edit_source"})
_LOST = {"error_500_after_write": 2, "drop_after_write": 2}


@pytest.mark.parametrize("switch", [False, True], ids=["transaction only", "order too"])
async def test_replaying_every_stored_event_twice_changes_nothing_whatever_templates_are_on(
    make_world: MakeWorld, switch: bool
) -> None:
    async with make_world(flows=()) as world, everything_on(world) as finance:
        await world.faults("ghl", invoice_makes_order=switch)
        town = Town(world, Random(7 + switch), never=_NEVER)
        async with world.working():
            for number in range(_STEPS):
                await town.something()
                if number % 4 == 0:
                    await world.faults("act", **_LOST)
                    await world.poll()
                    await world.idle()
        await sales.looked(world, rounds=3)
        before, told, held = await both(world), await heard(world), await causes(world)

        added = await replay_everything(world)
        assert not (found := differing(before, await both(world))), found
        # The second time answers are lost wherever something should be sent after all.
        await world.faults("act", **_LOST)
        await world.faults("ghl", error_500_after_write=2)
        assert await replay_everything(world) == added
        assert not (found := differing(before, await both(world))), found

        # What was written before is recognised when it is looked at again.
        await world.faults("act", error_500_after_write=0, drop_after_write=0)
        await world.faults("ghl", error_500_after_write=0)
        await sales.looked(world, rounds=1)
        assert not (found := differing(before, await both(world))), found
        assert await heard(world) == told
        assert finance.messages == []
        # An invoice that a person voided is not made anew: whoever replays the winning is told so.
        assert {cause for cause, _ in await causes(world) - held} <= {"invoice.void"}
        assert added > _STEPS


async def replay_everything(world: World) -> int:
    """Replay every stored event; returns how many runs that made."""
    events = await world.rows("SELECT id FROM events ORDER BY seq")
    added = [await repair.replay_event(world.application.runtime, row["id"], ME) for row in events]
    await world.work_until_idle()
    return sum(len(item) for item in added)


async def heard(world: World) -> Counter[str]:
    return Counter(row["line"] for row in await world.rows("SELECT line FROM digest_entries"))


async def causes(world: World) -> set[tuple[str, str]]:
    return set(await sales.dead(world))


async def both(world: World) -> dict[str, Any]:
    """Everything that both twins hold, by side, kind and record."""
    found: dict[str, Any] = {}
    for side, parts in (("ghl", await world.ghl_truth()), ("act", await world.act_truth())):
        for name, rows in parts.items():
            if name not in ("requests", "webhooks"):
                found[f"{side}.{name}"] = rows
    return found


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is not as it was: kind → field by field of rows that changed, and the rows that came or went."""
    found: dict[str, Any] = {}
    for name in before:
        one, other = before[name], after[name]
        if one == other:
            continue
        if not isinstance(one, list) or len(one) != len(other):
            found[name] = (one, other)
            continue
        found[name] = [
            {key: (old.get(key), new.get(key)) for key in old | new if old.get(key) != new.get(key)}
            for old, new in zip(one, other, strict=True)
            if old != new
        ]
    return found
