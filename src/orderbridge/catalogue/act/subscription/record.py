"""A subscription, with the next billing date derived from its schedule and shown as derived."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from orderbridge.catalogue.act.keyed_record import PROOF, RESULT, WHOSE, KeyedRecord, prove_keyed
from orderbridge.catalogue.act.profile import SUBSCRIPTIONS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant as moment
from orderbridge.catalogue.fields import money, needing, object_of, record_id, text, whole
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import OPTIONAL_TEXT, TEXT
from orderbridge.connectors.fields import instant, wire_time
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import Money, quantized

KIND = "subscription"
_ENDED = {"canceled", "cancelled", "expired"}
_STEPS = {"yearly": "years", "monthly": "months", "weekly": "weeks", "daily": "days", "hourly": "hours"}


def next_billing(
    *,
    started_at: datetime | None,
    interval_type: str | None,
    interval: int | None,
    status: str,
    now: datetime,
) -> datetime | None:
    """Derive the next charge from the schedule; HighLevel publishes no such date.

    Returns:
        The first charge after ``now``, counted from the start so that a month's end stays a month's end;
        None when the subscription has ended or its schedule is not known.
    """
    unit = _STEPS.get(interval_type or "")
    if started_at is None or unit is None or not interval or interval < 1 or status in _ENDED:
        return None
    if started_at > now:
        return started_at
    count = max(0, _charges_until(started_at, now, unit, interval) - 1)
    while (due := _after(started_at, unit, interval * count)) <= now:
        count += 1
    return due


def _after(start: datetime, unit: str, steps: int) -> datetime:
    # From the start each time: the 31st stays the 31st where the month has one.
    due: datetime = start + relativedelta(**{unit: steps})  # type: ignore[arg-type]
    return due


def _charges_until(started_at: datetime, now: datetime, unit: str, interval: int) -> int:
    # A lower bound, so that a subscription of many years is not walked charge by charge.
    longest_days = {"years": 366, "months": 31, "weeks": 7, "days": 1, "hours": 1 / 24}[unit]
    return int((now - started_at).total_seconds() / 86_400 / (longest_days * interval))


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    currency, amount = given["currency"], Decimal(given["amount"])
    started_at = instant(given.get("started_at"))
    due = next_billing(
        started_at=started_at,
        interval_type=given.get("interval_type"),
        interval=given.get("interval"),
        status=given["status"],
        now=ctx.clock.now(),
    )
    shown = Money(amount, currency)
    lines = [f"HighLevel subscription {given['subscription_id']}: {shown}, {given['status']}."]
    if given.get("plan"):
        lines.append(f"Plan: {given['plan']}.")
    if given.get("plan_id"):
        lines.append(f"Plan id: {given['plan_id']}.")
    if given.get("customer_id"):
        lines.append(f"HighLevel customer: {given['customer_id']}.")
    if due is not None:
        lines.append(f"Next billing {due:%Y-%m-%d} (derived from the schedule, not told by HighLevel).")
    output = await prove_keyed(
        ctx,
        KeyedRecord(
            ctx=ctx,
            kind=KIND,
            reference=given["subscription_id"],
            table=SUBSCRIPTIONS,
            title=f"Subscription {shown}: {given['status']}",
            text="\n".join(lines),
            facts={
                "order": given["order_id"],
                "amount": str(quantized(amount, currency)),
                "currency": currency,
                "status": given["status"],
            }
            # The derived date moves with every charge while HighLevel's record stays as it is.
            | _said(
                plan=given.get("plan_id"),
                customer=given.get("customer_id"),
                next=f"{due:%Y-%m-%d}" if due else None,
            ),
            columns={
                "order_reference": given["order_id"],
                "status": given["status"][:32],
                "amount": amount,
                "currency": currency,
                "plan": (given.get("plan") or "")[:128],
                # An ended one has none, also where there was one before.
                "next_billing": wire_time(due) if due else None,
            },
            happened_at=started_at or ctx.clock.now(),
            contact_ids=(given["contact_id"],),
            opportunity_id=given["opportunity_id"],
        ),
    )
    named = f"{given['plan']}, {shown}" if given.get("plan") else str(shown)
    return output | {"next_billing": due.isoformat() if due else None, "shown": named}


def _said(**facts: str | None) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}


FIELDS = needing(
    {
        "subscription_id": record_id("The subscription in HighLevel; one record for each."),
        "order_id": record_id("The order that began it."),
        "amount": money("What is charged each time."),
        "currency": text("Currency of the amount, such as USD."),
        "status": text("Its status, as HighLevel names it; an ended one has no next billing."),
        "plan": text("Name of the plan, for people.", type=["string", "null"]),
        "plan_id": text("The plan's own id in HighLevel.", type=["string", "null"]),
        "customer_id": text("The contact in HighLevel who subscribed.", type=["string", "null"]),
        "interval_type": text(
            f"Unit of the interval: {', '.join(_STEPS)}.", type=["string", "null"]
        ),
        "interval": whole("How many units lie between two charges.", type=["integer", "null"]),
        "started_at": moment("When it began; the charges are counted from here.", type=["string", "null"]),
    }
    | WHOSE,
    "subscription_id", "order_id", "amount", "currency", "status", *WHOSE,
)  # fmt: skip
_RESULT = RESULT | {"properties": RESULT["properties"] | {"next_billing": OPTIONAL_TEXT, "shown": TEXT}}

OPERATION = Operation(
    id="act.subscription.record",
    system="act",
    title="Record a subscription once",
    description="Keeps one record for each subscription, with plan, status and the derived next billing date.",
    input_schema=object_of(FIELDS),
    output_schema=_RESULT,
    example={
        "subscription_id": "6601f0c2a5b4c3d2e1f00003",
        "order_id": "6601f0c2a5b4c3d2e1f00001",
        "amount": 29.5,
        "currency": "USD",
        "status": "active",
        "plan": "Care plan",
        "interval_type": "monthly",
        "interval": 1,
        "started_at": "2026-01-31T09:00:00Z",
        "contact_id": "11111111-2222-3333-4444-555555555555",
        "opportunity_id": "aaaaaaaa-0000-0000-0000-000000000001",
    },
    example_output={
        "id": "dddddddd-0000-0000-0000-000000000005",
        "verdict": "confirmed",
        "next_billing": "2026-02-28T09:00:00+00:00",
        "shown": "Care plan, 29.50 USD",
    },
    permissions=("Access All Non-Private Data", "Create and Edit History"),
    effects=frozenset({"reads", "writes"}),
    proof=PROOF,
    calls="2 to 4",
    run=_run,
)
