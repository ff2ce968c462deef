"""All templates at once, people editing on both sides, news that gets lost and comes twice: every sale is there once.

A further template joins by a line in ``TEMPLATES``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

import pytest

from orderbridge.cli.proof import reconcile_all
from orderbridge.flows import templates
from support import act_sales as sales
from support.town import Town, everything_on, settings
from support.trouble import written
from support.world import MakeWorld, World

_STEPS = 40
# Of one flow for one record.
_MOST_RUNS = 8
# What people do here that only a person can decide about.
_EXPECTED = {
    "invoice.copied_opportunity",  # a won copy of an order
    "invoice.void",  # a won opportunity whose invoice was voided
    "flow.held",  # goods handed over of an order that was refunded or cancelled
}


@pytest.mark.parametrize(("switch", "seed"), [(False, 1), (True, 2)], ids=["transaction only", "order too"])
async def test_every_sale_is_there_once_and_nobody_is_billed_twice(
    make_world: MakeWorld, switch: bool, seed: int
) -> None:
    async with make_world(flows=()) as world, everything_on(world):
        assert set(settings(world)) == set(templates.load_all())
        foreign = len((await world.act_truth("opportunities"))["opportunities"])
        await world.faults("ghl", invoice_makes_order=switch, webhook_duplicate=1, webhook_reorder=True)
        town = Town(world, Random(seed))
        async with world.hooks(), world.working():
            for number in range(_STEPS):
                await town.something()
                if number % 6 == 0:
                    await world.faults("ghl", webhook_lose=2, drop_after_write=1, throttle_429=1)
                    await world.faults("act", error_500_after_write=1, drop_after_write=1)
                if number % 3 == 0:
                    await world.poll()
                    await world.idle()
        await sales.looked(world, rounds=3)

        await bounded(world)
        await tasks(world, town)
        await finance_heard(world)
        await counted(world, town, foreign)
        await people(world)
        before = await writes(world)
        await sales.looked(world, rounds=1)
        assert await writes(world) == before


async def counted(world: World, town: Town, foreign: int) -> None:
    """Count both twins."""
    held = await sales.dead(world)
    assert {cause for cause, _ in held} <= _EXPECTED, held
    invoices = await sales.all_invoices(world)
    names = Counter(row["name"].partition("[")[2] for row in invoices)
    assert max(names.values(), default=1) == 1, names
    assert len(invoices) == len(town.won) + len(town.leads)
    assert (await world.ghl_truth("messages"))["messages"] == []
    histories = (await world.act_truth("histories"))["histories"]
    assert sum("kind=invoice" in (row["details"] or "") for row in histories) == len(town.won)
    assert {deal.replace("-", "")[:12] for deal in town.won} == {
        key.removeprefix("Act! ").rstrip("]") for key in names if not key.startswith("Act! lead")
    }
    rows = (await world.act_truth("opportunities"))["opportunities"]
    made = [row for row in rows if row["id"] not in (*town.deals, *town.copies)]
    paid_leads = await _orders_of_leads(world)
    assert len(made) == foreign + len(town.orders) + paid_leads
    shop = await world.ghl_truth()
    payments = await written(world, "payment")
    assert payments.keys() == {row["id"] for row in shop["transactions"]}
    assert (await written(world, "subscription")).keys() == {row["id"] for row in shop["subscriptions"]}
    assert (await written(world, "fulfilment")).keys() == {row["id"] for row in shop["fulfilments"]}
    (result,) = await reconcile_all(world.application)
    assert result.differences == []
    assert all(not result.difference(measure, code) for measure in result.act for code in result.currencies)
    assert result.duplicates == {"opportunities": len(town.copies), "payments": 0}
    void = sum(row["status"] == "void" for row in invoices)
    assert (result.orders, result.invoices) == (len(town.orders) + paid_leads, len(town.won) - void)


async def people(world: World) -> None:
    """Everybody is there once on either side."""
    for side, name, rows in (
        ("Act!", "emailAddress", (await world.act_truth("contacts"))["contacts"]),
        ("HighLevel", "email", (await world.ghl_truth("contacts"))["contacts"]),
    ):
        mails = Counter(row[name].casefold() for row in rows if row.get(name))
        assert max(mails.values()) == 1, (side, mails.most_common(3))


async def tasks(world: World, town: Town) -> None:
    """What is open in Act! is what somebody still has to do."""
    twin, shop = world.sandbox.ghl, await world.ghl_truth()
    rows = await written(world, "task")
    standing = {key for key, row in rows.items() if not row["isCleared"]}
    wanted = {f"{row['id']}:1" for row in shop["fulfilments"] if row["order_id"] not in town.handed_over}
    wanted |= {
        f"subscription:{row['id']}:next-billing" for row in shop["subscriptions"] if row["status"] == "active"
    }
    paid: dict[str, Decimal] = defaultdict(Decimal)
    back: dict[str, Decimal] = defaultdict(Decimal)
    for row in shop["transactions"]:
        if row["status"] in ("succeeded", "refunded"):
            paid[row["entity_id"]] += Decimal(row["amount"])
            back[row["entity_id"]] += Decimal(row["refunded"])
    for order in shop["orders"]:
        left = paid[order["id"]] - back[order["id"]]
        done = any(row["order_id"] == order["id"] for row in shop["fulfilments"])
        if paid[order["id"]] >= Decimal(order["amount"]) and left > 0 and not done:
            wanted.add(f"fulfil:{order['id']}")
    calls = {key for key in standing if key.startswith("payment-failed:")}
    assert standing - calls == wanted
    # Where the last charge failed, one person is asked to call the customer.
    called = [twin.transactions.get(key.removeprefix("payment-failed:"))["entityId"] for key in calls]
    assert sorted(called) == sorted(owing(world))


def owing(world: World) -> list[str]:
    """Orders whose last charge failed."""
    last: dict[str, tuple[str, str]] = {}
    for row in world.sandbox.ghl.transactions:
        if row["status"] in ("failed", "succeeded", "refunded"):
            charged = (row["createdAt"], row["status"])
            last[row["entityId"]] = max(charged, last.get(row["entityId"], charged))
    return [order for order, (_, status) in last.items() if status == "failed"]


async def finance_heard(world: World) -> None:
    """Each thing was told once."""
    lines = Counter(row["line"] for row in await world.rows("SELECT line FROM digest_entries"))
    assert max(lines.values(), default=1) == 1, lines.most_common(3)


async def bounded(world: World) -> None:
    """Nothing that we wrote ourselves goes round and round."""
    rows = await world.rows(
        "SELECT f.name, e.record_id, count(*) AS n FROM runs r JOIN events e ON e.id = r.event_id"
        " JOIN flows f ON f.id = r.flow_id GROUP BY 1, 2 ORDER BY n DESC LIMIT 3"
    )
    # A record that many things happen to: three or four were seen.
    assert rows[0]["n"] <= _MOST_RUNS, rows
    assert await world.rows("SELECT reason FROM runs WHERE cause = 'flow.bounce'") == []


async def _orders_of_leads(world: World) -> int:
    twin = world.sandbox.ghl
    ours = {row["_id"] for row in twin.invoices if "[Act! lead" in row["name"]}
    return sum(row["source"].get("id") in ours for row in twin.orders)


async def writes(world: World) -> dict[str, int]:
    """Count what was sent to both sides, reading aside."""
    act = (await world.act_truth("requests"))["requests"]["by_route"]
    ghl = (await world.ghl_truth("requests"))["requests"]
    found = {route: number for route, number in act.items() if not route.startswith("GET")}
    found |= {
        f"ghl {label}": sum(counts.values())
        for label, counts in ghl.items()
        if not label.startswith("GET") and "search" not in label
    }
    return {
        route: number for route, number in found.items() if "_twin" not in route and "authorize" not in route
    }
