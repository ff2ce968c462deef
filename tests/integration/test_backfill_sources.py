"""Whose history a backfill takes, and where it is carried over to."""

from __future__ import annotations

import re

import pytest

from orderbridge.automation import publishing
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.flows.model import Flow
from orderbridge.sync.backfill import service
from support.world import ACT, GHL, World

BOOKS, OUTLET = "books", "outlet"


async def joined(world: World, *, source: str, target: str) -> str:
    """Join two connections by a flow; those that are not there are made like the world's own."""
    for name, like in ((source, GHL), (target, ACT)):
        await world.rows(
            """
            INSERT INTO connections (id, name, system, mode, account, config, secret, secret_key_id)
            SELECT $3, $1, system, mode, $1 || account, config, secret, secret_key_id
            FROM connections WHERE name = $2 ON CONFLICT (name) DO NOTHING
            """,
            name,
            like,
            random_id(),
        )
    step = {"id": "company", "action": "act.company.create@1", "with": {"name": {"text": "Of {event.id}"}}}
    flow = Flow.model_validate(
        {"flow": "own", "title": "Own", "trigger": "ghl.order.changed@1", "steps": [step]}
    )
    name, _ = await publishing.publish(world.application.runtime, flow, source=source, target=target)
    return name


async def names(world: World, *given: str, act: str | None = None) -> list[str]:
    """The connections whose history is taken; none given means all."""
    found = await service.sources(world.application.runtime, names=given, everything=not given, act=act)
    return sorted(item.name for item in found)


async def test_all_are_those_that_a_flow_listens_to_and_act_takes_those_that_lead_to_it(world: World) -> None:
    await joined(world, source=OUTLET, target=BOOKS)
    assert await names(world) == [GHL, OUTLET]
    assert await names(world, act=ACT) == [GHL]
    assert await names(world, act=BOOKS) == [OUTLET]
    assert await names(world, GHL, act=ACT) == [GHL]


async def test_one_that_does_not_lead_there_is_refused_by_its_name(world: World) -> None:
    await joined(world, source=OUTLET, target=BOOKS)
    with pytest.raises(SetupError, match=f"no flow that is switched on leads from {GHL} to {BOOKS}"):
        await names(world, GHL, act=BOOKS)
    await world.rows("UPDATE flows SET enabled = false WHERE target_connection <> $1", world.connections[ACT])
    with pytest.raises(
        SetupError, match=f"no flow that is switched on leads from a HighLevel connection to {BOOKS}"
    ):
        await names(world, act=BOOKS)


async def test_where_a_flow_leads_elsewhere_too_nothing_is_carried_over_there_unasked(world: World) -> None:
    flow = await joined(world, source=GHL, target=BOOKS)
    with pytest.raises(
        SetupError, match=re.escape(f"{GHL} leads to {BOOKS}, too, by the flow {flow!r}")
    ) as refused:
        await names(world, GHL, act=ACT)
    assert refused.value.cause == "backfill.leads_elsewhere"
    with pytest.raises(SetupError, match=f"{GHL} leads to {BOOKS}, too"):
        await names(world, act=ACT)
    # Without the option it goes wherever flows lead.
    assert await names(world, GHL) == [GHL]
