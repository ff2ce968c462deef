"""The alerts that need no set-up: reconnect, dead letter, backlog, silence, a way in that stopped, days that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from orderbridge.automation import mornings, ways
from orderbridge.connectors.registry import title
from orderbridge.core.money import Money
from orderbridge.store import alerts, connections, flows, rhythms, sandboxes, switches
from orderbridge.store.alerts import Alert, Waiting
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.flows import StoredFlow
from orderbridge.store.rhythms import Rhythm

RECONNECT, DEAD_LETTER, BACKLOG, SILENCE = "reconnect", "dead_letter", "backlog", "silence"
KINDS = (RECONNECT, DEAD_LETTER, BACKLOG, SILENCE, *ways.KINDS, *mornings.KINDS)

# What is usual is learnt from so much of the past.
_WINDOW = timedelta(days=28)
_LEAST_HISTORY, _LEAST_EVENTS = timedelta(days=7), 20
# A pause that is half as long again as the longest one of that time is unusual: nights and weekends are in it.
_UNUSUAL = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When something is wrong.

    Attributes:
        backlog: So old may be what waits.
        silence: Shorter pauses are never called silence.
        polls_every: The interval between two rounds of polling.
    """

    backlog: timedelta = timedelta(minutes=15)
    silence: timedelta = timedelta(hours=12)
    polls_every: timedelta = timedelta(minutes=1)


async def look(tx: Tx, thresholds: Thresholds, *, now: datetime) -> list[Alert]:
    """Return what is wrong now; what has come since the last look is counted for the next ones."""
    # Of a sandbox that has ended nothing can be mended.
    ended = await sandboxes.ended_connections(tx)
    every = [item for item in await connections.every(tx) if item.id not in ended]
    leading = _leading(await flows.enabled(tx))
    waiting, held = await alerts.waiting(tx), await alerts.held(tx)
    broken = [item for item in every if item.state == connections.RECONNECT]
    # What waits for a broken account is told with that account, and not a second time.
    explained = {source for item in broken for source in {item.id, *leading.get(item.id, set())}}
    found = [_reconnect(item, leading.get(item.id, set()), waiting, held, now) for item in broken]
    found += [_dead(group) for group in await alerts.dead(tx)]
    deliveries = await alerts.dead_deliveries(tx)
    if deliveries:
        found.append(_dead_deliveries(deliveries))
    paused = bool(await switches.read(tx, switches.WRITES_PAUSED))
    for item in every:
        at = waiting.get(item.id)
        if at and item.id not in explained and now - at.oldest_at > thresholds.backlog:
            found.append(_backlog(item, at, held.get(item.id, {}), now, paused=paused))
    listening = {source for sources in leading.values() for source in sources}
    by_id = {item.id: item for item in every}
    counted = await rhythms.count(tx, after=await rhythms.reached(tx), keep=2 * _WINDOW)
    for rhythm in await rhythms.read(tx, after=counted, now=now, window=_WINDOW):
        source = by_id.get(rhythm.connection_id)
        if source is None or source.id not in listening or source.id in explained:
            continue
        if source.state != connections.PAUSED and _is_silent(rhythm, thresholds, now):
            found.append(_silence(source, rhythm, now))
    # Of what is paused or has to be reconnected, all that is wrong is said already.
    reached = [item for item in every if item.state not in (connections.PAUSED, connections.RECONNECT)]
    found += await ways.look(
        tx, reached, now=now, polls_every=thresholds.polls_every, late_after=thresholds.backlog
    )
    return found + await mornings.look(tx, every, leading)


def _leading(enabled: Sequence[StoredFlow]) -> dict[str, set[str]]:
    """Return which connections' changes are carried over to a connection."""
    found: dict[str, set[str]] = {}
    for flow in enabled:
        found.setdefault(flow.target_connection, set()).add(flow.source_connection)
    return found


def _reconnect(
    item: Connection,
    sources: set[str],
    waiting: Mapping[str, Waiting],
    held: Mapping[str, Mapping[str, Decimal]],
    now: datetime,
) -> Alert:
    count, money = 0, dict[str, Decimal]()
    for source in {item.id, *sources}:
        count += waiting[source].count if source in waiting else 0
        for currency, amount in held.get(source, {}).items():
            money[currency] = money.get(currency, Decimal(0)) + amount
    since = item.last_success_at or now
    return Alert(
        key=f"{RECONNECT}/{item.id}",
        kind=RECONNECT,
        title=f"{item.name} has to be reconnected",
        text=f"{title(item.system)} does not let us in any more: {item.state_reason or 'no reason was given'}. It let "
        f"us in last at {_time(since)}. {_waits(count, money)} Nothing is lost. Next: give it a new token or password "
        f"with 'orderbridge connections replace-token {item.name}', or sign in again; what waits goes on by itself.",
        since=since,
        money=money,
    )


