"""Signing in at the HighLevel twin: our served address, a marketplace app, and browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from orderbridge.accounts import agencies as agency_rooms
from orderbridge.accounts import oauth
from orderbridge.accounts.oauth import Begun
from orderbridge.core.ids import random_id
from orderbridge.core.serving import free_port
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, apps, connections
from orderbridge.store.agencies import Agency
from orderbridge.store.apps import App
from orderbridge.store.connections import Connection
from support.world import MakeWorld, World

AGENCY = "umbrella"


@dataclass
class Browser:
    """Somebody's browser: it follows redirects and keeps cookies."""

    http: aiohttp.ClientSession
    seen: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    async def go(self, url: str) -> tuple[int, str]:
        """Open ``url`` and return the status and the text of the page where that leads."""
        async with self.http.get(URL(url, encoded=True)) as answer:
            text = await answer.text()
            self.seen = [str(step.url) for step in answer.history] + [str(answer.url)]
            self.headers = dict(answer.headers)
            return answer.status, text


@dataclass
class Desk:
    """A world whose product is served at its public address, with a marketplace app."""

    world: World
    url: str
    app: App

    @property
    def runtime(self) -> Runtime:
        return self.world.application.runtime

    @property
    def location(self) -> str:
        return str(self.world.sandbox.ghl.location_id)

    @property
    def other_location(self) -> str:
        return str(self.world.sandbox.ghl.other_location_id)

    @property
    def location_of_agency(self) -> str:
        """A location that nothing is connected to yet; the app is put into it."""
        self.world.sandbox.ghl.installed.add(self.other_location)
        return self.other_location

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Browser(http)

    async def begin(self, name: str, **more: Any) -> Begun:
        """Prepare a sign-in."""
        return await oauth.begin(
            self.runtime, self.app, public_url=self.url, name=name, mode=more.pop("mode", "sandbox"), **more
        )

    async def sign_in(self, name: str, **more: Any) -> tuple[int, str]:
        """Sign in with a new browser and return what its last page says."""
        begun = await self.begin(name, **more)
        async with self.browser() as browser:
            return await browser.go(begun.open_url)

    async def consent(self, **choice: Any) -> None:
        """Choose what the person on HighLevel's page does from now on."""
        await self.world.control("ghl", "oauth/consent", choice)

    async def agency(self, **more: Any) -> Agency:
        """Connect the twin's agency."""
        await self.consent(user_type="Company")
        status, text = await self.sign_in(AGENCY, agency=True, **more)
        assert status == 200, text
        await self.consent()
        async with self.world.db.begin() as tx:
            found = await agencies.find(tx, AGENCY)
        assert found is not None
        return found

    async def connect(self, agency: Agency, location_id: str, name: str) -> Connection:
        """Connect a location of an agency."""
        await agency_rooms.connect_location(self.runtime, agency, location_id, name=name)
        return await self.connection(name)

    async def connection(self, name: str) -> Connection:
        """Return a connection as it is stored now."""
        async with self.world.db.begin() as tx:
            found = await connections.find(tx, name)
        assert found is not None, f"no connection {name}"
        return found

    async def named(self) -> set[str]:
        """The names of all HighLevel connections."""
        rows = await self.world.rows("SELECT name FROM connections WHERE system = 'ghl'")
        return {row["name"] for row in rows}

    async def token_requests(self) -> int:
        """Count the requests for tokens that the twin has had, answered or not."""
        found = (await self.world.control("ghl", "truth?only=requests"))["requests"]
        return sum(found.get("POST /oauth/token", {}).values())


@asynccontextmanager
async def open_desk(make_world: MakeWorld, **options: Any) -> AsyncIterator[Desk]:
    """Open a world, serve it, and store the twin's app."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with make_world(**({"flows": (), "public_url": url} | options)) as world:
        details = world.sandbox.details
        async with world.db.begin() as tx:
            app = await apps.keep(
                tx,
                world.application.runtime.box,
                random_id,
                client_id=details["oauth_client_id"],
                config={
                    "base_url": details["ghl_url"],
                    "authorize_url": f"{details['ghl_url']}/v2/oauth/chooselocation",
                    "webhook_key_pem": details["webhook_public_key_pem"],
                },
                client_secret=details["oauth_client_secret"],
            )
        async with world.hooks(port=port) as served:
            yield Desk(world, served, app)
