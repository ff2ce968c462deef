"""Look for alerts in turn, keep what is raised, and tell the owner's people once of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderbridge.automation import alerts as looked_for
from orderbridge.automation.alerts import Thresholds
from orderbridge.catalogue.context import Notice
from orderbridge.core.errors import InDoubtError, OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import alerts, channels, claims, switches
from orderbridge.store.alerts import Raised
from orderbridge.store.database import Tx

log = get(__name__)

CHANNEL = "alerts_channel"
_RAISED, _REMINDED, _CLEARED = "raised", "reminded", "cleared"
_LEASE_S = 60.0


async def look_round(runtime: Runtime, thresholds: Thresholds, *, remind_after: timedelta) -> None:
    """Look once, and say what has to be said: one message for all of it.

    Several processes may do it; one at a time does.
    """
    now = runtime.clock.now()
    async with claims.claim(runtime.db, ["alerts"], lease_s=_LEASE_S, rng=runtime.rng):
        async with runtime.db.begin() as tx:
            await alerts.keep(tx, await looked_for.look(tx, thresholds, now=now), now=now)
            channel = await used(tx)
            raised, over = await alerts.every(tx), await alerts.to_take_back(tx)
        if channel is None or not channel.get("name"):
            return
        new = [item for item in raised if item.said_at is None]
        again = [item for item in raised if item.said_at is not None and now - item.said_at >= remind_after]
        if not (new or again or over):
            return
        if await _say(runtime, str(channel["name"]), new, again, over):
            async with runtime.db.begin() as tx:
                for items, what in ((new, _RAISED), (again, _REMINDED), (over, _CLEARED)):
                    await alerts.said(tx, [item.key for item in items], what, now=now)


async def _say(
    runtime: Runtime, channel: str, new: list[Raised], again: list[Raised], over: list[Raised]
) -> bool:
    counts = ((len(new), "new"), (len(again), "still there"), (len(over), "over"))
    head = ", ".join(f"{number} {word}" for number, word in counts if number)
    parts = [
        *(f"{item.title}\n{item.text}" for item in new),
        *(f"Still: {item.title}\n{item.text}" for item in again),
        *(f"Over: {item.title} (since {item.since:%Y-%m-%d %H:%M} UTC)" for item in over),
    ]
    notice = Notice(
        channel=channel,
        title=f"orderbridge: {head}",
        text="\n\n".join(parts),
        kind="warning" if new or again else "success",
        key="alerts",
        window_s=0,
    )
    try:
        await runtime.notices.say(notice)
    except InDoubtError as error:
        # It may have arrived, and saying it twice is what nobody wants.
        log.warning("an alert may not have arrived", reason=str(error))
    except OrderBridgeError as error:
        log.warning("alerts could not be sent; they are tried again", channel=channel, reason=str(error))
        return False
    return True


async def used(tx: Tx) -> JsonObject | None:
    """Return where alerts go: ``name`` of the channel (None where none is wanted) and ``decided_at``; None: open."""
    found: JsonObject | None = await switches.read(tx, CHANNEL)
    return found


async def use(runtime: Runtime, channel: str) -> None:
    """Send alerts through a channel from now on, after a test message has gone through it.

    Raises:
        OrderBridgeError: There is no such channel, or the message was not taken; nothing was changed.
    """
    notice = Notice(
        channel=channel,
        title="orderbridge",
        text="Alerts come here from now on: an account that has to be reconnected, work that needs a person, work that "
        "waits too long, an unusual silence, a way in that has stopped, and a day on which both sides differ.",
        key="alerts/test",
        window_s=0,
    )
    await runtime.notices.say(notice)
    async with runtime.db.begin() as tx:
        await switches.write(tx, CHANNEL, {"name": channel, "decided_at": _now(runtime.clock.now())})


async def use_none(runtime: Runtime) -> None:
    """Note that the owner wants no messages of alerts: they are shown all the same."""
    async with runtime.db.begin() as tx:
        await switches.write(tx, CHANNEL, {"name": None, "decided_at": _now(runtime.clock.now())})


async def ready(tx: Tx) -> tuple[bool, str, str]:
    """Tell whether the owner has decided about alerts: yes or no, what is so, and what to do."""
    chosen = await used(tx)
    if chosen is None:
        return (
            False,
            "nobody is told when something goes wrong",
            (
                "'orderbridge notify add NAME', then 'orderbridge alerts use NAME'; or 'orderbridge alerts use --none'"
            ),
        )
    if chosen["name"] is None:
        return True, f"the owner wants no messages (decided {chosen['decided_at']})", ""
    if chosen["name"] not in {row["name"] for row in await channels.every(tx)}:
        return False, f"the channel {chosen['name']} is gone", "'orderbridge alerts use' with another one"
    return True, f"alerts go to {chosen['name']}; a test message went through at {chosen['decided_at']}", ""


def shown(item: Raised) -> JsonObject:
    """Return an alert for programs."""
    return {
        "key": item.key,
        "kind": item.kind,
        "title": item.title,
        "text": item.text,
        "since": _now(item.since),
        "money": dict(item.money),
        "raised_at": _now(item.raised_at),
        "cleared_at": _now(item.cleared_at) if item.cleared_at else None,
        "said": item.said,
        "said_at": _now(item.said_at) if item.said_at else None,
    }


def _now(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
