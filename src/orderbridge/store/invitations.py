"""One-time links: an account is made with one, or a forgotten password is set anew. A used one is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderbridge.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a link is good for.

    Attributes:
        name: Of the account; None for the first owner, who chooses it.
        role: That the account gets.
        user_id: Whose password is set anew; None where an account is made.
    """

    name: str | None
    role: str
    user_id: str | None
    expires_at: datetime


_COLUMNS = "name, role, user_id, expires_at"


async def keep(
    tx: Tx, invitation: Invitation, *, token_hash: str, name_key: str | None, now: datetime
) -> None:
    """Store a link in place of an earlier one for the same name, and forget those whose time is over."""
    await tx.execute("DELETE FROM invitations WHERE expires_at <= $1", now)
    await tx.execute(
        """
        INSERT INTO invitations (token_hash, name, name_key, role, user_id, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (name_key) DO UPDATE
           SET token_hash = excluded.token_hash, name = excluded.name, role = excluded.role,
               user_id = excluded.user_id, expires_at = excluded.expires_at, created_at = excluded.created_at
        """,
        token_hash,
        invitation.name,
        name_key,
        invitation.role,
        invitation.user_id,
        invitation.expires_at,
        now,
    )


async def find(tx: Tx, token_hash: str, *, now: datetime) -> Invitation | None:
    """Return what a link is good for; None when it is unknown, used, replaced or over."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM invitations WHERE token_hash = $1 AND expires_at > $2",  # noqa: S608
        token_hash,
        now,
    )
    return Invitation(**dict(row)) if row else None


async def use(tx: Tx, token_hash: str, *, now: datetime) -> Invitation | None:
    """Take a link: the first who comes gets it, everybody after that None."""
    row = await tx.fetchrow(
        f"DELETE FROM invitations WHERE token_hash = $1 AND expires_at > $2 RETURNING {_COLUMNS}",  # noqa: S608
        token_hash,
        now,
    )
    return Invitation(**dict(row)) if row else None


async def withdraw(tx: Tx, name_key: str) -> bool:
    """Forget the link for a name; False when there is none."""
    return bool(await tx.fetchval("DELETE FROM invitations WHERE name_key = $1 RETURNING true", name_key))


async def withdraw_nameless(tx: Tx) -> None:
    """Forget the links for the first owner."""
    await tx.execute("DELETE FROM invitations WHERE name_key IS NULL")
