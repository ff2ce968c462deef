"""Alerts on the ways in: webhooks that stopped or were suspended, and lists that nobody reads any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from orderbridge.connectors.fields import instant
from orderbridge.connectors.registry import title
from orderbridge.store import arrivals, connections, looks
from orderbridge.store.alerts import Alert
from orderbridge.store.arrivals import Telling
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.looks import StreamLook

WEBHOOK_STOPPED, ACT_WEBHOOK, POLLING = "webhook_stopped", "act_webhook", "polling"
KINDS = (WEBHOOK_STOPPED, ACT_WEBHOOK, POLLING)

_WINDOW = timedelta(days=28)
# What is usual is learnt from so many changes; a few that are lost in a row are chance, so many are not.
_LATELY, _LEAST_BEFORE, _USUAL_SHARE, _LEAST_SINCE = 200, 20, 0.8, 5
_TOLD = {
    "ghl": ("order", "invoice", "contact", "product", "price", "opportunity"),
    "act": ("contact", "company", "opportunity", "product", "history", "note", "task", "custom_record"),
}
_TODO = {
    "ghl": "in HighLevel, see that the app (or the workflow) still has its webhook for {kind} events, that its "
    "address is this server's, and that deliveries are not failing there",
    "act": "'orderbridge connections webhooks {name}' shows whether they are registered and suspended",
}


async def look(
    tx: Tx, every: Sequence[Connection], *, now: datetime, polls_every: timedelta, late_after: timedelta
) -> list[Alert]:
    """Return what is wrong with the ways in.

    Args:
        tx: The transaction.
        every: The connections that should be reached.
        now: The time of this look.
        polls_every: The interval between two rounds of polling.
        late_after: So much later than its turn may a list be looked at, and so long may it fail.
    """
    found = []
    for system, kinds in _TOLD.items():
        ids = [item.id for item in every if item.system == system]
        telling = await arrivals.telling(tx, ids, kinds, since=now - _WINDOW, lately=_LATELY) if ids else {}
        found += [
            _stopped(item, one) for item in every for one in telling.get(item.id, ()) if _has_stopped(one)
        ]
    found += [alert for item in every if (alert := _act_webhook(item, now)) is not None]
    lasts = await looks.every(tx)
    for item in every:
        its = [last for last in lasts if last.connection_id == item.id]
        if (alert := _polling(item, its, now, polls_every, late_after)) is not None:
            found.append(alert)
    return found


def _has_stopped(one: Telling) -> bool:
    usual = one.before >= _LEAST_BEFORE and one.by_webhook >= _USUAL_SHARE * one.before
    return usual and one.since >= _LEAST_SINCE


def _stopped(item: Connection, one: Telling) -> Alert:
    kind = one.kind.replace("_", " ")
    todo = _TODO[item.system].format(kind=kind, name=item.name)
    return Alert(
        key=f"{WEBHOOK_STOPPED}/{item.id}/{one.kind}",
        kind=WEBHOOK_STOPPED,
        title=f"the {kind} webhooks of {item.name} have stopped",
        text=f"The last one came at {_time(one.last_at)}; of the {one.before} changes up to then webhooks brought "
        f"{one.by_webhook}. Since then {one.since} came, every one found by polling only. Nothing is lost, but changes "
        f"come as late as polls do. Next: {todo}.",
        since=one.first_since_at or one.last_at,
        money={},
    )


def _act_webhook(item: Connection, now: datetime) -> Alert | None:
    # What the watch over Act!'s webhooks found last is kept with the connection.
    kept = item.config.get("webhooks") or {}
    health = kept.get("health") or {}
    if (
        item.system != "act"
        or not kept.get("monitors")
        or health.get("state", connections.OK) == connections.OK
    ):
        return None
    since = instant(health.get("since")) or now
    return Alert(
        key=f"{ACT_WEBHOOK}/{item.id}",
        kind=ACT_WEBHOOK,
        title=f"the webhooks of {item.name} are not well",
        text=f"{str(health.get('says') or 'Act! did not say why').rstrip('.')}. Found at {_time(since)}. Polling goes "
        "on, so nothing is lost. Next: see from the Act! server whether our address can be reached; 'orderbridge "
        f"connections webhooks {item.name}' shows them.",
        since=since,
        money={},
    )


def _polling(
    item: Connection, lasts: Sequence[StreamLook], now: datetime, every: timedelta, late_after: timedelta
) -> Alert | None:
    failing = [last for last in lasts if last.failing_since and now - last.failing_since > late_after]
    late = [
        last
        for last in lasts
        if last not in failing and now - last.looked_at - max(every, _every(last)) > late_after
    ]
    if not (failing or late):
        return None
    parts = [
        f"{_name(last)}, since {_time(last.failing_since or now)}: {(last.error or 'no reason').rstrip('.')}."
        for last in failing
    ]
    parts += [f"{_name(last)} was looked at last at {_time(last.looked_at)}." for last in late]
    todo = (
        f"'orderbridge connections test {item.name}' says what {title(item.system)} refuses"
        if failing
        else "see that 'orderbridge serve' runs with the role all or worker, and what it logs"
    )
    names = ", ".join(_name(last) for last in (*failing, *late))
    return Alert(
        key=f"{POLLING}/{item.id}",
        kind=POLLING,
        title=f"lists of {item.name} are not read: {names}",
        text=f"{' '.join(parts)} What no webhook tells of is not found meanwhile; the next look that succeeds makes up "
        f"for it. Next: {todo}.",
        since=min(last.failing_since or last.looked_at for last in (*failing, *late)),
        money={},
    )


def _every(last: StreamLook) -> timedelta:
    return timedelta(seconds=last.every_s)


def _name(last: StreamLook) -> str:
    return last.stream.replace("_", " ")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
