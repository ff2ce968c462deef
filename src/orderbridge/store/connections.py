"""Authorised accounts, with their secrets encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.errors import ReconnectError, SetupError
from orderbridge.core.ids import IdSource
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.crypto import Sealed, SecretBox
from orderbridge.store.database import Tx
from orderbridge.store.sealing import store_sealed

OK, DEGRADED, RECONNECT, PAUSED = "ok", "degraded", "reconnect", "paused"
STATES = (OK, DEGRADED, RECONNECT, PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One account.

    Attributes:
        mode: ``live``, ``test`` or ``sandbox``; the three never meet.
        account: What makes two connections the same account.
        config: Everything that is no secret: addresses, location, currency, field keys.
        last_success_at: To within half a minute.
        failures: Looks in a row that could not reach it.
        secret_set_at: When a person entered the token or password.
    """

    id: str
    name: str
    system: str
    mode: str
    account: str
    config: JsonObject
    state: str
    state_reason: str | None
    last_success_at: datetime | None
    failures: int
    secret_set_at: datetime


_KINDS = {"ghl": "a HighLevel location", "act": "an Act! database"}
_COLUMNS = (
    "id, name, system, mode, account, config, state, state_reason, last_success_at, failures, secret_set_at"
)


async def create(
    tx: Tx,
    box: SecretBox,
    new_id: IdSource,
    *,
    name: str,
    system: str,
    mode: str,
    account: str,
    config: JsonObject,
    secret: JsonObject,
) -> Connection:
    """Store a new connection, to an account that has just let us in.

    Raises:
        SetupError: The name is taken, or the account is connected already.
    """
    await refuse_taken(tx, name=name, system=system, account=account)
    connection_id = new_id()
    sealed = box.seal(jsonio.encode(secret).decode(), context=connection_id)
    row = await tx.fetchrow(
        f"""
        INSERT INTO connections
               (id, name, system, mode, account, config, secret, secret_key_id, last_success_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now()) RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        connection_id,
        name,
        system,
        mode,
        account,
        config,
        sealed.data,
        sealed.key_id,
    )
    assert row is not None
    return Connection(**dict(row))


async def refuse_taken(tx: Tx, *, name: str, system: str, account: str) -> None:
    """Refuse a name or an account that another connection has.

    Raises:
        SetupError: Names that connection.
    """
    found = await tx.fetchrow(
        "SELECT name FROM connections WHERE name = $1 OR (system = $2 AND account = $3)",
        name,
        system,
        account,
    )
    if found is None:
        return
    if found["name"] == name:
        said = f"there is a connection {name!r} already; choose another name"
    else:
        said = f"connection {found['name']!r} is this account already"
    raise SetupError(
        f"{said}; to give {found['name']!r} a new token or password, use 'orderbridge connections replace-token'",
        cause="connection.exists",
    )


async def every(tx: Tx) -> list[Connection]:
    """List all connections by name."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM connections ORDER BY name")  # noqa: S608
    return [Connection(**dict(row)) for row in rows]


async def by_id(tx: Tx, connection_id: str) -> Connection:
    """Return one connection."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM connections WHERE id = $1", connection_id)  # noqa: S608
    if row is None:
        raise SetupError(f"there is no connection {connection_id}", cause="connection.missing")
    return Connection(**dict(row))


async def by_name(tx: Tx, name: str, *, system: str) -> Connection:
    """Return one connection by the name its owner gave it."""
    found = await find(tx, name)
    if found is None:
        raise SetupError(
            f"there is no connection named {name!r}; see 'orderbridge connections list'",
            cause="connection.missing",
        )
    if found.system != system:
        raise SetupError(
            f"connection {name!r} is {_KINDS[found.system]}, and {_KINDS[system]} is needed here",
            cause="connection.wrong_system",
        )
    return found


async def find(tx: Tx, name: str) -> Connection | None:
    """Return the connection of a name, None when there is none."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM connections WHERE name = $1", name)  # noqa: S608
    return Connection(**dict(row)) if row else None


