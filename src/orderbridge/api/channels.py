"""``/api/channels``: where messages to your own people go; the same as ``orderbridge notify``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from orderbridge.api import bodies, problems
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.automation import alerting, channel_use
from orderbridge.core.ids import random_id
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.store import channels, digests

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422), problems.RESPONSE)


class NewChannel(BaseModel):
    """A channel to be added.

    Attributes:
        name: As flows call it.
        url: An Apprise URL: address and credentials in one. It is kept encrypted and never shown again.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    url: SecretStr = Field(min_length=1, max_length=4000)


class ChannelAdded(BaseModel):
    """A channel."""

    name: str
    service: str


class ChannelRow(BaseModel):
    """A channel, never its address.

    Attributes:
        held_back: How many repeats of messages were held back since.
        flows: Names of the published flows that send through it, and are held without it.
        alerts: Whether alerts go through it.
    """

    name: str
    service: str
    created_at: datetime
    last_sent_at: datetime | None
    held_back: int
    flows: list[str]
    alerts: bool


class MessageRow(BaseModel):
    """A grouped message.

    Attributes:
        channel: Null where it was removed.
        state: ``open`` while it gathers lines.
        entries: How many lines it has.
        reason: Why it was not sent.
    """

    title: str
    key: str
    channel: str | None
    state: str
    due_at: datetime
    settled_at: datetime | None
    attempts: int
    reason: str | None
    entries: int


class Tested(BaseModel):
    """What became of a test message."""

    taken: bool


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: Has the channels.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(
        prefix="/api/channels",
        dependencies=[Depends(guard)],
        tags=["messages"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )
    _add_reading(routes, runtime)
    _add_changing(routes, runtime)
    return routes


def _add_reading(routes: APIRouter, runtime: Runtime) -> None:
    @routes.get("", summary="List the channels", responses={200: {"model": list[ChannelRow]}})
    async def every() -> Response:
        async with runtime.db.read() as tx:
            used, told = await channel_use.by_channel(tx), (await alerting.used(tx) or {}).get("name")
            rows = await channels.every(tx)
        return bodies.answer(
            [row | {"flows": used.get(row["name"], []), "alerts": row["name"] == told} for row in rows]
        )

    @routes.get(
        "/messages",
        summary="List grouped messages that gather or wait, and what became of the others of the last days",
        responses={200: {"model": list[MessageRow]}},
    )
    async def messages(days: Annotated[int, Query(ge=1, le=31)] = 7) -> Response:
        async with runtime.db.read() as tx:
            found = await digests.every(tx, since=runtime.clock.now() - timedelta(days=days))
        # The key of a message is no secret, whatever its name looks like.
        return bodies.answer([redact(row) for row in found])


def _add_changing(routes: APIRouter, runtime: Runtime) -> None:
    @routes.post(
        "",
        summary="Add a channel by its Apprise URL; nothing is sent yet",
        status_code=201,
        responses={201: {"model": ChannelAdded}},
    )
    async def add(given: NewChannel) -> Response:
        service = await runtime.notices.add(given.name, given.url.get_secret_value().strip(), random_id)
        return bodies.answer({"name": given.name, "service": service}, status=201)

    @routes.post(
        "/{name:path}/test",
        summary="Send a test message through a channel",
        responses={200: {"model": Tested}},
    )
    async def test(name: str) -> Response:
        await runtime.notices.test(name)
        return bodies.answer({"taken": True})

    @routes.delete(
        "/{name:path}", summary="Forget a channel; flows that name it are then held", status_code=204
    )
    async def remove(name: str) -> Response:
        async with runtime.db.begin() as tx:
            await channels.remove(tx, name)
        return Response(status_code=204)
