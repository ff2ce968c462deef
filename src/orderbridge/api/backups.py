"""``/api/backups``: backups in the installation's own folder; what restores one is a command on the server."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.store.backup_folder import BackupFolder, Kept

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 503), problems.RESPONSE)


class BackupShown(BaseModel):
    """A backup.

    Attributes:
        path: Where it is on the server, for the command that restores it.
    """

    name: str
    path: str
    size_bytes: int
    made_at: datetime


class BackupsShown(BaseModel):
    """The backups that are kept.

    Attributes:
        folder: Where they are on the server.
        making: Name of the one that is being made now; null where none is.
    """

    folder: str
    making: str | None
    backups: list[BackupShown]


def router(folder: BackupFolder, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        folder: Holds the backups.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(prefix="/api/backups", tags=["backups"], responses=_WHY_NOT)
    reads = [Depends(guard)]

    @routes.get("", summary="List the backups", dependencies=reads, responses={200: {"model": BackupsShown}})
    async def every() -> Response:
        return bodies.answer(
            {
                "folder": str(folder.folder),
                "making": folder.making,
                "backups": [_shown(item) for item in await folder.every()],
            }
        )

    @routes.post(
        "",
        summary="Make a backup while everything runs",
        description="Answers when it is complete. It is finished also where the caller goes away meanwhile.",
        dependencies=reads,
        status_code=201,
        responses={201: {"model": BackupShown}},
    )
    async def make() -> Response:
        return bodies.answer(_shown(await folder.make()), status=201)

    @routes.get(
        "/{name}/file",
        summary="Download a backup",
        description="For owners only: it holds everything, the hashes of passwords included.",
        # Not by the usual guard, which lets a bookkeeper read whatever is a GET.
        dependencies=[Depends(guard.owner)],
        response_class=FileResponse,
        responses={200: {"content": {"application/octet-stream": {}}}},
    )
    async def download(name: str) -> Response:
        found = await folder.find(name)
        return FileResponse(
            found.path,
            filename=found.name,
            media_type="application/octet-stream",
            headers={"Cache-Control": "no-store"},
        )

    @routes.delete("/{name}", summary="Delete a backup", dependencies=reads, status_code=204)
    async def remove(name: str) -> Response:
        await folder.remove(name)
        return Response(status_code=204)

    return routes


def _shown(item: Kept) -> dict[str, Any]:
    return {
        "name": item.name,
        "path": str(item.path),
        "size_bytes": item.size_bytes,
        "made_at": item.made_at,
    }
