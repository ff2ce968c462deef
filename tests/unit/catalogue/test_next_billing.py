"""The next charge is derived from the first one, so that a month's end stays a month's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbridge.catalogue.act.subscription.record import next_billing


def due(started: str, now: str, interval_type: str = "monthly", interval: int = 1) -> str | None:
    found = next_billing(
        started_at=datetime.fromisoformat(started).replace(tzinfo=UTC),
        interval_type=interval_type,
        interval=interval,
        status="active",
        now=datetime.fromisoformat(now).replace(tzinfo=UTC),
    )
    return None if found is None else f"{found:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("started", "now", "expected"),
    [
        ("2026-01-31", "2026-02-01", "2026-02-28"),
        ("2026-01-31", "2026-03-01", "2026-03-31"),
        ("2026-01-31", "2026-04-01", "2026-04-30"),
        ("2024-01-31", "2024-02-01", "2024-02-29"),
        ("2026-01-15", "2026-01-15", "2026-02-15"),
        ("2026-01-15", "2026-02-14T23:59:59", "2026-02-15"),
        ("2026-01-15", "2026-02-15", "2026-03-15"),
        ("2026-05-15", "2026-01-01", "2026-05-15"),
        ("2016-08-31", "2026-02-01", "2026-02-28"),
    ],
)
def test_monthly_charges_keep_the_day_where_the_month_has_it(started: str, now: str, expected: str) -> None:
    assert due(started, now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2024-03-01", "2025-02-28"), ("2027-03-01", "2028-02-29")],
)
def test_a_yearly_charge_of_a_leap_day(now: str, expected: str) -> None:
    assert due("2024-02-29", now, "yearly") == expected


@pytest.mark.parametrize(
    ("interval_type", "interval", "expected"),
    [
        ("weekly", 2, "2026-01-15"),
        ("daily", 1, "2026-01-11"),
        ("monthly", 3, "2026-04-01"),
        ("hourly", 1, "2026-01-10"),
    ],
)
def test_other_schedules(interval_type: str, interval: int, expected: str) -> None:
    assert due("2026-01-01", "2026-01-10T12:00:00", interval_type, interval) == expected


@pytest.mark.parametrize("status", ["canceled", "cancelled", "expired"])
def test_an_ended_subscription_has_no_next_charge(status: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_billing(started_at=now, interval_type="monthly", interval=1, status=status, now=now) is None


@pytest.mark.parametrize(
    ("interval_type", "interval"), [(None, 1), ("fortnightly", 1), ("monthly", 0), ("monthly", None)]
)
def test_an_unknown_schedule_gives_no_date(interval_type: str | None, interval: int | None) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = next_billing(
        started_at=now, interval_type=interval_type, interval=interval, status="active", now=now
    )
    assert found is None


START = datetime(2015, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 20 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


@given(
    MOMENTS,
    MOMENTS,
    st.sampled_from(["yearly", "monthly", "weekly", "daily", "hourly"]),
    st.integers(1, 12),
)
def test_it_is_the_first_charge_after_now(
    started_at: datetime, now: datetime, interval_type: str, interval: int
) -> None:
    def at(moment: datetime) -> datetime:
        found = next_billing(
            started_at=started_at, interval_type=interval_type, interval=interval, status="active", now=moment
        )
        assert found is not None
        return found

    due_at = at(now)
    assert due_at > now or due_at == started_at
    if due_at > started_at:
        # Just before it, it was the next one already.
        assert at(max(started_at, due_at - timedelta(minutes=1))) == due_at
