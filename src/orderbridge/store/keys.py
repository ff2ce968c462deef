"""Which master keys the database needs: the sealed values of all tables, and a known text for each key.

The sealed columns refer to ``key_checks``, so a key's row can only go when nothing is sealed with it, and
nothing can be sealed with a key whose row is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from orderbridge.store.crypto import MasterKey, MasterKeyError, Sealed, SecretBox
from orderbridge.store.database import Tx

_CHECK_CONTEXT = "orderbridge/key check"
_CHECK_TEXT = "this master key is the right one"
_EVERY_VALUE = """
    (SELECT 'connections' AS kind, id, name, secret, secret_key_id FROM connections WHERE secret IS NOT NULL
     UNION ALL SELECT 'apps', id, client_id, secret, secret_key_id FROM apps
     UNION ALL SELECT 'channels', id, name, secret, secret_key_id FROM channels
     UNION ALL SELECT 'agencies', id, name, secret, secret_key_id FROM agencies WHERE secret IS NOT NULL)
    AS v (kind, id, name, secret, key_id)"""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A sealed value where it lies.

    Attributes:
        kind: ``connections``, ``apps``, ``channels`` or ``agencies``.
        id: Of its row, which is also the context that it is sealed with.
    """

    kind: str
    id: str
    name: str
    sealed: Sealed = field(repr=False)


async def in_use(tx: Tx) -> dict[str, list[str]]:
    """Return the names of what each key id seals."""
    found: dict[str, list[str]] = {}
    rows = await tx.fetch(f"SELECT name, key_id FROM {_EVERY_VALUE} ORDER BY name")  # noqa: S608 (a constant)
    for row in rows:
        found.setdefault(row["key_id"], []).append(row["name"])
    return found


async def sealed_otherwise(tx: Tx, key_id: str, *, limit: int) -> list[StoredSecret]:
    """Return values that are sealed with any other key than ``key_id``."""
    rows = await tx.fetch(
        f"SELECT * FROM {_EVERY_VALUE} WHERE key_id <> $1 ORDER BY kind, id LIMIT $2",  # noqa: S608
        key_id,
        limit,
    )
    return [_stored(row) for row in rows]


async def sealed_with(tx: Tx, key_id: str) -> StoredSecret | None:
    """Return any value that is sealed with ``key_id``."""
    row = await tx.fetchrow(f"SELECT * FROM {_EVERY_VALUE} WHERE key_id = $1 LIMIT 1", key_id)  # noqa: S608
    return _stored(row) if row else None


async def every(tx: Tx) -> list[StoredSecret]:
    """Return every sealed value."""
    rows = await tx.fetch(f"SELECT * FROM {_EVERY_VALUE} ORDER BY kind, id")  # noqa: S608
    return [_stored(row) for row in rows]


def _stored(row: asyncpg.Record) -> StoredSecret:
    return StoredSecret(row["kind"], row["id"], row["name"], Sealed(row["secret"], row["key_id"]))


async def seal_anew(tx: Tx, box: SecretBox, value: StoredSecret) -> bool:
    """Seal a value with the current key; False when it was changed meanwhile.

    The version of the secret stays: to whoever uses it, it is the same as before.
    """
    fresh = box.seal(box.open(value.sealed, context=value.id), context=value.id)
    return bool(
        await tx.fetchval(
            f"UPDATE {value.kind} SET secret = $3, secret_key_id = $4"  # noqa: S608 (of our own making)
            " WHERE id = $1 AND secret = $2 RETURNING true",
            value.id,
            value.sealed.data,
            fresh.data,
            fresh.key_id,
        )
    )


async def forget(tx: Tx, value: StoredSecret, reason: str) -> None:
    """Drop a value that nobody can open; its account waits until a person connects it again."""
    if value.kind in ("apps", "channels"):
        # An app or a channel without its secret is nothing: it is entered again.
        await tx.execute(
            f"DELETE FROM {value.kind} WHERE id = $1 AND secret = $2",  # noqa: S608 (of our own making)
            value.id,
            value.sealed.data,
        )
        return
    await tx.execute(
        f"""
        UPDATE {value.kind} SET secret = NULL, secret_key_id = NULL, secret_version = secret_version + 1,
               state = 'reconnect', state_reason = $3
        WHERE id = $1 AND secret = $2
        """,  # noqa: S608
        value.id,
        value.sealed.data,
        reason,
    )


async def checks(tx: Tx) -> dict[str, Sealed | None]:
    """Return the sealed known text of each key; None where an older version left a key unchecked."""
    rows = await tx.fetch("SELECT key_id, sealed FROM key_checks")
    return {row["key_id"]: Sealed(row["sealed"], row["key_id"]) if row["sealed"] else None for row in rows}


async def add_check(tx: Tx, sealed: Sealed) -> None:
    """Let a key seal values from now on."""
    await tx.execute(
        "INSERT INTO key_checks (key_id, sealed) VALUES ($1, $2)"
        " ON CONFLICT (key_id) DO UPDATE SET sealed = excluded.sealed WHERE key_checks.sealed IS NULL",
        sealed.key_id,
        sealed.data,
    )


async def renew_check(tx: Tx, sealed: Sealed) -> None:
    """Replace the known text of a key."""
    await tx.execute("UPDATE key_checks SET sealed = $2 WHERE key_id = $1", sealed.key_id, sealed.data)


async def retire(tx: Tx, key_id: str) -> list[str] | None:
    """Take every other key out of use; None when a value was sealed with one of them just now."""
    try:
        async with tx.transaction():
            rows = await tx.fetch("DELETE FROM key_checks WHERE key_id <> $1 RETURNING key_id", key_id)
    except asyncpg.ForeignKeyViolationError:
        return None
    return sorted(row["key_id"] for row in rows)


def check_of(key: MasterKey) -> Sealed:
    """Seal the known text with a key."""
    return key.seal(_CHECK_TEXT, context=_CHECK_CONTEXT)


def right(box: SecretBox, check: Sealed) -> bool:
    """Tell whether a key opens the known text that was sealed with it."""
    try:
        return box.open(check, context=_CHECK_CONTEXT) == _CHECK_TEXT
    except MasterKeyError:
        return False
