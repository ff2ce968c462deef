"""Business days cover time without a gap and without an overlap, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.core.business_day import bounds, day_of, days, zone_of
from orderbridge.core.errors import SetupError

ZONES = (
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "America/Havana",  # back at 1:00 to midnight
    "America/Santiago",  # forward at midnight, back at midnight
    "America/St_Johns",  # until 2011 at one minute past midnight
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out 2011-12-30
    "Pacific/Kiritimati",
)
MOMENTS = st.datetimes(
    min_value=datetime(2005, 1, 2),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_every_instant_lies_within_its_day_and_in_no_other(moment: datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    day = day_of(moment, place)
    begins, ends = bounds(day, place)
    assert begins <= moment < ends
    assert bounds(day - timedelta(days=1), place)[1] == begins
    assert bounds(day + timedelta(days=1), place)[0] == ends


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), hours=st.integers(-14, 14))
def test_an_instant_is_the_same_in_whatever_zone_it_is_written(
    moment: datetime, zone: str, hours: int
) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert day_of(elsewhere, ZoneInfo(zone)) == day_of(moment, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Vienna", date(2026, 3, 29), 23),
        ("Europe/Vienna", date(2026, 10, 25), 25),
        ("Europe/Vienna", date(2026, 3, 2), 24),
        ("America/Santiago", date(2025, 9, 7), 23),
        ("America/Havana", date(2025, 11, 2), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, hours: float) -> None:
    begins, ends = bounds(day, ZoneInfo(zone))
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 22, 59, 59, 999_999, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_a_day_begins_at_the_zones_midnight(moment: datetime, day: date) -> None:
    assert day_of(moment, ZoneInfo("Europe/Vienna")) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no timezone"):
        day_of(datetime(2026, 3, 1), ZoneInfo("UTC"))  # noqa: DTZ001


def test_days_hold_both_ends() -> None:
    assert list(days(date(2026, 2, 28), date(2026, 3, 1))) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert list(days(date(2026, 3, 1), date(2026, 2, 28))) == []


@pytest.mark.parametrize("name", ["Europe/Wien", "", "Europe", "../etc/passwd", "/etc/localtime", "a\x00b"])
def test_what_is_no_time_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SetupError, match="names are like Europe/Vienna"):
        zone_of(name)
