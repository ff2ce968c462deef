"""The life of a record in Act!: made, changed, deleted, each by a person at a desk."""

from __future__ import annotations

from typing import Any

from support.operations import POLL, POLL_THEN_PUSH, PUSH_THEN_POLL, Operations

LONG_AGO = "2026-01-05T08:00:00Z"
WAYS = (POLL, PUSH_THEN_POLL, POLL_THEN_PUSH)
VERBS = ("created", "updated", "field_changed", "deleted")


async def lifecycle(
    ops: Operations,
    subject: str,
    entity: str,
    *,
    new: dict[str, Any],
    change: dict[str, Any],
    watched: dict[str, Any],
    given: dict[str, Any] | None = None,
    way: str = POLL,
    area: str = "",
) -> None:
    """Make, change and delete records; each of the subject's triggers must fire exactly once.

    Args:
        ops: The world.
        subject: ``contact``.
        entity: As the twin calls it: ``contacts``.
        new: Fields of a new record.
        change: What is changed of an old one.
        watched: The input of ``field_changed`` that waits for this change.
        given: Input of all the triggers.
        way: How what is new and what changed becomes known; deletions are always polled.
        area: What Act! calls the records in webhooks.
    """
    names = [f"act.{subject}.{verb}" for verb in VERBS]
    inputs = {name: (given or {}) | (watched if name.endswith("field_changed") else {}) for name in names}
    old = await ops.act(entity, fields=new, created=LONG_AGO, edited=LONG_AGO)
    async with ops.listening(*names, given=inputs) as fired:
        # What was there before is known and nothing new.
        assert await fired.times() == {}
        async with ops.known_of_act(way, area):
            await ops.act(entity, fields=new)
        assert await fired.times() == {names[0]: 1}
        async with ops.known_of_act(way, area):
            await ops.act(entity, old["id"], fields=change)
        assert await fired.times() == dict.fromkeys(names[:3], 1)
        await ops.act(entity, old["id"], action="delete")
        await ops.looked()
        # What is known already makes nothing.
        await ops.looked()
        assert await fired.times() == dict.fromkeys(names, 1)
