"""``/api/backups``: backups in the installation's own folder; one that is chosen is restored by the next start."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.automation import restoring
from orderbridge.core.errors import SetupError
from orderbridge.engine.runtime import Runtime
from orderbridge.store.backup_folder import BackupFolder, Kept
from orderbridge.store.restore_orders import Order, Outcome, RestoreOrders

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 503), problems.RESPONSE)


class BackupShown(BaseModel):
    """A backup.

    Attributes:
        path: Where it is on the server, for the command that restores it.
        made_at: It holds what was there then; of an uploaded one, when it came.
        uploaded: Whether it was brought here under a name that does not say when it was made.
    """

    name: str
    path: str
    size_bytes: int
    made_at: datetime
    uploaded: bool


class Replaced(BaseModel):
    """What is here and not in a backup, since it came or began later."""

    deliveries: int
    runs: int


class BackupChecked(BaseModel):
    """A backup that was read to its end.

    Attributes:
        schema_: The schema that it has.
        schema_here: The schema of this version.
        why_not: Why it cannot be restored here; null where it can.
        replaces: Null where nobody knows when it was made.
    """

    name: str
    schema_: str = Field(alias="schema")
    schema_here: str
    why_not: str | None
    replaces: Replaced | None


class RestoreOrdered(BaseModel):
    """What the next start restores."""

    name: str
    by: str
    at: datetime


class RestoreDone(BaseModel):
    """What became of the last restore that was ordered.

    Attributes:
        ok: Whether everything was replaced; else nothing was.
        kept: The backup of what was there before; null where none was made.
    """

    name: str
    by: str
    ok: bool
    at: datetime
    message: str
    kept: str | None


class BackupsShown(BaseModel):
    """The backups that are kept.

    Attributes:
        folder: Where they are on the server.
        making: Name of the one that is being made now; null where none is.
        ordered: What the next start restores; null for nothing.
        restored: What became of the last order; null where there was none.
    """

    folder: str
    making: str | None
    ordered: RestoreOrdered | None
    restored: RestoreDone | None
    backups: list[BackupShown]


def router(runtime: Runtime, folder: BackupFolder, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: Knows the present database and its keys.
        folder: Holds the backups.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(prefix="/api/backups", tags=["backups"], responses=_WHY_NOT)
    _add_keeping(routes, folder, guard)
    _add_restoring(routes, runtime, folder, guard)
    return routes


def _add_keeping(routes: APIRouter, folder: BackupFolder, guard: Guard) -> None:
    reads = [Depends(guard)]
    orders = RestoreOrders(folder.folder)

    @routes.get("", summary="List the backups", dependencies=reads, responses={200: {"model": BackupsShown}})
    async def every() -> Response:
        return bodies.answer(
            {
                "folder": str(folder.folder),
                "making": folder.making,
                "ordered": _facts(orders.waiting()),
                "restored": _facts(orders.last()),
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
        waiting = orders.waiting()
        if waiting is not None and waiting.name == name:
            raise SetupError(
                f"{name} is restored by the next start; withdraw that first", cause="backup.ordered"
            )
        await folder.remove(name)
        return Response(status_code=204)


def _add_restoring(routes: APIRouter, runtime: Runtime, folder: BackupFolder, guard: Guard) -> None:
    @routes.post(
        "/upload",
        summary="Keep a backup that was downloaded or made elsewhere",
        description="It is read to its end before it is kept.",
        dependencies=[Depends(guard)],
        status_code=201,
        responses={201: {"model": BackupShown}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def upload(
        request: Request, name: Annotated[str, Query(description="What the file is called.")] = ""
    ) -> Response:
        return bodies.answer(_shown(await folder.take(name, request.stream())), status=201)

    @routes.post(
        "/{name}/check",
        summary="Read a backup to its end, and say whether it can be restored here and what that would replace",
        dependencies=[Depends(guard)],
        responses={200: {"model": BackupChecked}},
    )
    async def check(name: str) -> Response:
        return bodies.answer(await restoring.checked(runtime, await folder.find(name)))

    @routes.post(
        "/{name}/restore",
        summary="Let the next start of 'orderbridge serve' restore a backup",
        description="What is there then is backed up first; it succeeds whole or changes nothing.",
        responses={200: {"model": RestoreOrdered}},
    )
    async def order(name: str, by: str = Depends(guard)) -> Response:
        return bodies.answer(_facts(await restoring.order(runtime, folder, name, by=by)))

    @routes.delete(
        "/restore/ordered",
        summary="Withdraw the restore that the next start would do",
        dependencies=[Depends(guard)],
        status_code=204,
    )
    async def withdraw() -> Response:
        RestoreOrders(folder.folder).withdraw()
        return Response(status_code=204)


def _facts(found: Order | Outcome | None) -> dict[str, Any] | None:
    return asdict(found) if found is not None else None


def _shown(item: Kept) -> dict[str, Any]:
    return {
        "name": item.name,
        "path": str(item.path),
        "size_bytes": item.size_bytes,
        "made_at": item.made_at,
        "uploaded": item.uploaded,
    }
