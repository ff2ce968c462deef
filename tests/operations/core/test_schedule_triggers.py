import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from orderbridge.catalogue.core.schedule.times import last_due
from orderbridge.core.errors import FlowError
from orderbridge.sync.schedule import fire_due
from support.operations import Operations

DUE = "core.schedule.due"


@pytest.mark.covers("core.schedule.due@1")
async def test_each_time_fires_once_and_what_was_missed_fires_once(ops: Operations) -> None:
    runtime = ops.world.application.runtime
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=30, microsecond=0)
    given = {f"{DUE}#often": {"every_minutes": 10}, f"{DUE}#daily": {"cron": "0 12 * * *"}}
    async with ops.listening(*given, given=given) as fired:
        # A time before the flow was switched on is none of its own.
        await fire_due(runtime, datetime.now(UTC) - timedelta(days=1))
        assert await fired.times() == {}
        # Two processes look at the same moment.
        await asyncio.gather(*(fire_due(runtime, tomorrow) for _ in range(4)))
        assert (await fired.times())[f"{DUE}#often"] == 1
        for minutes in (5, 10, 11, 60 * 13):
            await fire_due(runtime, tomorrow + timedelta(minutes=minutes))
        times = await fired.times()
        assert times[f"{DUE}#often"] == 3
        assert (await fired.states(f"{DUE}#daily"))[-1]["due_at"] == f"{tomorrow:%Y-%m-%d}T12:00:00Z"


@pytest.mark.parametrize(
    ("given", "now", "due"),
    [
        ({"every_minutes": 15}, "2026-03-02T09:14:59+00:00", "2026-03-02T09:00:00+00:00"),
        ({"every_minutes": 15}, "2026-03-02T09:15:00+00:00", "2026-03-02T09:15:00+00:00"),
        ({"cron": "0 7 * * mon-fri"}, "2026-03-02T07:00:00+00:00", "2026-03-02T07:00:00+00:00"),
        ({"cron": "0 7 * * mon-fri"}, "2026-03-01T12:00:00+00:00", "2026-02-27T07:00:00+00:00"),
        # Seven o'clock in Vienna is another moment in summer than in winter.
        (
            {"cron": "0 7 * * *", "time_zone": "Europe/Vienna"},
            "2026-03-28T12:00:00+00:00",
            "2026-03-28T06:00:00+00:00",
        ),
        (
            {"cron": "0 7 * * *", "time_zone": "Europe/Vienna"},
            "2026-03-29T12:00:00+00:00",
            "2026-03-29T05:00:00+00:00",
        ),
        # The hour that is left out in spring, and the one that comes twice in autumn.
        (
            {"cron": "30 2 * * *", "time_zone": "Europe/Vienna"},
            "2026-03-29T12:00:00+00:00",
            "2026-03-29T01:00:00+00:00",
        ),
        (
            {"cron": "30 2 * * *", "time_zone": "Europe/Vienna"},
            "2026-10-25T01:00:00+00:00",
            "2026-10-25T00:30:00+00:00",
        ),
        (
            {"cron": "30 2 * * *", "time_zone": "Europe/Vienna"},
            "2026-10-25T12:00:00+00:00",
            "2026-10-25T01:30:00+00:00",
        ),
    ],
)
def test_a_time_is_found_in_its_zone(given: dict[str, object], now: str, due: str) -> None:
    assert last_due(given, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cron": "0 7 * * *", "every_minutes": 5},
        {"cron": "tomorrow"},
        {"cron": "0 7 * * *", "time_zone": "Mars"},
    ],
)
def test_a_schedule_that_cannot_be_read_says_what_it_lacks(given: dict[str, object]) -> None:
    with pytest.raises(FlowError, match="schedule"):
        last_due(given, datetime(2026, 3, 2, tzinfo=UTC))
