"""Each way in which the two sides come to differ has its own reason; what only looks like a difference has none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.proof import codes
from orderbridge.proof.pairs import joined_connections
from orderbridge.proof.reconcile import reconcile
from orderbridge.proof.reconciliation import Reconciliation
from orderbridge.proof.sight import SEE_ALL
from orderbridge.store import links
from orderbridge.store.links import Link
from support.world import ACT, GHL, TEMPLATE, MakeWorld, World


async def carry_over(world: World) -> None:
    await world.poll()
    await world.work_until_idle()


async def compared(world: World, *, lines: bool = True) -> Reconciliation:
    ((source, target),) = await joined_connections(world.db)
    return await reconcile(world.application.runtime, source, target, lines=lines)


async def deal_of(world: World, order_id: str) -> dict[str, Any]:
    rows = (await world.act_truth("opportunities"))["opportunities"]
    return next(row for row in rows if row["sourceId"] == order_id)


async def desk(world: World, entity: str, **order: Any) -> Any:
    return await world.control("act", "edit", {"entity": entity} | order)


def reasons(result: Reconciliation) -> dict[tuple[str, str], str]:
    return {(item.order_id, item.measure): item.reason for item in result.differences}


async def test_a_customer_merged_in_highlevel_is_told_from_an_order_that_somebody_moved(world: World) -> None:
    people = [
        row
        for row in (await world.ghl_truth("contacts"))["contacts"]
        if row["email"] and row["locationId"] == world.sandbox.ghl.location_id
    ]
    one, other, third = (row["id"] for row in people[:3])
    merged = (await world.sell(1, contact_id=one))["orders"][0]
    moved = (await world.sell(1, contact_id=third))["orders"][0]
    await carry_over(world)
    assert (await compared(world)).findings == []
    await world.control("ghl", f"contacts/{one}/merge", {"into": other})
    await world.control("ghl", f"orders/{moved}/edit", {"contactId": other, "webhooks": False})
    result = await compared(world)
    assert {item.sale: item.code for item in result.findings} == {
        merged: codes.CUSTOMER_MERGED,
        moved: codes.CONTACT_DIFFERS,
    }
    assert all(other in item.evidence for item in result.findings)
    # No money is touched by it.
    assert (result.differences, result.agrees) == ([], True)


async def test_what_a_flow_leaves_out_is_told_from_what_nobody_fetched(make_world: MakeWorld) -> None:
    async with make_world(flows={TEMPLATE: {"currencies": ["USD"]}}) as world:
        euros = (await world.sell(1, currency="EUR", outcome="paid"))["orders"][0]
        await carry_over(world)
        dollars = (await world.sell(1, currency="USD", outcome="paid"))["orders"][0]
        result = await compared(world)
        assert reasons(result) == {
            (euros, "ordered"): codes.LEFT_OUT,
            (euros, "paid"): codes.LEFT_OUT,
            (dollars, "ordered"): codes.MISSING_IN_ACT,
            (dollars, "paid"): codes.MISSING_IN_ACT,
        }
        assert any(
            "the order is in EUR, which this template leaves out" in item.evidence
            for item in result.differences
        )
        assert all(item.facts["highlevel_ids"] for item in result.differences)


async def test_a_deleted_a_hidden_and_an_unreadable_record_are_three_things(world: World) -> None:
    deleted, hidden, unreadable = (await world.sell(3, currency="USD", outcome="placed"))["orders"]
    await carry_over(world)
    await desk(world, "opportunities", id=(await deal_of(world, deleted))["id"], action="delete")
    manager = next(
        row for row in world.sandbox.act.users.values() if row.id != world.sandbox.act.sync_user.id
    )
    await desk(
        world,
        "opportunities",
        id=(await deal_of(world, hidden))["id"],
        action="hide",
        user=manager.display_name,
    )
    await world.control("ghl", f"orders/{unreadable}/edit", {"amount": "20.00", "webhooks": False})
    await world.faults("act", hidden_rows=403)
    result = await compared(world)
    assert reasons(result) == {
        (deleted, "ordered"): codes.OPPORTUNITY_DELETED,
        (hidden, "ordered"): codes.NO_ACCESS,
        (unreadable, "ordered"): codes.UNREADABLE,
    }
    assert result.unreadable == 1
    assert result.explained


async def test_what_our_user_may_not_see_any_more_is_told_from_what_was_deleted_by_the_missing_permission(
    world: World,
) -> None:
    others = (await world.sell(2, currency="USD", outcome="placed"))["orders"][0]
    await carry_over(world)
    manager = next(
        row for row in world.sandbox.act.users.values() if row.id != world.sandbox.act.sync_user.id
    )
    deal = (await deal_of(world, others))["id"]
    await desk(world, "opportunities", id=deal, fields={"recordManagerID": manager.id})
    assert (await compared(world)).differences == []
    # Without it Act! shows our user what is ours, and answers for all else as if it were not there.
    await world.faults("act", permissions_removed=[SEE_ALL])
    result = await compared(world)
    assert reasons(result) == {(others, "ordered"): codes.NO_ACCESS}
    assert [item.evidence for item in result.differences] == [
        f"Act! opportunity {deal} of HighLevel order {others} is not shown to our user, who lacks the permission "
        f"'{SEE_ALL}'"
    ]
    assert result.explained
    # The same silence means something else where nothing is missing.
    await world.faults("act", permissions_removed=[])
    await desk(world, "opportunities", id=deal, action="delete")
    assert reasons(await compared(world)) == {(others, "ordered"): codes.OPPORTUNITY_DELETED}


async def test_one_order_on_two_opportunities_and_two_orders_on_one_agree_where_the_sums_do(
    world: World,
) -> None:
    split, first, second = (await world.sell(3, currency="USD", outcome="placed"))["orders"]
    await carry_over(world)
    # Half of one order moves to a second opportunity.
    whole = await deal_of(world, split)
    line = next(row for row in whole["lines"] if Decimal(row["quantity"]) == 1 and Decimal(row["price"]) > 1)
    price = Decimal(line["price"])
    await desk(world, "lines", opportunity=whole["id"], id=line["id"], fields={"price": price - 1})
    half = {
        "name": "The rest", "source": "HighLevel", "sourceId": split,
        "contacts": [{"id": whole["contacts"][0]["id"]}],
    }  # fmt: skip
    made = await desk(world, "opportunities", fields=half)
    rest = {"name": "The rest", "price": Decimal(1), "quantity": 1}
    rest_line = await desk(world, "lines", opportunity=made["id"], fields=rest)
    # Two orders are put on one opportunity.
    kept, gone = await deal_of(world, first), await deal_of(world, second)
    await desk(world, "opportunities", id=gone["id"], action="delete")
    amount = Decimal(gone["productTotal"])
    await desk(
        world, "lines", opportunity=kept["id"], fields={"name": "Both", "price": amount, "quantity": 1}
    )
    async with world.db.begin() as tx:
        await links.save(
            tx,
            Link(
                source_connection=world.connections[GHL],
                source_kind="order",
                source_id=second,
                target_connection=world.connections[ACT],
                target_kind="opportunity",
                target_id=kept["id"],
                how="person",
            ),
        )
    result = await compared(world)
    assert (result.differences, result.duplicates["opportunities"], result.agrees) == ([], 0, True)
    # A cent of it is found all the same.
    await desk(world, "lines", opportunity=made["id"], id=rest_line["id"], fields={"price": Decimal("1.01")})
    result = await compared(world)
    assert result.difference("ordered", "USD") != 0 or result.duplicates["opportunities"] == 1
    assert not result.agrees
    assert result.explained


async def test_a_payment_that_somebody_entered_twice_is_found(world: World) -> None:
    sold = await world.sell(1, currency="USD", outcome="paid")
    await carry_over(world)
    table = (await world.act_truth("custom_tables"))["custom_tables"]["Payments"]
    (record,) = table["records"]
    own = {key: record[key] for key in table["columns"].values() if record.get(key) is not None}
    await desk(world, "custom/Payments", fields=own | {"contacts": [], "opportunity": []})
    result = await compared(world)
    ((key, reason),) = reasons(result).items()
    assert (key, reason) == ((sold["orders"][0], "paid"), codes.DUPLICATE_PAYMENT)
    assert result.duplicates["payments"] == 1
    assert sum(part.amount for part in result.differences[0].parts) == -Decimal(record_amount(sold, table))


def record_amount(_sold: dict[str, Any], table: dict[str, Any]) -> Any:
    keys = {label.casefold(): key for label, key in table["columns"].items()}
    return table["records"][0][keys["amount"]]
