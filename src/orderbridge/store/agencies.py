"""Agencies that installed our app, and the locations they have it in; their tokens encrypted."""

from __future__ import annotations

from collections.abc import Mapping
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

OK, RECONNECT = "ok", "reconnect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A company at HighLevel.

    Attributes:
        name: What its owner calls it here.
        config: ``connect_future``: whether locations that install the app later are connected by themselves.
    """

    id: str
    app_id: str
    company_id: str
    name: str
    mode: str
    config: JsonObject
    state: str
    state_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledLocation:
    """A location of an agency.

    Attributes:
        installed: Whether our app is in it, as far as HighLevel has told.
        connection: Our connection to it, by name; None when it is not connected.
    """

    location_id: str
    name: str
    installed: bool
    connection: str | None = None
    state: str | None = None


_COLUMNS = "id, app_id, company_id, name, mode, config, state, state_reason"


async def create(
    tx: Tx,
    box: SecretBox,
    new_id: IdSource,
    *,
    app_id: str,
    company_id: str,
    name: str,
    mode: str,
    config: JsonObject,
    secret: JsonObject,
) -> Agency:
    """Store a new agency.

    Raises:
        SetupError: The name is taken.
    """
    if await tx.fetchval("SELECT 1 FROM agencies WHERE name = $1", name):
        raise SetupError(
            f"an agency named {name!r} is here already; choose another name", cause="agency.exists"
        )
    agency_id = new_id()
    sealed = box.seal(jsonio.encode(secret).decode(), context=agency_id)
    row = await tx.fetchrow(
        f"""
        INSERT INTO agencies (id, app_id, company_id, name, mode, config, secret, secret_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {_COLUMNS}
        """,  # noqa: S608 (a constant list of columns)
        agency_id,
        app_id,
        company_id,
        name,
        mode,
        config,
        sealed.data,
        sealed.key_id,
    )
    assert row is not None
    return Agency(**dict(row))


async def every(tx: Tx) -> list[Agency]:
    """List all agencies by name."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM agencies ORDER BY name")  # noqa: S608
    return [Agency(**dict(row)) for row in rows]


async def by_id(tx: Tx, agency_id: str) -> Agency:
    """Return one agency."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM agencies WHERE id = $1", agency_id)  # noqa: S608
    if row is None:
        raise SetupError(f"there is no agency {agency_id}", cause="agency.missing")
    return Agency(**dict(row))


async def find(tx: Tx, name: str) -> Agency | None:
    """Return the agency of a name, None when there is none."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM agencies WHERE name = $1", name)  # noqa: S608
    return Agency(**dict(row)) if row else None


async def of_company(tx: Tx, app_id: str, company_id: str) -> Agency | None:
    """Return the agency of a company that installed an app."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM agencies WHERE app_id = $1 AND company_id = $2",  # noqa: S608
        app_id,
        company_id,
    )
    return Agency(**dict(row)) if row else None


async def of_location(tx: Tx, app_id: str, location_id: str) -> Agency | None:
    """Return the agency of an app that has a location, None when none or several do."""
    rows = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM agencies WHERE app_id = $1
           AND id IN (SELECT agency_id FROM installed_locations WHERE location_id = $2)
        """,  # noqa: S608 (a constant list of columns)
        app_id,
        location_id,
    )
    return Agency(**dict(rows[0])) if len(rows) == 1 else None


async def secret(tx: Tx, box: SecretBox, agency_id: str) -> tuple[JsonObject, int]:
    """Return the decrypted pair and its version.

    Raises:
        ReconnectError: It was dropped, because nobody had the key any more.
    """
    row = await tx.fetchrow(
        "SELECT name, secret, secret_key_id, secret_version FROM agencies WHERE id = $1", agency_id
    )
    if row is None:
        raise SetupError(f"there is no agency {agency_id}", cause="agency.missing")
    if row["secret"] is None:
        raise ReconnectError(
            f"the tokens of agency {row['name']!r} were dropped; sign in again with 'orderbridge connect ghl --oauth "
            "--agency …'",
            cause="agency.secret_dropped",
        )
    plain = box.open(Sealed(row["secret"], row["secret_key_id"]), context=agency_id)
    value: Any = jsonio.decode(plain)
    return value, row["secret_version"]