async def of_account(tx: Tx, system: str, account: str) -> Connection | None:
    """Return the connection to an account, None when there is none."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM connections WHERE system = $1 AND account = $2",  # noqa: S608
        system,
        account,
    )
    return Connection(**dict(row)) if row else None


async def of_app(
    tx: Tx, app_id: str, *, location_id: str | None = None, agency_id: str | None = None
) -> list[Connection]:
    """List the connections that sign in with a marketplace app, of one location or agency where named."""
    rows = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM connections WHERE system = 'ghl' AND config->>'oauth_app' = $1
           AND ($2::text IS NULL OR config->>'location_id' = $2)
           AND ($3::text IS NULL OR config->>'agency' = $3) ORDER BY name
        """,  # noqa: S608 (a constant list of columns)
        app_id,
        location_id,
        agency_id,
    )
    return [Connection(**dict(row)) for row in rows]


async def secret(tx: Tx, box: SecretBox, connection_id: str) -> tuple[JsonObject, int]:
    """Return the decrypted secret and its version.

    Raises:
        ReconnectError: It was dropped, because nobody had the key any more.
        MasterKeyError: It is sealed with a key that is not here.
    """
    row = await tx.fetchrow(
        "SELECT name, secret, secret_key_id, secret_version FROM connections WHERE id = $1", connection_id
    )
    if row is None:
        raise SetupError(f"there is no connection {connection_id}", cause="connection.missing")
    if row["secret"] is None:
        raise ReconnectError(
            f"the secret of connection {row['name']!r} was dropped; enter it again with 'orderbridge connections "
            "replace-token', or install the app again",
            cause="connection.secret_dropped",
        )
    plain = box.open(Sealed(row["secret"], row["secret_key_id"]), context=connection_id)
    value: Any = jsonio.decode(plain)
    return value, row["secret_version"]


async def secret_or_nothing(tx: Tx, box: SecretBox, connection_id: str) -> JsonObject:
    """Return the decrypted secret, or an empty one where it was dropped: a person enters it again."""
    try:
        return (await secret(tx, box, connection_id))[0]
    except ReconnectError:
        return {}


async def replace_secret(
    tx: Tx,
    box: SecretBox,
    connection_id: str,
    value: JsonObject,
    *,
    replaces: int | None,
    entered: bool = False,
) -> bool:
    """Store a new secret; with ``replaces``, only over that version (compare and set).

    Args:
        tx: The transaction.
        box: Seals it.
        connection_id: Whose it is.
        value: The secret.
        replaces: The version that must still be there.
        entered: A person brought it: its age counts from now. A renewed token is none of these.
    """

    async def store(sealed: Sealed) -> bool:
        return await _store_secret(tx, connection_id, sealed, replaces, entered)

    return await store_sealed(tx, box, value, context=connection_id, store=store)


async def _store_secret(
    tx: Tx, connection_id: str, sealed: Sealed, replaces: int | None, entered: bool
) -> bool:
    changed = await tx.fetchval(
        """
        UPDATE connections SET secret = $2, secret_key_id = $3, secret_version = secret_version + 1,
               secret_set_at = CASE WHEN $5::bool THEN now() ELSE secret_set_at END
        WHERE id = $1 AND ($4::int IS NULL OR secret_version = $4) RETURNING true
        """,
        connection_id,
        sealed.data,
        sealed.key_id,
        replaces,
        entered,
    )
    return bool(changed)


async def set_config(tx: Tx, connection_id: str, changes: JsonObject) -> None:
    """Merge ``changes`` into the connection's configuration."""
    await tx.execute("UPDATE connections SET config = config || $2 WHERE id = $1", connection_id, changes)


async def set_state(tx: Tx, connection_id: str, state: str, reason: str | None) -> bool:
    """Set the health; True when it changed, so that it is logged once and not with every call.

    What a person paused stays paused until that person resumes it; trying then tells how it is.
    """
    changed = await tx.fetchval(
        "UPDATE connections SET state = $2, state_reason = $3, failures = 0"
        " WHERE id = $1 AND state NOT IN ($2, 'paused') RETURNING true",
        connection_id,
        state,
        reason,
    )
    return bool(changed)


async def named(tx: Tx, name: str) -> Connection:
    """Return one connection of either system by the name its owner gave it.

    Raises:
        SetupError: There is none.
    """
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM connections WHERE name = $1", name)  # noqa: S608
    if row is None:
        raise SetupError(
            f"there is no connection named {name!r}; see 'orderbridge connections list'",
            cause="connection.missing",
        )
    return Connection(**dict(row))
