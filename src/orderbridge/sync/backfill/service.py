"""Starting, pausing and watching backfills: what the command line and the HTTP API do is done here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.catalogue import readers
from orderbridge.core.errors import SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import listening
from orderbridge.engine.quiet import Quiet
from orderbridge.engine.runtime import Runtime
from orderbridge.store import backfill_records, backfills, connections, flows
from orderbridge.store.backfills import Backfill
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.flows import StoredFlow
from orderbridge.sync.backfill.selection import (
    FULFILMENTS,
    ORDERS,
    RECORD,
    TRANSACTIONS,
    Selection,
    check_mode,
)

# They come with their order, and are not counted by themselves.
_WITH_ORDERS = frozenset({TRANSACTIONS, FULFILMENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A backfill that somebody wants.

    Attributes:
        connection: Whose history.
        chosen: What of it.
        quiet: What it may do besides.
    """

    connection: Connection
    chosen: Selection
    quiet: Quiet

    @property
    def options(self) -> JsonObject:
        """What it may do besides, as it is stored."""
        return {"with_tasks": self.quiet.with_tasks, "with_messages": self.quiet.with_messages}


async def sources(
    runtime: Runtime,
    *,
    names: Sequence[str] = (),
    locations: Sequence[str] = (),
    everything: bool = False,
    act: str | None = None,
    mode: str | None = None,
) -> list[Connection]:
    """Find the HighLevel connections whose history is wanted.

    Args:
        runtime: The opened accounts.
        names: Of connections.
        locations: Ids of HighLevel locations.
        everything: Every HighLevel connection that a flow listens to, and with ``act`` leads there.
        act: The Act! connection that all their flows to Act! must lead to: nothing is carried over elsewhere.
        mode: ``live`` or ``test``: of the records that are wanted.

    Raises:
        SetupError: There is no such connection, none is named, no flow joins them, or one leads elsewhere.
    """
    async with runtime.db.read() as tx:
        every = [item for item in await connections.every(tx) if item.system == "ghl"]
        chosen = [await connections.by_name(tx, name, system="ghl") for name in names]
        for location in locations:
            found = [item for item in every if item.config.get("location_id") == location]
            if not found:
                raise SetupError(
                    f"--location: no connection is to the location {location!r}; see 'orderbridge connections list'",
                    cause="connection.missing",
                )
            chosen += found
        target = await connections.by_name(tx, act, system="act") if act is not None else None
        if everything:
            chosen += [item for item in every if _lead(await flows.enabled_for(tx, item.id), target)]
        chosen = list({item.id: item for item in chosen}.values())
        if not chosen:
            said = "say whose history: --ghl NAME, --location ID, or --all"
            if everything:
                said = "no flow that is switched on " + (
                    f"leads from a HighLevel connection to {target.name}"
                    if target is not None
                    else "listens to a HighLevel connection"
                )
            raise SetupError(said, cause="backfill.no_connection")
        for item in chosen:
            check_mode(item, mode)
            await _joined(tx, item, target)
    return chosen


def _lead(enabled: Sequence[StoredFlow], target: Connection | None) -> bool:
    return any(target is None or item.target_connection == target.id for item in enabled)


async def _joined(tx: Tx, source: Connection, target: Connection | None) -> None:
    enabled = await flows.enabled_for(tx, source.id)
    if target is not None and not _lead(enabled, target):
        raise SetupError(
            f"no flow that is switched on leads from {source.name} to {target.name}; see 'orderbridge flows list'",
            cause="backfill.not_joined",
        )
    if target is not None:
        await _nowhere_else(tx, source, enabled, target)
    if not enabled:
        raise SetupError(
            f"no flow that is switched on listens to {source.name}, so nothing would be carried over; "
            "'orderbridge templates enable …'",
            cause="backfill.nobody_listens",
        )


async def _nowhere_else(
    tx: Tx, source: Connection, enabled: Sequence[StoredFlow], target: Connection
) -> None:
    for flow in enabled:
        other = await connections.by_id(tx, flow.target_connection)
        if other.system == "act" and other.id != target.id:
            raise SetupError(
                f"{source.name} leads to {other.name}, too, by the flow {flow.name!r}, and what a backfill brings "
                "goes to every flow that listens; switch that one off for the time with 'orderbridge flows disable', "
                f"or leave out --act {target.name}",
                cause="backfill.leads_elsewhere",
            )


async def unheard_kinds(tx: Tx, connection_id: str, chosen: Selection) -> list[str]:
    """Return the chosen kinds to which no flow listens."""
    wanted = listening(await flows.enabled_for(tx, connection_id)).kinds
    covered = readers.covering("ghl", wanted)
    return [kind for kind in chosen.kinds if RECORD[kind] not in wanted | covered]


async def add(runtime: Runtime, wanted: Wanted, *, by: str, plan: JsonObject | None = None) -> Backfill:
    """Store a backfill without beginning it."""
    async with runtime.db.begin() as tx:
        return await _stored(tx, wanted, by=by, plan=plan)


