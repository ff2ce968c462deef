"""A bare HTTP client for the HighLevel twin: it shares nothing with our connector."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from orderbridge.core import jsonio
from orderbridge.core.clock import Clock, ManualClock
from orderbridge.emulators.ghl.app import create_ghl_app
from orderbridge.emulators.ghl.faults import GhlFaults
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.seeds.ghl_history import seeded_ghl_world
from orderbridge.emulators.server import run_app

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Reply:
    status: int
    data: Any
    headers: dict[str, str]
    raw: bytes


class Twin:
    def __init__(self, url: str, world: GhlWorld, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.world = world
        self.session = session
        self.alt = {"altId": world.location_id, "altType": "location"}

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        token: str | None = "pit",
        version: str | None = "2021-07-28",
        raw: bytes | None = None,
        form: dict[str, str] | None = None,
    ) -> Reply:
        headers = {}
        if token is not None:
            headers["Authorization"] = f"Bearer {self.world.pit_token if token == 'pit' else token}"
        if version is not None:
            headers["Version"] = version
        data: Any = form
        if form is None and (body is not None or raw is not None):
            headers["Content-Type"] = "application/json"
            data = raw if raw is not None else jsonio.encode(body)
        params = {name: str(value) for name, value in (query or {}).items()}
        async with self.session.request(
            method, self.url + path, params=params, data=data, headers=headers, allow_redirects=False
        ) as answer:
            content = await answer.read()
            is_json = answer.content_type == "application/json" and content
            return Reply(
                answer.status,
                jsonio.decode(content) if is_json else None,
                {name.lower(): value for name, value in answer.headers.items()},
                content,
            )

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.call("GET", path, query=self.alt | query)

    async def post(self, path: str, **body: Any) -> Reply:
        return await self.call("POST", path, self.alt | body)

    async def control(self, path: str, **body: Any) -> Any:
        reply = await self.call("POST", f"/_twin/{path}", body, token=None, version=None)
        assert reply.status < 300, reply.data
        return reply.data

    async def truth(self) -> Any:
        return (await self.call("GET", "/_twin/truth", token=None, version=None)).data

    async def log(self) -> Any:
        return (await self.call("GET", "/_twin/webhooks/log", token=None, version=None)).data


@asynccontextmanager
async def running_twin(
    *, clock: Clock | None = None, webhook_url: str | None = None, **switches: Any
) -> AsyncIterator[Twin]:
    # A stopped clock never opens a new window, so the budget is out of the way unless a test sets it.
    faults = GhlFaults(**{"rate_burst": 1_000_000, "rate_daily": 1_000_000, **switches})
    world = seeded_ghl_world(clock=clock or ManualClock(NOW), webhook_url=webhook_url, faults=faults)
    async with run_app(create_ghl_app(world)) as url, aiohttp.ClientSession() as session:
        try:
            yield Twin(url, world, session)
        finally:
            await world.close()


def reference() -> Path:
    """The folder of HighLevel's own descriptions; tests that need it are skipped where it is absent."""
    given = os.environ.get("ORDERBRIDGE_REFERENCE")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "reference"
    if not (folder / "ghl-openapi").is_dir():
        pytest.skip(
            "HighLevel's OpenAPI descriptions are not here; set ORDERBRIDGE_REFERENCE to their folder"
        )
    return folder


INVOICE_ITEM = {"name": "Consulting", "currency": "USD", "amount": 100, "qty": 1}


def invoice_body(world: GhlWorld, **changes: Any) -> dict[str, Any]:
    contact = next(row for row in world.contacts if row.get("email") and row.get("phone"))
    body = {
        "altId": world.location_id,
        "altType": "location",
        "name": "Deal 4711",
        "businessDetails": {"name": "Cedar & Clay Studio"},
        "currency": "USD",
        "items": [INVOICE_ITEM],
        "discount": {"type": "percentage", "value": 0},
        "contactDetails": {
            "id": contact["id"],
            "name": f"{contact['firstName']} {contact['lastName']}",
            "phoneNo": contact["phone"],
            "email": contact["email"],
        },
        "issueDate": "2026-03-02",
        "sentTo": {"email": [contact["email"]]},
        "liveMode": False,
    }
    return body | changes
