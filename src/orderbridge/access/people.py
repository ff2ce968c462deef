"""The users: who there is, another role, and the end of an account. There is always an owner left."""

from __future__ import annotations

from orderbridge.access import names
from orderbridge.access.errors import AccessError
from orderbridge.store import invitations, users
from orderbridge.store.database import Database, Tx
from orderbridge.store.users import User


async def change_role(db: Database, name: str, role: str) -> User:
    """Give a user another role, at once for all sessions.

    Raises:
        AccessError: There is no such user or role, or no other owner.
    """
    role = names.role(role)
    async with db.begin() as tx:
        await users.one_at_a_time(tx)
        user = await users.find(tx, names.key(name))
        if user is None:
            raise _missing(name)
        if role != names.OWNER:
            await _keep_an_owner(tx, user)
        await users.set_role(tx, user.id, role)
        return User(id=user.id, name=user.name, role=role, password_hash=user.password_hash)


async def remove(db: Database, name: str) -> str:
    """Remove a user with all sessions, or withdraw an invitation; returns the name.

    Raises:
        AccessError: There is neither, or it is the last owner.
    """
    async with db.begin() as tx:
        await users.one_at_a_time(tx)
        user = await users.find(tx, names.key(name))
        withdrawn = await invitations.withdraw(tx, names.key(name))
        if user is None:
            if not withdrawn:
                raise _missing(name)
            return name
        await _keep_an_owner(tx, user)
        await users.remove(tx, user.id)
        return user.name


async def _keep_an_owner(tx: Tx, user: User) -> None:
    if user.role == names.OWNER and not await users.other_owners(tx, user.id):
        raise AccessError(
            f"{user.name!r} is the only owner, and nobody could change anything without one; make somebody else an "
            "owner first: 'orderbridge users role NAME owner'",
            cause="user.last_owner",
        )


def _missing(name: str) -> AccessError:
    return AccessError(f"there is no user {name!r}; see 'orderbridge users list'", cause="user.missing")
