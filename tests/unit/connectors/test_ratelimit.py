from __future__ import annotations

import asyncio
from bisect import bisect_left
from datetime import datetime, timedelta

import pytest
from connector_stub import MovingClock
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.connectors.ratelimit import Grant, WindowBudget, reset_s, retry_after_s
from orderbridge.connectors.window import SlidingWindow
from orderbridge.core.errors import RateLimitedError


def headers(limit: int, remaining: int, **more: str) -> dict[str, str]:
    given = {
        "X-RateLimit-Max": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Interval-Milliseconds": "10000",
    }
    return given | {name.replace("_", "-"): value for name, value in more.items()}


class Server:
    """Counts calls in a sliding or a fixed window and refuses what is too many."""

    def __init__(self, clock: MovingClock, *, limit: int, fixed: bool, shift_s: float = 0.0) -> None:
        self.clock, self.limit, self.fixed, self.shift_s = clock, limit, fixed, shift_s
        self.starts: list[float] = []
        self.refused = 0

    def call(self) -> tuple[dict[str, str], int]:
        now_s = self.clock.monotonic_s() + self.shift_s
        begin = now_s - now_s % 10 if self.fixed else now_s - 10
        used = len(self.starts) - bisect_left(self.starts, begin + (0 if self.fixed else 1e-9))
        if used >= self.limit:
            self.refused += 1
            return headers(self.limit, 0), 429
        self.starts.append(now_s)
        return headers(self.limit, self.limit - used - 1), 200


async def run(budget: WindowBudget, server: Server, calls: int, *, urgent: bool, each_s: float = 0.0) -> None:
    for _ in range(calls):
        await budget.acquire(urgent=urgent)
        answer, status = server.call()
        await (server.clock.sleep(each_s) if each_s else asyncio.sleep(0))
        await budget.observe(answer, status)


def budget_of(clock: MovingClock, **given: object) -> WindowBudget:
    settings: dict[str, object] = {"connection_id": "c", "clock": clock, "sleep": clock.sleep}
    return WindowBudget(**(settings | given))  # type: ignore[arg-type]


@given(
    limit=st.integers(10, 120),
    fixed=st.booleans(),
    shift_s=st.floats(0, 10),
    workers=st.integers(1, 6),
    urgent=st.booleans(),
    each_s=st.sampled_from([0.0, 0.003, 0.2]),
)
@settings(max_examples=40, deadline=None)
def test_no_call_is_made_that_would_be_refused_whatever_window_the_server_keeps(
    limit: int, fixed: bool, shift_s: float, workers: int, urgent: bool, each_s: float
) -> None:
    clock = MovingClock()
    server = Server(clock, limit=limit, fixed=fixed, shift_s=shift_s)
    budget = budget_of(clock)

    async def main() -> None:
        rounds = 3 * limit // workers + 1
        await asyncio.gather(
            *(run(budget, server, rounds, urgent=urgent, each_s=each_s) for _ in range(workers))
        )

    asyncio.run(main())
    assert server.refused == 0


@pytest.mark.parametrize(("limit", "window_s"), [(100, 10.0), (100, 60.0), (25, 10.0)])
async def test_backfill_uses_nearly_all_of_the_allowance(limit: int, window_s: float) -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=limit, window_s=window_s)
    calls = limit * 20
    for _ in range(calls):
        await budget.acquire(urgent=False)
        await budget.observe({}, 200)
    rate = calls / clock.monotonic_s()
    assert rate >= 0.95 * limit / window_s


async def test_a_live_call_overtakes_waiting_backfill() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=10)
    await budget.observe({}, 200)
    order: list[str] = []

    async def ask(name: str, *, urgent: bool) -> None:
        await budget.acquire(urgent=urgent)
        order.append(name)

    backfill = [asyncio.create_task(ask(f"backfill {n}", urgent=False)) for n in range(20)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    before = len(order)
    live = [asyncio.create_task(ask(f"live {n}", urgent=True)) for n in range(3)]
    await asyncio.gather(*backfill, *live)
    places = [order.index(f"live {n}") for n in range(3)]
    assert max(places) <= before + 4
    assert len(order) == 23


async def test_backfill_leaves_room_for_a_live_call_at_once() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=100)
    await budget.observe({}, 200)
    for _ in range(300):
        await budget.acquire(urgent=False)
    asked_s = clock.monotonic_s()
    await budget.acquire(urgent=True)
    assert clock.monotonic_s() == asked_s


