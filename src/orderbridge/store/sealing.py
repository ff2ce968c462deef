"""Storing a secret so that a master key which is taken out of use meanwhile costs nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.store.crypto import Sealed, SecretBox
from orderbridge.store.database import Tx

T = TypeVar("T")


async def store_sealed(
    tx: Tx, box: SecretBox, value: JsonObject, *, context: str, store: Callable[[Sealed], Awaitable[T]]
) -> T:
    """Seal a value and store it; where its key was retired in between, once more with the new one.

    Args:
        tx: The transaction.
        box: Seals it.
        value: The secret.
        context: Whose it is; only the same context opens it.
        store: Writes the sealed value.
    """
    plain = jsonio.encode(value).decode()
    sealed = box.seal(plain, context=context)
    try:
        async with tx.transaction():
            return await store(sealed)
    except asyncpg.ForeignKeyViolationError:
        # A renewed pair must not be lost because of a rotation.
        box.reload()
        if box.key_id == sealed.key_id:
            box.refuse(sealed.key_id)
        return await store(box.seal(plain, context=context))
