"""Sixty days of business in HighLevel: the same for the same seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orderbridge.core.clock import Clock
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import payments, subscriptions
from orderbridge.emulators.ghl.carts import CURRENCIES, fill_cart
from orderbridge.emulators.ghl.faults import GhlFaults
from orderbridge.emulators.ghl.sales import new_contact, place_order, sell
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.seeds.ghl_account import add_account
from orderbridge.emulators.seeds.ghl_catalogue import add_catalogue
from orderbridge.emulators.seeds.ghl_invoices import add_invoices
from orderbridge.emulators.seeds.people import PEOPLE

_DAYS = 60
_LIVE_ORDERS = 128
_TEST_ORDERS = 8
_SUBSCRIPTIONS = 9


def seeded_ghl_world(
    *, seed: int = 7, clock: Clock, webhook_url: str | None = None, faults: GhlFaults | None = None
) -> GhlWorld:
    """Build the business: contacts, goods, and the last sixty days of orders, payments and invoices."""
    return GhlWorld(clock, seed, faults, webhook_url=webhook_url, fill=_fill)


def empty_ghl_world(
    *, seed: int = 7, clock: Clock, webhook_url: str | None = None, faults: GhlFaults | None = None
) -> GhlWorld:
    """Build the business on its first day: people and goods, nothing sold."""
    return GhlWorld(clock, seed, faults, webhook_url=webhook_url, fill=_open)


def _open(world: GhlWorld) -> None:
    start = world.clock.now() - timedelta(days=_DAYS + 1)
    add_account(world, at=start)
    add_catalogue(world, at=start)
    _add_people(world, start)


def _fill(world: GhlWorld) -> None:
    _open(world)
    now = world.clock.now()
    start = now - timedelta(days=_DAYS)
    for at in _moments(world, start, now, _LIVE_ORDERS):
        sell(world, at=at)
    for at in _moments(world, start, now, _TEST_ORDERS):
        sell(world, at=at, live=False)
    _add_subscriptions(world, start, now)
    add_invoices(world, start=start, now=now)


def _moments(world: GhlWorld, start: datetime, now: datetime, count: int) -> list[datetime]:
    span_s = (now - start).total_seconds()
    # The last hour stays free, so that what is sold live is always newer.
    offsets = sorted(world.rng.uniform(0, span_s - 3600) for _ in range(count))
    return [start + timedelta(seconds=round(offset, 3)) for offset in offsets]


def _add_people(world: GhlWorld, at: datetime) -> None:
    for position, person in enumerate(PEOPLE):
        fields: dict[str, Any] = {
            "firstName": person.first_name,
            "lastName": person.last_name,
            "email": person.email,
            "phone": person.phone,
            "companyName": person.company,
            "city": person.city,
            "country": person.country,
            "source": "Web shop",
            "tags": ["regular"] if position % 3 == 0 else [],
        }
        row = new_contact(world, at=at + timedelta(minutes=position), **fields)
        if position == 0:
            row["additionalEmails"] = [{"email": "accounts@customers.test"}]
    stranger = {"firstName": "Elsewhere", "lastName": "Only", "email": "elsewhere@customers.test"}
    new_contact(world, at=at, location_id=world.other_location_id, **stranger)


def _add_subscriptions(world: GhlWorld, start: datetime, now: datetime) -> None:
    people = [row for row in world.contacts if row["locationId"] == world.location_id]
    for number in range(_SUBSCRIPTIONS):
        contact: JsonObject = people[(number * 5) % len(people)]
        at = start + timedelta(days=1 + number, hours=number)
        cart = fill_cart(world, CURRENCIES[number % 3], max_items=1, recurring=True)
        order = place_order(world, cart, contact, at=at)
        subscription = subscriptions.start_subscription(world, order, at=at)
        payments.charge(world, order, cart.amount, at=at, subscription_id=subscription["subscriptionId"])
        payments.settle(world, order, at=at)
        _let_run(world, subscription, number, at, now)


def _let_run(world: GhlWorld, subscription: JsonObject, number: int, at: datetime, now: datetime) -> None:
    due = subscriptions.renewal_times(subscription, at, now)
    for position, moment in enumerate(due):
        last = position == len(due) - 1
        failing = number == 3 and last
        subscriptions.renew(world, subscription, at=moment, status="failed" if failing else "succeeded")
    if number == 6:
        subscriptions.cancel(world, subscription, at=now - timedelta(days=2))