async def start(runtime: Runtime, wanted: Wanted, *, by: str) -> Backfill:
    """Store a backfill and let it run: a process that drives it, or ``serve``, goes on with it.

    Raises:
        SetupError: One of the same selection is under way, or no flow listens to any of it.
    """
    async with runtime.db.begin() as tx:
        deaf = await unheard_kinds(tx, wanted.connection.id, wanted.chosen)
        if len(deaf) == len(wanted.chosen.kinds):
            raise SetupError(
                f"no flow that is switched on listens to {', '.join(deaf)} of {wanted.connection.name}, so nothing "
                "would be carried over",
                cause="backfill.nobody_listens",
            )
        found = await _stored(tx, wanted, by=by)
        await backfills.begin(tx, found.id, now=runtime.clock.now())
        return await backfills.one(tx, found.id)


async def _stored(tx: Tx, wanted: Wanted, *, by: str, plan: JsonObject | None = None) -> Backfill:
    return await backfills.add(
        tx,
        random_id(),
        connection_id=wanted.connection.id,
        selection=wanted.chosen.as_json(),
        fingerprint=wanted.chosen.fingerprint,
        options=wanted.options,
        asked_by=by,
        plan=plan,
    )


async def resume(runtime: Runtime, given: str) -> Backfill:
    """Let a planned or paused backfill run, or return the one that runs already.

    Raises:
        SetupError: There is none, it has ended, or one of the same selection is under way.
    """
    async with runtime.db.begin() as tx:
        found = await backfills.one(tx, given)
        if found.state != backfills.RUNNING:
            await backfills.begin(tx, found.id, now=runtime.clock.now())
        return await backfills.one(tx, found.id)


async def stop(runtime: Runtime, given: str, *, state: str, by: str) -> Backfill:
    """Pause or cancel a backfill; what the workers were handed is still carried over.

    Raises:
        SetupError: There is none, or it has ended.
    """
    async with runtime.db.begin() as tx:
        found = await backfills.one(tx, given)
        if not await backfills.stop(tx, found.id, state=state, reason=f"{state} by {by}"):
            raise SetupError(
                f"backfill {found.id[:12]} has ended already: it is {found.state}", cause="backfill.ended"
            )
        if state == backfills.CANCELLED:
            await backfill_records.forget_staged(tx, found.id)
        return await backfills.one(tx, found.id)


def progress_of(found: Backfill, open_: int) -> tuple[int, int | None]:
    """Return how many records are done, and how many there are; None where that is not known yet.

    Args:
        found: The backfill.
        open_: How many records the workers have not done yet.
    """
    counts, chosen = found.counts, Selection.from_json(found.selection)
    taken = counts.get("taken_up", 0)
    read = taken + counts.get("listed", 0) + counts.get("outside", 0)
    lists = [kind for kind in chosen.kinds if kind not in _WITH_ORDERS]
    if chosen.whole_orders and ORDERS not in lists:
        lists.append(ORDERS)
    if not lists:
        # Payments alone, which are no part of what was listed.
        lists = list(chosen.kinds)
        read += counts.get("payments", 0)
    planned = {item["kind"]: item["records"] for item in (found.plan or {}).get("kinds", ())}
    total = len(chosen.ids) or sum(counts.get(f"total_{kind}", planned.get(kind, 0)) for kind in lists)
    return max(0, read - max(open_, 0)), max(total + taken, read) or None


async def shown(tx: Tx, found: Backfill) -> JsonObject:
    """A backfill as it is shown: what was chosen, how far it is, what became of it."""
    connection = await connections.by_id(tx, found.connection_id)
    ended = found.state in (backfills.DONE, backfills.CANCELLED)
    open_ = 0 if ended else await backfill_records.open_lanes(tx, found.connection_id)
    done, total = progress_of(found, open_)
    return {
        "id": found.id,
        "connection": connection.name,
        "state": found.state,
        "reason": found.reason,
        "selection": found.selection,
        "in_words": Selection.from_json(found.selection).words(),
        "options": found.options,
        "counts": found.counts,
        "progress": {"done": done, "total": total, "open": open_},
        "driven": found.driver is not None and found.state == backfills.RUNNING,
        "asked_by": found.asked_by,
        "created_at": found.created_at.isoformat(),
        "started_at": found.started_at.isoformat() if found.started_at else None,
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }


async def shown_whole(tx: Tx, found: Backfill) -> JsonObject:
    """As ``shown``, with what became of each delivery and event, and what could not be read."""
    return await shown(tx, found) | {
        "deliveries": await backfill_records.deliveries(tx, found.id),
        "events": await backfill_records.outcomes(tx, found.id),
        "not_read": await backfill_records.not_found(tx, found.id),
        "open": await backfill_records.open_lanes(tx, found.connection_id),
        "plan": found.plan,
    }
