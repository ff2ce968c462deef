from decimal import Decimal
from typing import Any

import pytest

from support.operations import Operations


async def schedule(ops: Operations, name: str, **more: Any) -> dict[str, Any]:
    rows = (await ops.world.ghl_truth("contacts"))["contacts"]
    given = {
        "contact_id": next(row["id"] for row in rows if row["email"] and row["phone"] and row["firstName"]),
        "name": name,
        "currency": "USD",
        "items": [{"name": "Hour", "amount": Decimal("12.5"), "qty": 8, "currency": "USD"}],
        "schedule": {"rrule": {"interval_type": "monthly", "interval": 1, "start_date": "2026-04-01"}},
    }
    return await ops.run("ghl.invoice_schedule.create", **(given | more))


@pytest.mark.covers(
    "ghl.invoice_schedule.create@1", "ghl.invoice_schedule.list@1", "ghl.invoice_schedule.get@1"
)
async def test_a_schedule_is_made_once_and_nothing_goes_out(ops: Operations) -> None:
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": "POST /invoices/schedule"})

    made = await schedule(ops, "Studio hire")

    assert made["verdict"] == "confirmed"
    rows = (await ops.run("ghl.invoice_schedule.list", status="draft"))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]
    one = await ops.run("ghl.invoice_schedule.get", schedule_id=made["id"])
    assert one["schedule"]["rrule"]["start_date"] == "2026-04-01"
    assert await told(ops, made["id"]) == 0


@pytest.mark.covers("ghl.invoice_schedule.update@1")
async def test_rule_items_and_customer_stay_when_a_schedule_is_renamed(ops: Operations) -> None:
    made = await schedule(ops, "Before")

    changed = await ops.run("ghl.invoice_schedule.update", schedule_id=made["id"], name="After")

    assert changed["verdict"] == "confirmed"
    for name in ("schedule", "items", "contact_details", "discount", "live_mode"):
        assert changed["record"][name] == made["record"][name], name


@pytest.mark.covers(
    "ghl.invoice_schedule.start@1", "ghl.invoice_schedule.cancel@1", "ghl.invoice_schedule.delete@1"
)
async def test_a_schedule_starts_only_with_consent_and_is_cancelled_before_it_is_deleted(
    ops: Operations,
) -> None:
    one = {"schedule_id": (await schedule(ops, "Runs"))["id"]}

    assert "allow messages_people" in await ops.refused("ghl.invoice_schedule.start", allowed=(), **one)
    assert await told(ops, one["schedule_id"]) == 0
    assert (await ops.run("ghl.invoice_schedule.start", **one))["verdict"] == "confirmed"
    assert (await ops.run("ghl.invoice_schedule.start", **one))["verdict"] == "unchanged"
    assert await told(ops, one["schedule_id"]) == 1
    assert "cancel it first" in await ops.refused("ghl.invoice_schedule.delete", **one)
    assert (await ops.run("ghl.invoice_schedule.cancel", **one))["verdict"] == "confirmed"
    assert (await ops.run("ghl.invoice_schedule.delete", **one))["verdict"] == "confirmed"


async def test_a_rule_without_its_first_day_is_refused_with_its_place(ops: Operations) -> None:
    message = await ops.refused(
        "ghl.invoice_schedule.create", contact_id="any", name="Bad", currency="USD",
        items=[{"name": "Hour", "amount": 1, "qty": 1, "currency": "USD"}],
        schedule={"rrule": {"interval_type": "monthly", "interval": 1}},
    )  # fmt: skip

    assert "$.schedule.rrule: 'start_date' is missing" in message


async def told(ops: Operations, schedule_id: str) -> int:
    messages = (await ops.world.ghl_truth("messages"))["messages"]
    return sum(message.get("schedule_id") == schedule_id for message in messages)
