"""Named places where a test may stop this process for good.

Nothing happens unless ``arm`` was called, which only commands do, from a setting that no installation has.
"""

from __future__ import annotations

from orderbridge.core.platform import die_at_once

POINTS = (
    "inbox.stored",
    "lane.taken",
    "lane.read",
    "event.accepted",
    "run.begun",
    "write.prepared",
    "write.looked_up",
    "write.sending",
    "write.sent",
    "write.read_back",
    "write.settled",
    "step.done",
    "step.retrying",
    "run.parked",
    "run.done",
    "lane.closing",
)
# Those of 'orderbridge connections rotate-key', which is no worker.
KEY_POINTS = ("key.made", "key.sealed", "key.retired")
_armed: dict[str, int] = {}


def arm(point: str, countdown: int) -> None:
    """Let the process die when ``point`` is reached for the ``countdown``-th time."""
    if point not in POINTS + KEY_POINTS:
        raise ValueError(f"no such fault point: {point}; there are {', '.join(POINTS + KEY_POINTS)}")
    _armed[point] = countdown


def arm_as_set(setting: str | None) -> None:
    """Arm what a setting ``point:count`` says, if it says anything."""
    if setting:
        point, _, count = setting.partition(":")
        arm(point, int(count or 1))


def reach(point: str) -> None:
    """Say that this place in the code was reached."""
    if not _armed or point not in _armed:
        return
    _armed[point] -= 1
    if _armed[point] <= 0:
        die_at_once()
