"""``/api/about``: this installation, as far as it is no secret."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.store import keys, sizes
from orderbridge.store.database import Database

_WHY_NOT: dict[int | str, dict[str, Any]] = {401: problems.RESPONSE}


class KeyShown(BaseModel):
    """A master key that something is encrypted with.

    Attributes:
        id: Made of the key, and of no use to find it.
        secrets: How many tokens, passwords and addresses it encrypts.
    """

    id: str
    secrets: int


class AboutShown(BaseModel):
    """This installation.

    Attributes:
        database: Its address, without the password.
        postgresql: The version of the database server.
        master_key: Where the key of the stored secrets is, never the key.
        keys: Those in use; more than one where a rotation was interrupted.
        public_url: The address under which others reach this server; null where none is set.
    """

    version: str
    database: str
    database_bytes: int
    postgresql: str
    master_key: str
    keys: list[KeyShown]
    public_url: str | None


def router(
    db: Database, guard: Guard, *, version: str, database: str, master_key: str, public_url: str | None
) -> APIRouter:
    """Make the route.

    Args:
        db: The database.
        guard: Asked before anything is shown.
        version: Of the product.
        database: The database's address, without the password.
        master_key: Where the key of the stored secrets is.
        public_url: The address under which others reach this server.
    """
    routes = APIRouter(prefix="/api/about", dependencies=[Depends(guard)], tags=["pages"])

    @routes.get("", summary="Version, database, addresses", responses=_WHY_NOT | {200: {"model": AboutShown}})
    async def about() -> Response:
        async with db.read() as tx:
            size_bytes, server = await sizes.database(tx)
            used = await keys.in_use(tx)
        return bodies.answer(
            {
                "version": version,
                "database": database,
                "database_bytes": size_bytes,
                "postgresql": server,
                "master_key": master_key,
                "keys": [{"id": key_id, "secrets": len(names)} for key_id, names in used.items()],
                "public_url": public_url,
            }
        )

    return routes
