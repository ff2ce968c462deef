"""The call budget of Premium Cloud: so many calls a minute, told in ``X-RateLimit-*`` headers only.

Source: Act! Web API notes, section 8. What happens at exhaustion is not known; the switch decides.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from orderbridge.emulators.act import times
from orderbridge.emulators.act.errors import ActError, dotnet
from orderbridge.emulators.act.state import ActWorld

WINDOW_S = 60.0


def spend(world: ActWorld) -> bool:
    """Count one call and tell whether the budget still covered it."""
    now_s = world.clock.monotonic_s()
    if now_s - world.window_started_s >= WINDOW_S:
        world.window_started_s = now_s
        world.window_calls = 0
    world.window_calls += 1
    return not world.faults.rate_limit_headers or world.window_calls <= world.faults.rate_limit_per_minute


def headers(world: ActWorld) -> dict[str, str]:
    """Return the headers that tell what is left; self-hosted servers send none."""
    if not world.faults.rate_limit_headers:
        return {}
    limit = world.faults.rate_limit_per_minute
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - world.window_calls)),
        "X-RateLimit-Reset": _reset(world),
    }


def _left_s(world: ActWorld) -> int:
    return max(1, ceil(WINDOW_S - (world.clock.monotonic_s() - world.window_started_s)))


def _reset(world: ActWorld) -> str:
    left_s = _left_s(world)
    if world.faults.rate_limit_reset == "seconds":
        return str(left_s)
    moment = world.clock.now() + timedelta(seconds=left_s)
    return str(int(moment.timestamp())) if world.faults.rate_limit_reset == "epoch" else times.wire(moment)


def throttled(world: ActWorld, *, retry_after_s: int | None = None) -> ActError:
    """Return the refusal of a call that the budget did not cover."""
    status = world.faults.throttle_answer
    wait_s = _left_s(world) if retry_after_s is None else retry_after_s
    return dotnet(
        status,
        "API calls quota exceeded.",
        message="Too many requests.",
        headers={"Retry-After": str(wait_s)} if status == 429 else {},
    )
