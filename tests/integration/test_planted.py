"""One cent or one field that is not the same on both sides is found, with its reason, and nothing else is."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from orderbridge.proof.measures import PARTS, UNEXPLAINED
from orderbridge.proof.pairs import joined_connections
from orderbridge.proof.reconcile import reconcile
from orderbridge.proof.reconciliation import Reconciliation
from support.patience import PATIENCE_S
from support.planted import Planter
from support.world import MakeWorld, World

# 'make planted' plants 500.
COUNT = int(os.environ.get("ORDERBRIDGE_PLANTED", "150"))


async def compared(world: World) -> Reconciliation:
    ((source, target),) = await joined_connections(world.db)
    return await reconcile(world.application.runtime, source, target, lines=True)


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle(timeout_s=PATIENCE_S + 3 * COUNT)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_planted_differences_are_all_found_with_their_reason_and_no_other_is(
    make_world: MakeWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    async with make_world() as world:
        await world.sell(max(40, COUNT * 7 // 10))
        await carry_over(world)
        before = await compared(world)
        assert (before.differences, before.findings, before.agrees) == ([], [], True)
        planted = await (await Planter.of(world, seed=20)).plant(COUNT)
        after = await compared(world)
        money = {
            (item.order_id, item.measure, item.record, item.currency, item.amount, item.reason)
            for item in after.differences
            if item.measure not in PARTS
        }
        fields = {(item.sale, item.field, item.record, item.code) for item in after.findings}
        assert money == planted.money, (money - planted.money, planted.money - money)
        assert fields == planted.fields, (fields - planted.fields, planted.fields - fields)
        # What an order consists of differs only where the order does, and for the same reason.
        for item in after.differences:
            if item.measure in PARTS:
                assert item.reason == planted.parted.get(item.order_id), item
        for item in after.differences:
            assert sum(part.amount for part in item.parts) == item.amount, item
            assert UNEXPLAINED not in {part.code for part in item.parts}
            assert item.evidence
            assert item.facts["highlevel_ids"] or item.facts["act_ids"], item
        with capsys.disabled():
            found = Counter(item.reason for item in after.differences) + Counter(
                item.code for item in after.findings
            )
            print(f"planted: {COUNT} differences of {len(planted.kinds)} kinds, all found: {dict(found)}")


async def test_an_untouched_world_gives_no_alarm_whatever_the_apis_do(make_world: MakeWorld) -> None:
    async with make_world() as world:
        await world.faults("ghl", refunded_status=True)
        async with world.hooks():
            await world.sell(16, webhooks=True)
            await world.webhooks_arrived()
        await carry_over(world)
        # The lines have to be read one by one then.
        await world.faults("act", line_edit_moves_opportunity=False, batch="404")
        result = await compared(world)
        assert (result.differences, result.findings, result.agrees) == ([], [], True)
        assert {"taxed", "discounted"} <= set(result.measures)