async def test_the_real_limit_is_learnt_before_too_much_is_under_way() -> None:
    clock = MovingClock()
    server = Server(clock, limit=25, fixed=False)
    budget = budget_of(clock, limit=100)
    await asyncio.gather(*(run(budget, server, 5, urgent=True) for _ in range(20)))
    assert server.refused == 0
    assert budget.state().limit == 25


async def test_what_others_spend_from_the_same_allowance_is_respected() -> None:
    clock = MovingClock()
    server = Server(clock, limit=50, fixed=True)
    for _ in range(45):
        server.call()
    budget = budget_of(clock, limit=50)
    await run(budget, server, 30, urgent=True)
    assert server.refused == 0


async def test_a_server_that_counts_nothing_is_not_slowed_down() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=None, window_s=60.0)
    for _ in range(5000):
        await budget.acquire(urgent=False)
        await budget.observe({}, 200)
    assert clock.monotonic_s() == 0
    assert budget.state().remaining is None


async def test_headers_put_a_limit_on_a_server_that_was_thought_free() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=None, window_s=60.0)
    await budget.acquire()
    await budget.observe({"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "40"}, 200)
    assert budget.state().remaining == 40


async def test_a_used_up_day_is_said_at_once_and_ends_at_midnight_utc() -> None:
    clock = MovingClock()
    budget = budget_of(clock, daily_limit=200_000)
    await budget.observe(
        headers(100, 50, X_RateLimit_Limit_Daily="200000", X_RateLimit_Daily_Remaining="0"), 200
    )
    with pytest.raises(RateLimitedError, match="200,000") as caught:
        await budget.acquire()
    assert caught.value.cause == "rate_limited.day"
    assert caught.value.retry_after_s == 15 * 3600
    clock.advance(15 * 3600)
    await budget.acquire()


async def test_the_end_of_the_day_belongs_to_live_events() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=None, daily_limit=100)
    await budget.observe({"X-RateLimit-Limit-Daily": "100", "X-RateLimit-Daily-Remaining": "3"}, 200)
    with pytest.raises(RateLimitedError, match="live events"):
        await budget.acquire(urgent=False)
    await budget.acquire(urgent=True)


async def test_a_refusal_holds_back_everybody_for_as_long_as_asked() -> None:
    clock = MovingClock()
    budget = budget_of(clock)
    await budget.observe(headers(100, 90) | {"Retry-After": "30"}, 429)
    assert budget.state().blocked_until == clock.now() + timedelta(seconds=30)
    await budget.acquire()
    assert clock.monotonic_s() >= 30


async def test_a_refusal_for_an_hour_is_handed_to_the_engine() -> None:
    clock = MovingClock()
    budget = budget_of(clock)
    await budget.observe({"Retry-After": "3600"}, 429)
    with pytest.raises(RateLimitedError, match="10:00:00"):
        await budget.acquire()


async def test_whoever_gives_up_waiting_does_not_hold_up_the_others() -> None:
    clock = MovingClock()
    budget = budget_of(clock, limit=2)
    await budget.observe({}, 200)
    await budget.acquire()
    await budget.acquire()
    waiting = asyncio.create_task(budget.acquire())
    await asyncio.sleep(0)
    waiting.cancel()
    await budget.acquire()
    assert budget.state().waiting_urgent == 0
    with pytest.raises(asyncio.CancelledError):
        await waiting


class MemoryBudgetStore:
    """What the database does for all processes: a window that begins with the first call after the last."""

    def __init__(self, *, sliding: bool = True) -> None:
        self.sliding = sliding
        self.window: SlidingWindow | None = None
        self.start: datetime | None = None
        self.begun_s = float("-inf")
        self.used = 0
        self.trips = 0
        self.reports: list[dict[str, object]] = []

    async def take(
        self, *, connection_id: str, window_s: float, limit: int, wanted: int, now: datetime
    ) -> Grant:
        self.trips += 1
        self.start = self.start or now
        now_s = (now - self.start).total_seconds()
        if not self.sliding:
            if now_s - self.begun_s >= window_s:
                self.begun_s, self.used = now_s, 0
            granted = max(0, min(wanted, limit - self.used))
            self.used += granted
            return Grant(granted, 0.0 if granted else self.begun_s + window_s - now_s)
        self.window = self.window or SlidingWindow(window_s)
        granted = max(0, min(wanted, limit - self.window.used(now_s)))
        self.window.add(now_s, granted)
        return Grant(granted, 0.0 if granted == wanted else self.window.wait_s(now_s, 1, limit))

    async def report(self, **facts: object) -> None:
        self.reports.append(facts)


@pytest.mark.parametrize("fixed", [True, False])
async def test_a_store_with_a_fixed_window_lets_no_two_bursts_meet(fixed: bool) -> None:
    clock = MovingClock()
    server = Server(clock, limit=100, fixed=fixed, shift_s=4.0)
    budget = budget_of(clock, store=MemoryBudgetStore(sliding=False))
    await run(budget, server, 1, urgent=True)
    clock.advance(9.9)
    await asyncio.gather(*(run(budget, server, 10, urgent=True) for _ in range(30)))
    assert server.refused == 0


@pytest.mark.parametrize("fixed", [True, False])
async def test_backfill_through_the_shared_window_uses_nearly_all_of_it_and_is_never_refused(
    fixed: bool,
) -> None:
    clock = MovingClock()
    server = Server(clock, limit=100, fixed=fixed, shift_s=3.0)
    budget = budget_of(clock, store=MemoryBudgetStore(sliding=False))
    await asyncio.gather(*(run(budget, server, 100, urgent=False, each_s=0.02) for _ in range(16)))
    assert server.refused == 0
    assert 1600 / clock.monotonic_s() >= 0.95 * 100 / 10


async def test_processes_that_share_a_store_share_one_window() -> None:
    clock = MovingClock()
    store = MemoryBudgetStore()
    server = Server(clock, limit=100, fixed=False)
    processes = [budget_of(clock, store=store) for _ in range(3)]
    await asyncio.gather(*(run(budget, server, 150, urgent=n > 0) for n, budget in enumerate(processes)))
    assert server.refused == 0
    assert len(server.starts) == 450


async def test_the_store_is_not_asked_for_every_single_call() -> None:
    clock = MovingClock()
    store = MemoryBudgetStore()
    budget = budget_of(clock, limit=5000, store=store)
    await budget.observe({}, 200)
    await asyncio.gather(*(budget.acquire() for _ in range(1000)))
    assert store.trips <= 60


async def test_a_refusal_is_told_to_the_other_processes_at_once() -> None:
    clock = MovingClock()
    store = MemoryBudgetStore()
    budget = budget_of(clock, store=store)
    await budget.observe(headers(100, 60), 200)
    await budget.observe(headers(100, 59), 200)
    await budget.observe(headers(100, 0) | {"Retry-After": "9"}, 429)
    assert [report["blocked_until"] for report in store.reports] == [
        None,
        clock.now() + timedelta(seconds=9),
    ]


@given(
    steps=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 5)), max_size=200),
    limit=st.integers(5, 40),
)
def test_a_sliding_window_never_counts_too_low(steps: list[tuple[float, int]], limit: int) -> None:
    window = SlidingWindow(10.0)
    calls: list[float] = []
    now_s = 0.0
    for pause_s, count in steps:
        now_s += pause_s
        assert window.used(now_s) >= sum(1 for at_s in calls if at_s > now_s - 10.0)
        wait_s = window.wait_s(now_s, count, limit)
        now_s += wait_s
        assert window.wait_s(now_s, count, limit) == 0
        window.add(now_s, count)
        calls += [now_s] * count


@pytest.mark.parametrize(
    ("reset", "wait_s"),
    [
        ("42", 42.0),
        ("1772442042", 42.0),
        ("2026-03-02T09:00:42Z", 42.0),
        ("2026-03-02T09:00:42+00:00", 42.0),
        ("-5", None),
        ("99999", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_reset_header_is_read_in_every_form_that_it_might_have(reset: str, wait_s: float | None) -> None:
    assert reset_s({"X-RateLimit-Reset": reset}, MovingClock().now()) == wait_s


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("later", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait_s: float | None) -> None:
    assert retry_after_s({"Retry-After": value}, MovingClock().now()) == wait_s
