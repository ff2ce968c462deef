"""Users of the web app. A name is compared by its key, however it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may sign in.

    Attributes:
        role: ``owner`` or ``bookkeeper``.
    """

    id: str
    name: str
    role: str
    password_hash: str = field(repr=False)


_COLUMNS = "id, name, role, password_hash"


async def one_at_a_time(tx: Tx) -> None:
    """Let nobody else change users before this transaction ends: who is the last owner stays true so long."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('orderbridge.users', 0))")


async def any_owner(tx: Tx) -> bool:
    """Tell whether somebody may do everything."""
    return bool(await tx.fetchval("SELECT EXISTS (SELECT 1 FROM users WHERE role = 'owner')"))


async def find(tx: Tx, name_key: str) -> User | None:
    """Return the user of a name."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM users WHERE name_key = $1", name_key)  # noqa: S608
    return User(**dict(row)) if row else None


async def by_id(tx: Tx, user_id: str) -> User | None:
    """Return one user."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM users WHERE id = $1", user_id)  # noqa: S608
    return User(**dict(row)) if row else None


async def create(tx: Tx, user: User, *, name_key: str, now: datetime) -> bool:
    """Store a new user; False when the name is taken."""
    made = await tx.fetchval(
        """
        INSERT INTO users (id, name, name_key, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name_key) DO NOTHING RETURNING true
        """,
        user.id,
        user.name,
        name_key,
        user.role,
        user.password_hash,
        now,
    )
    return bool(made)


async def set_password(tx: Tx, user_id: str, password_hash: str, *, replaces: str | None = None) -> bool:
    """Store another password.

    Args:
        tx: The transaction.
        user_id: Whose.
        password_hash: What argon2 made of it.
        replaces: The hash that must still be there; None replaces any.

    Returns:
        False when somebody else was faster, or the user is gone.
    """
    done = await tx.fetchval(
        """
        UPDATE users SET password_hash = $2 WHERE id = $1 AND ($3::text IS NULL OR password_hash = $3) RETURNING true
        """,
        user_id,
        password_hash,
        replaces,
    )
    return bool(done)


async def set_role(tx: Tx, user_id: str, role: str) -> None:
    """Give a user another role; what is asked from now on goes by it."""
    await tx.execute("UPDATE users SET role = $2 WHERE id = $1", user_id, role)


async def signed_in(tx: Tx, user_id: str, *, now: datetime) -> None:
    """Note that a user signed in."""
    await tx.execute("UPDATE users SET signed_in_at = $2 WHERE id = $1", user_id, now)


async def remove(tx: Tx, user_id: str) -> None:
    """Forget a user, with all sessions and links."""
    await tx.execute("DELETE FROM users WHERE id = $1", user_id)


async def other_owners(tx: Tx, user_id: str) -> int:
    """Count the owners besides one."""
    return int(await tx.fetchval("SELECT count(*) FROM users WHERE role = 'owner' AND id <> $1", user_id))


async def every(tx: Tx, *, now: datetime) -> list[JsonObject]:
    """List the users and those who are invited, by name.

    Returns:
        ``name``, ``role``, ``created_at`` (None for somebody who is invited only), ``signed_in_at``, and
        ``invited_until``, the end of a link that waits for its use.
    """
    rows = await tx.fetch(
        """
        SELECT coalesce(u.name, i.name) AS name, coalesce(u.role, i.role) AS role, u.created_at, u.signed_in_at,
               i.expires_at AS invited_until
        FROM users u
        FULL JOIN (SELECT * FROM invitations WHERE name_key IS NOT NULL AND expires_at > $1) i
          ON i.name_key = u.name_key
        ORDER BY coalesce(u.name_key, i.name_key)
        """,
        now,
    )
    return [dict(row) for row in rows]
