"""The made-up accounts that a server holds: at most one pair of them lives, and those that ended are remembered.

Whoever holds a pair holds the claim ``CLAIM`` for as long as it lives, so that every process can tell whether it does:
a process that crashed loses its claim within seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from orderbridge.core.jsonio import JsonObject
from orderbridge.store import claims, flows, health, switches
from orderbridge.store.database import Tx

CLAIM = "sandbox"
_SWITCH = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSandbox:
    """The newest pair of made-up accounts.

    Attributes:
        seed: Of their history.
        highlevel: Id of the HighLevel connection.
        act: Id of the Act! connection.
        ended: Why it lives no more; None as long as nobody has noted an end.
    """

    seed: int
    highlevel: str
    act: str
    ended: str | None

    @property
    def ids(self) -> frozenset[str]:
        """Both connections."""
        return frozenset((self.highlevel, self.act))


async def last(tx: Tx, *, to_change: bool = False) -> LastSandbox | None:
    """Return the newest pair, None where there never was one.

    Args:
        tx: The transaction.
        to_change: Let nobody else change it before this transaction ends.
    """
    found = await _stored(tx, to_change=to_change)
    if found is None:
        return None
    return LastSandbox(
        seed=found["seed"], highlevel=found["highlevel"], act=found["act"], ended=found["ended"]
    )


async def lives(tx: Tx, pair: LastSandbox | None) -> bool:
    """Tell whether some process holds the pair now."""
    return pair is not None and pair.ended is None and await claims.is_held(tx, CLAIM)


async def keep(tx: Tx, *, seed: int, highlevel: str, act: str) -> None:
    """Remember a new pair; the one before it has ended."""
    before = await _stored(tx, to_change=True)
    past = [*before.get("past", []), before["highlevel"], before["act"]] if before else []
    kept = {"seed": seed, "highlevel": highlevel, "act": act, "ended": None, "past": past}
    await switches.write(tx, _SWITCH, kept)


async def end(tx: Tx, why: str) -> None:
    """Note that the newest pair has ended: its connections are paused, and its flows off. Ended twice is ended once."""
    pair, stored = await last(tx, to_change=True), await _stored(tx)
    if pair is None or stored is None or pair.ended is not None:
        return
    for item in await flows.enabled(tx):
        if pair.ids.intersection((item.source_connection, item.target_connection)):
            await flows.set_enabled(tx, item.name, enabled=False)
    for connection_id in pair.ids:
        await health.pause(tx, connection_id, why)
    await switches.write(tx, _SWITCH, stored | {"ended": why})


async def ended_connections(tx: Tx) -> frozenset[str]:
    """Return the ids of connections whose made-up accounts are gone for good.

    What was carried over between them can still be read; they are nobody's business any more.
    """
    stored = await _stored(tx)
    if stored is None:
        return frozenset()
    newest = [stored["highlevel"], stored["act"]] if stored["ended"] is not None else []
    return frozenset([*stored.get("past", []), *newest])


async def _stored(tx: Tx, *, to_change: bool = False) -> JsonObject | None:
    found: JsonObject | None = await tx.fetchval(
        f"SELECT value FROM switches WHERE name = $1{' FOR UPDATE' if to_change else ''}",  # noqa: S608
        _SWITCH,
    )
    return found