async def replace_secret(
    tx: Tx, box: SecretBox, agency_id: str, value: JsonObject, *, replaces: int | None
) -> bool:
    """Store a new pair; with ``replaces``, only over that version (compare and set)."""

    async def store(sealed: Sealed) -> bool:
        return await _store_secret(tx, agency_id, sealed, replaces)

    return await store_sealed(tx, box, value, context=agency_id, store=store)


async def _store_secret(tx: Tx, agency_id: str, sealed: Sealed, replaces: int | None) -> bool:
    changed = await tx.fetchval(
        """
        UPDATE agencies SET secret = $2, secret_key_id = $3, secret_version = secret_version + 1
        WHERE id = $1 AND ($4::int IS NULL OR secret_version = $4) RETURNING true
        """,
        agency_id,
        sealed.data,
        sealed.key_id,
        replaces,
    )
    return bool(changed)


async def set_config(tx: Tx, agency_id: str, changes: JsonObject) -> None:
    """Merge ``changes`` into the agency's settings."""
    await tx.execute("UPDATE agencies SET config = config || $2 WHERE id = $1", agency_id, changes)


async def set_state(tx: Tx, agency_id: str, state: str, reason: str | None) -> bool:
    """Set the health; True when it changed."""
    changed = await tx.fetchval(
        "UPDATE agencies SET state = $2, state_reason = $3 WHERE id = $1 AND state <> $2 RETURNING true",
        agency_id,
        state,
        reason,
    )
    return bool(changed)


async def see_locations(
    tx: Tx, agency_id: str, found: Mapping[str, tuple[str, bool]], *, asked_at: datetime
) -> None:
    """Take over HighLevel's whole list.

    Args:
        tx: The transaction.
        agency_id: Whose list.
        found: Location id → its name and whether the app is in it.
        asked_at: When the reading began; what a webhook told later stays.
    """
    await tx.execute(
        """
        INSERT INTO installed_locations AS l (agency_id, location_id, name, installed, seen_at)
        SELECT $1, * , $5 FROM unnest($2::text[], $3::text[], $4::boolean[])
        ON CONFLICT (agency_id, location_id) DO UPDATE SET name = excluded.name,
               installed = excluded.installed, seen_at = excluded.seen_at
         WHERE l.seen_at <= excluded.seen_at
        """,
        agency_id,
        list(found),
        [name for name, _ in found.values()],
        [installed for _, installed in found.values()],
        asked_at,
    )
    await tx.execute(
        "UPDATE installed_locations SET installed = false, seen_at = $3"
        " WHERE agency_id = $1 AND NOT location_id = ANY($2::text[]) AND seen_at <= $3",
        agency_id,
        list(found),
        asked_at,
    )


async def mark(
    tx: Tx, agency_id: str, location_id: str, *, installed: bool, told_at: datetime, name: str | None = None
) -> bool:
    """Take over what a webhook tells of one location; False when something newer is known."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO installed_locations AS l (agency_id, location_id, name, installed, seen_at)
            VALUES ($1, $2, coalesce($3, ''), $4, $5)
            ON CONFLICT (agency_id, location_id) DO UPDATE SET installed = excluded.installed,
                   name = coalesce($3, l.name), seen_at = excluded.seen_at
             WHERE l.seen_at <= excluded.seen_at RETURNING true
            """,
            agency_id,
            location_id,
            name,
            installed,
            told_at,
        )
    )


async def mark_all_gone(tx: Tx, agency_id: str, *, told_at: datetime) -> None:
    """Note that the agency took the app away, everywhere."""
    await tx.execute(
        "UPDATE installed_locations SET installed = false, seen_at = $2"
        " WHERE agency_id = $1 AND seen_at <= $2",
        agency_id,
        told_at,
    )


async def locations(tx: Tx, agency_id: str) -> list[InstalledLocation]:
    """List the locations of an agency by name, with our connection to each."""
    rows = await tx.fetch(
        """
        SELECT l.location_id, l.name, l.installed, c.name AS connection, c.state
        FROM installed_locations l LEFT JOIN connections c ON c.system = 'ghl' AND c.account = l.location_id
        WHERE l.agency_id = $1 ORDER BY lower(l.name), l.location_id
        """,
        agency_id,
    )
    return [InstalledLocation(**dict(row)) for row in rows]
