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
    "run.done",
    "lane.closing",
)
# Those of runs that wait, which not every flow has.
WAIT_POINTS = ("step.retrying", "run.parked")
# Those of 'orderbridge connections rotate-key', which is no worker.
KEY_POINTS = ("key.made", "key.sealed", "key.retired")
# Those of grouped messages, which are sent beside the lanes.
DIGEST_POINTS = ("digest.claimed", "digest.said")
# Those of 'orderbridge dead-letters replay'.
REPLAY_POINTS = ("replay.taken_up",)
# Those of a backfill, which not every process drives.
BACKFILL_POINTS = ("backfill.read", "backfill.kept")
# Those of what is done by itself for a day that is over.
DAILY_POINTS = ("day.keeping", "day.kept")
_armed: dict[str, int] = {}


def arm(point: str, countdown: int) -> None:
    """Let the process die when ``point`` is reached for the ``countdown``-th time."""
    known = POINTS + WAIT_POINTS + KEY_POINTS + DIGEST_POINTS + REPLAY_POINTS + BACKFILL_POINTS + DAILY_POINTS
    if point not in known:
        raise ValueError(f"no such fault point: {point}; there are {', '.join(known)}")
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
