"""``/api/closes``: the daily close; the same as ``orderbridge close``."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from orderbridge.api import bodies, problems
from orderbridge.api.guard import Guard
from orderbridge.catalogue.fields import object_of, text
from orderbridge.core.errors import NotFoundError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof import closing, exporting
from orderbridge.proof.close_views import as_object, day_of_text, one_day
from orderbridge.proof.pairs import chosen_pairs
from orderbridge.store import closes
from orderbridge.store.closes import Close

_RESPONSES: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 413, 422, 503), problems.RESPONSE)
_ROWS = {200: {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}
_CLOSE = object_of(
    {
        "day": text("Such as 2026-01-31; the last day that is over without it."),
        "location": text("Name of the HighLevel connection; every pair of accounts without it."),
        "database": text("Name of the Act! connection."),
    }
)
Name = Annotated[str | None, Query(description="Name of one account; every pair of accounts without it.")]
Excel = Annotated[bool, Query(description="Begin the file so that Excel reads it as UTF-8.")]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV (RFC 4180)."}
}
# What is larger than this waits on the disk until it is sent.
_IN_MEMORY = 4 * 1024 * 1024
_PIECE = 64 * 1024
_MOST_BYTES = 10_000


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(prefix="/api/closes", dependencies=[Depends(guard)], tags=["closes"])
    answers = _RESPONSES | _ROWS

    @routes.get("", summary="List the closed days, the latest first", responses=answers)
    async def every() -> Response:
        async with runtime.db.read() as tx:
            found = await closes.newest(tx)
        return bodies.answer([as_object(item) for item in found])

    @routes.get("/{day}", summary="A closed day with its reasons, and what changed since", responses=answers)
    async def one(day: str) -> Response:
        return bodies.answer([await one_day(runtime.db, item) for item in await _closed(runtime, day)])

    @routes.get(
        "/{day}/export",
        summary="A closed day as CSV: every amount on both sides, and the differences",
        response_class=Response,
        responses=_RESPONSES | _CSV,
    )
    async def export(day: str, location: Name = None, database: Name = None, bom: Excel = False) -> Response:
        found = await _closed(runtime, day, location, database)
        return await _file(runtime, found, f"close-{found[0].day}.csv", bom=bom)

    @routes.get(
        "/{day}/differences",
        summary="The differences of a closed day as CSV, a line for each reason",
        response_class=Response,
        responses=_RESPONSES | _CSV,
    )
    async def differences(
        day: str, location: Name = None, database: Name = None, bom: Excel = False
    ) -> Response:
        found = await _closed(runtime, day, location, database)
        return await _file(runtime, found, f"differences-{found[0].day}.csv", positions=False, bom=bom)

    @routes.post("", summary="Close a day", responses=answers, openapi_extra=bodies.described(_CLOSE))
    async def close(request: Request) -> Response:
        given = await bodies.read(request, _CLOSE, most=_MOST_BYTES, example={"day": "2026-01-31"})
        day = day_of_text(given.get("day"))
        done = [
            await closing.close_day(runtime, source, target, day=day)
            for source, target in await chosen_pairs(
                runtime.db, location=given.get("location"), database=given.get("database")
            )
        ]
        return bodies.answer(
            [
                await one_day(runtime.db, item.close)
                | {"reopened": [earlier.isoformat() for earlier in item.reopened]}
                for item in done
            ]
        )

    return routes


async def _closed(
    runtime: Runtime, day: str, location: str | None = None, database: str | None = None
) -> list[Close]:
    """Return a closed day of the accounts that are meant.

    Raises:
        NotFoundError: It was not closed.
    """
    async with runtime.db.read() as tx:
        found = await closes.newest(tx, day=day_of_text(day))
    found = [item for item in found if location in (None, item.source) and database in (None, item.target)]
    if not found:
        raise NotFoundError(f"{day} was not closed; POST /api/closes closes it", cause="close.unknown")
    return found


async def _file(
    runtime: Runtime, found: list[Close], name: str, *, positions: bool = True, bom: bool = False
) -> Response:
    # Written whole before it is sent: half a file is worse than none, and a slow reader keeps no connection to the
    # database.
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed when it is sent)
    try:
        async for line in exporting.lines(runtime.db, found, positions=positions, bom=bom):
            file.write(line.encode())
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        iter(lambda: file.read(_PIECE), b""),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        background=BackgroundTask(file.close),
    )
