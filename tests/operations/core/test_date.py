import pytest

from support.operations import Operations

NEW_YORK = "America/New_York"


@pytest.mark.covers("core.date.format@1")
async def test_a_moment_is_shown_by_the_clock_of_the_zone_that_is_named(ops: Operations) -> None:
    shown = await ops.run(
        "core.date.format", value="2026-07-01T03:30:00Z", pattern="%Y-%m-%d %H:%M", zone=NEW_YORK
    )

    assert shown["text"] == "2026-06-30 23:30"
    assert "give zone" in await ops.refused("core.date.format", value="2026-07-01T03:30:00Z", pattern="%Y")
    assert "no offset" in await ops.refused("core.date.format", value="2026-07-01T03:30:00", pattern="%Y")
    assert "before the year 1" in await ops.refused(
        "core.date.format", value="0001-01-01T00:00:00+23:59", pattern="%Y", zone="UTC"
    )
    assert "'%s'" in await ops.refused("core.date.format", value="2026-07-01", pattern="%s")


@pytest.mark.covers("core.date.add@1")
async def test_days_go_by_the_zones_clock_and_hours_exactly(ops: Operations) -> None:
    async def later(value: str, **more: object) -> str:
        return str((await ops.run("core.date.add", value=value, **more))["value"])

    assert await later("2026-01-31", months=1) == "2026-02-28"
    before_the_change = "2026-03-07T12:00:00-05:00"
    assert await later(before_the_change, days=1, zone=NEW_YORK) == "2026-03-08T12:00:00-04:00"
    assert await later(before_the_change, hours=24, zone=NEW_YORK) == "2026-03-08T12:00:00-05:00"
    assert await later("2026-03-07T02:30:00-05:00", days=1, zone=NEW_YORK) == "2026-03-08T03:30:00-04:00"
    assert "outside the years" in await ops.refused("core.date.add", value="9999-12-31", days=1)
    assert "give zone" in await ops.refused("core.date.add", value=before_the_change, days=1)


@pytest.mark.covers("core.date.parse@1")
async def test_a_written_date_is_read_by_the_pattern_and_zone_that_are_named(ops: Operations) -> None:
    read = await ops.run(
        "core.date.parse", text="01/31/2026 9:05 PM", pattern="%m/%d/%Y %I:%M %p", zone=NEW_YORK
    )

    assert read == {"instant": "2026-02-01T02:05:00+00:00", "day": "2026-01-31"}
    message = await ops.refused("core.date.parse", text="31/01/2026", pattern="%m/%d/%Y", zone="UTC")
    assert "is no date of the pattern" in message


async def test_an_hour_that_the_clocks_skip_is_held(ops: Operations) -> None:
    message = await ops.refused(
        "core.date.parse", text="2026-03-08 02:30", pattern="%Y-%m-%d %H:%M", zone=NEW_YORK
    )

    assert "skipped" in message
    assert "no time zone 'Mars/Base'" in await ops.refused(
        "core.date.parse", text="2026", pattern="%Y", zone="Mars/Base"
    )