def _dead(group: dict[str, object]) -> Alert:
    money = {name: Decimal(str(amount)) for name, amount in dict(group["money"] or {}).items()}  # type: ignore[call-overload]
    cause, count = str(group["cause"] or "unknown"), int(str(group["count"]))
    since = group["since"]
    assert isinstance(since, datetime)
    holds = f" They hold {_sums(money)}." if money else ""
    return Alert(
        key=f"{DEAD_LETTER}/{cause}",
        kind=DEAD_LETTER,
        title=f"{count} {'run needs' if count == 1 else 'runs need'} a person: {cause}",
        text=f"For example: {group['example']}. The first one since {_time(since)}.{holds} Next: correct what the "
        f"reason says, then 'orderbridge dead-letters replay --cause {cause}'.",
        since=since,
        money=money,
    )


def _dead_deliveries(group: dict[str, object]) -> Alert:
    since, count = group["since"], int(str(group["count"]))
    assert isinstance(since, datetime)
    return Alert(
        key=f"{DEAD_LETTER}/deliveries",
        kind=DEAD_LETTER,
        title=f"{count} {'delivery needs' if count == 1 else 'deliveries need'} a person",
        text=f"For example: {group['example']}. The first one since {_time(since)}. What they are worth is not known, "
        "because the records could not be read. Next: 'orderbridge dead-letters list' shows them; correct what the "
        "reason says, then 'orderbridge dead-letters replay'.",
        since=since,
        money={},
    )


def _backlog(
    item: Connection, at: Waiting, money: Mapping[str, Decimal], now: datetime, *, paused: bool
) -> Alert:
    why = f" Why: {at.reason}." if at.reason else ""
    if paused:
        why, todo = f" Why: {switches.PAUSED_REASON}.", "'orderbridge resume'"
    elif item.state == connections.PAUSED:
        todo = f"'orderbridge connections resume {item.name}'"
    else:
        todo = (
            "see that 'orderbridge serve' runs and what it logs; 'orderbridge connections list' shows an account that "
            "is slow or has used up its calls"
        )
    return Alert(
        key=f"{BACKLOG}/{item.id}",
        kind=BACKLOG,
        title=f"changes from {item.name} have waited for {_length(now - at.oldest_at)}",
        text=f"The oldest came at {_time(at.oldest_at)}. {_waits(at.count, money)}{why} Next: {todo}.",
        since=at.oldest_at,
        money=money,
    )


def _is_silent(rhythm: Rhythm, thresholds: Thresholds, now: datetime) -> bool:
    if rhythm.events < _LEAST_EVENTS or rhythm.last_at - rhythm.first_at < _LEAST_HISTORY:
        return False
    usual = timedelta(seconds=_UNUSUAL * rhythm.longest_s)
    return now - rhythm.last_at > max(usual, thresholds.silence)


def _silence(item: Connection, rhythm: Rhythm, now: datetime) -> Alert:
    usual = timedelta(seconds=rhythm.longest_s)
    return Alert(
        key=f"{SILENCE}/{item.id}",
        kind=SILENCE,
        title=f"nothing has come from {item.name} for {_length(now - rhythm.last_at)}",
        text=f"The last change came at {_time(rhythm.last_at)}; before it {rhythm.events} came in four weeks, never "
        f"more than {_length(usual)} apart. No money is known to be held; nobody knows what did not come. Next: look "
        f"in {title(item.system)} whether anything happened there since, then 'orderbridge connections test "
        f"{item.name}' and 'orderbridge poll --once'.",
        since=rhythm.last_at,
        money={},
    )


def _waits(count: int, money: Mapping[str, Decimal]) -> str:
    if not count:
        return "Nothing waits for it yet."
    what = "1 change waits" if count == 1 else f"{count} changes wait"
    return f"{what}, with {_sums(money)}." if money else f"{what}; no money is in it."


def _sums(money: Mapping[str, Decimal]) -> str:
    return " and ".join(str(Money(amount, currency)) for currency, amount in sorted(money.items()))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _length(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    hours = minutes // 60
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"
