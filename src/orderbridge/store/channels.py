"""Channels for messages, their addresses sealed, and what was said through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.ids import IdSource
from orderbridge.store.crypto import Sealed, SecretBox
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go.

    Attributes:
        url: Address and credentials in one; a secret.
    """

    id: str
    name: str
    service: str
    url: str

    def __repr__(self) -> str:
        return f"Channel({self.name!r}, {self.service!r})"


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a message is said now.

    Attributes:
        now: False where one under its key was said a short while ago.
        held_back: How many were held back since then, this one included where it is.
        said_at: When the last one was said, where there was one.
    """

    now: bool
    held_back: int
    said_at: datetime | None


async def add(tx: Tx, box: SecretBox, new_id: IdSource, *, name: str, service: str, url: str) -> None:
    """Store a channel.

    Raises:
        SetupError: The name is taken.
    """
    channel_id = new_id()
    sealed = box.seal(url, context=channel_id)
    made = await tx.fetchval(
        """
        INSERT INTO channels (id, name, service, secret, secret_key_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name) DO NOTHING RETURNING true
        """,
        channel_id,
        name,
        service,
        sealed.data,
        sealed.key_id,
    )
    if not made:
        raise SetupError(
            f"there is a channel named {name!r} already; choose another name, or remove that one first",
            cause="channel.exists",
        )


async def every(tx: Tx) -> list[dict[str, Any]]:
    """List the channels with when they were used last and how many messages were held back; never an address."""
    rows = await tx.fetch(
        """
        SELECT name, service, created_at, max(sent_at) AS last_sent_at, coalesce(sum(held_back), 0)::int AS held_back
        FROM channels LEFT JOIN notices ON channel_id = id GROUP BY channels.id ORDER BY name
        """
    )
    return [dict(row) for row in rows]


async def by_name(tx: Tx, box: SecretBox, name: str) -> Channel:
    """Return a channel with its address.

    Raises:
        FlowError: There is none of that name.
    """
    row = await tx.fetchrow(
        "SELECT id, name, service, secret, secret_key_id FROM channels WHERE name = $1", name
    )
    if row is None:
        raise _missing(name)
    url = box.open(Sealed(row["secret"], row["secret_key_id"]), context=row["id"])
    return Channel(row["id"], row["name"], row["service"], url)


async def remove(tx: Tx, name: str) -> None:
    """Forget a channel.

    Raises:
        FlowError: There is none of that name.
    """
    channel_id = await tx.fetchval("DELETE FROM channels WHERE name = $1 RETURNING id", name)
    if channel_id is None:
        raise _missing(name)
    await tx.execute("DELETE FROM notices WHERE channel_id = $1", channel_id)


async def take_turn(tx: Tx, channel_id: str, key: str, *, now: datetime, window: timedelta) -> Turn:
    """Decide whether a message is said now, and count it where it is not."""
    row = await tx.fetchrow(
        """
        WITH old AS (SELECT sent_at, held_back FROM notices WHERE channel_id = $1 AND key = $2)
        INSERT INTO notices AS n (channel_id, key, sent_at) VALUES ($1, $2, $3)
        ON CONFLICT (channel_id, key) DO UPDATE
           SET held_back = CASE WHEN n.sent_at > $4 THEN n.held_back + 1 ELSE 0 END,
               sent_at = CASE WHEN n.sent_at > $4 THEN n.sent_at ELSE $3 END
        RETURNING held_back, (SELECT sent_at FROM old) AS said_at, (SELECT held_back FROM old) AS before
        """,
        channel_id,
        key,
        now,
        now - window,
    )
    assert row is not None
    if row["held_back"]:
        return Turn(False, row["held_back"], row["said_at"])
    return Turn(True, row["before"] or 0, row["said_at"])


async def forget_turn(tx: Tx, channel_id: str, key: str) -> None:
    """Let the next message under a key be said: this one was not."""
    await tx.execute("DELETE FROM notices WHERE channel_id = $1 AND key = $2", channel_id, key)


def _missing(name: str) -> FlowError:
    return FlowError(
        f"there is no channel named {name!r}; see 'orderbridge notify list', or make it with 'orderbridge notify add'",
        cause="channel.missing",
    )
