"""Controls of the twin, outside the emulated API: what is true, what goes wrong, what people do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from orderbridge.core.jsonio import JsonObject, decode, encode
from orderbridge.emulators.act import webhooks
from orderbridge.emulators.act.answers import JSON
from orderbridge.emulators.act.errors import ActError
from orderbridge.emulators.act.faults import names
from orderbridge.emulators.act.people_edits import edit
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routes_metadata import STOCK, change_column
from orderbridge.emulators.act.server import Server
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.act.views import rendered
from orderbridge.emulators.act.views_sales import STATUSES, line_view


def truth(world: ActWorld, only: set[str] | None = None) -> JsonObject:
    """Return everything that can be counted.

    Args:
        world: The twin's state.
        only: Names of the parts that are wanted; None means all.
    """
    parts: dict[str, Callable[[], object]] = {
        "database": lambda: world.database,
        "contacts": lambda: [rendered(world, row) for row in world.contacts],
        "companies": lambda: [rendered(world, row) for row in world.companies],
        "groups": lambda: [rendered(world, row) for row in world.groups],
        "products": lambda: [rendered(world, row) for row in world.products],
        "opportunities": lambda: [_opportunity(world, row) for row in world.opportunities],
        "histories": lambda: [rendered(world, row) for row in world.histories],
        "notes": lambda: [rendered(world, row) for row in world.notes],
        "tasks": lambda: [rendered(world, row) for row in world.tasks],
        "custom_tables": lambda: _tables(world),
        "fields": lambda: _fields(world),
        "requests": lambda: _requests(world),
        "webhooks": lambda: list(world.webhooks.values()),
    }
    return {name: part() for name, part in parts.items() if only is None or name in only}


def _opportunity(world: ActWorld, record: Record) -> JsonObject:
    lines = [line_view(world, line, record) for line in record.lines.values()]
    row = rendered(world, record)
    return row | {"statusName": STATUSES[row["status"]], "lines": lines}


def _tables(world: ActWorld) -> JsonObject:
    return {
        table.name: {
            "displayName": table.display_name,
            "columns": {column.label: column.key for column in table.columns.values()},
            "records": [rendered(world, row) for row in table.rows],
        }
        for table in world.custom_tables.values()
    }


def _fields(world: ActWorld) -> JsonObject:
    """Return the key of every tenant-defined field by its label."""
    return {
        name: {column.label: column.key for column in world.custom_columns.get(key, {}).values()}
        for key, name in STOCK.items()
    }


def _requests(world: ActWorld) -> JsonObject:
    counters = world.counters
    return {
        "total": sum(counters.by_route.values()),
        "by_route": dict(counters.by_route),
        "by_status": {str(status): count for status, count in counters.by_status.items()},
        "batches": counters.batches,
        "batch_parts": counters.batch_parts,
        "calls_in_this_window": world.window_calls,
    }


def add(app: FastAPI, server: Server) -> None:
    """Register the controls on ``app``."""
    world = server.world

    async def get_truth(http: HttpRequest) -> Response:
        wanted = http.query_params.get("only")
        return _json(200, truth(world, set(wanted.split(",")) if wanted else None))

    async def get_faults(_http: HttpRequest) -> Response:
        return _json(200, asdict(world.faults))

    async def set_faults(http: HttpRequest) -> Response:
        body = decode(await http.body())
        unknown = sorted(set(body) - set(names()))
        if unknown:
            return _json(404, {"message": f"there is no fault named {', '.join(unknown)}", "names": names()})
        try:
            for name, value in body.items():
                world.faults.set(name, value)
        except ValueError as error:
            return _json(400, {"message": str(error)})
        world.names_revision += 1
        return _json(200, asdict(world.faults))

    async def reset(_http: HttpRequest) -> Response:
        world.reset()
        return _json(200, {"database": world.database})

    async def tick(_http: HttpRequest) -> Response:
        return _json(200, await webhooks.tick(world))

    async def post_edit(http: HttpRequest) -> Response:
        try:
            return _json(200, edit(world, server.router, decode(await http.body())))
        except ActError as error:
            return Response(error.body, error.status, media_type=JSON)
        except (KeyError, ValueError) as error:
            return _json(400, {"message": f"{type(error).__name__}: {error}"})

    async def post_field(http: HttpRequest) -> Response:
        try:
            return _json(200, change_column(world, decode(await http.body())))
        except KeyError as error:
            return _json(400, {"message": f"there is no {error}"})

    app.add_route("/_twin/fields", post_field, methods=["POST"])
    app.add_route("/_twin/truth", get_truth, methods=["GET"])
    app.add_route("/_twin/faults", get_faults, methods=["GET"])
    app.add_route("/_twin/faults", set_faults, methods=["POST"])
    app.add_route("/_twin/reset", reset, methods=["POST"])
    app.add_route("/_twin/webhooks/tick", tick, methods=["POST"])
    app.add_route("/_twin/edit", post_edit, methods=["POST"])


def _json(status: int, value: object) -> Response:
    return Response(encode(value), status, media_type=JSON)
