"""The demo's twins and server, as the story uses them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from rich.progress import Progress

from orderbridge.api.status import snapshot
from orderbridge.app import Application
from orderbridge.cli.demo.truth import Truth, compare
from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import events, inbox, writes

_PATIENCE_S = 240.0
LOOK_S = 0.25


class World:
    """The running demo: twins, server, and our own view of the database."""

    def __init__(
        self, application: Application, http: aiohttp.ClientSession, details: JsonObject, url: str
    ) -> None:
        self.application, self.http, self.details, self.url = application, http, details, url
        self.act_root = details["act_url"].removesuffix("/act.web.api")

    async def control(self, side: str, path: str, body: JsonObject | None = None) -> Any:
        """Use a twin's controls: ``GET`` without a body, else ``POST``."""
        root = self.details["ghl_url"] if side == "ghl" else self.act_root
        method = "GET" if body is None else "POST"
        data = None if body is None else jsonio.encode(body)
        headers = {"Content-Type": "application/json"}
        async with self.http.request(method, f"{root}/_twin/{path}", data=data, headers=headers) as answer:
            raw = await answer.read()
            if answer.status >= 300:
                raise SetupError(
                    f"the {side} twin answered {answer.status} to {path}: {raw[:200]!r}", cause="demo.twin"
                )
            return jsonio.decode(raw)

    async def truth(self) -> Truth:
        """Count both twins over HTTP."""
        return compare(await self.control("ghl", "truth"), await self.control("act", "truth"))

    async def desk(self, entity: str, record_id: str | None = None, **order: Any) -> str:
        """Let somebody do something in Act!; returns the record."""
        made = await self.control("act", "edit", {"entity": entity, "id": record_id} | order)
        return str(made["id"])

    async def person(self, number: int) -> str:
        """Let somebody add a contact to Act! whom HighLevel does not know."""
        fields = {
            "firstName": "Mary",
            "lastName": f"Walk-in {number + 1}",
            "emailAddress": f"walk-in-{number + 1}@customers.test",
            "businessPhone": f"+1415555{number:04d}",
        }
        return await self.desk("contacts", fields=fields)

    async def calls(self) -> dict[str, int]:
        """How many calls each twin has answered."""
        ghl = (await self.control("ghl", "truth?only=requests"))["requests"]
        act = (await self.control("act", "truth?only=requests"))["requests"]
        return {
            "HighLevel": sum(
                count for label, counts in ghl.items() if "_twin" not in label for count in counts.values()
            ),
            "Act!": act["total"],
        }

    async def numbers(self) -> JsonObject:
        """The server's own numbers; what a report states is counted row by row, and not estimated."""
        status = await snapshot(self.application.db, now=self.application.clock.now())
        async with self.application.db.read() as tx:
            return status | {
                "deliveries": await inbox.counts(tx),
                "events": await events.counts(tx),
                "verdicts": await writes.verdicts(tx),
            }

    async def settled(self, progress: Progress, task: Any, *, total: int | None = None) -> None:
        """Wait until nothing is on its way and nothing is in work."""
        clock = asyncio.get_running_loop()
        deadline_s = clock.time() + _PATIENCE_S
        quiet = 0
        while quiet < 2:
            if clock.time() > deadline_s:
                raise SetupError("the demo did not come to rest; the log says why", cause="demo.stuck")
            await asyncio.sleep(LOOK_S)
            status = await snapshot(self.application.db, now=self.application.clock.now())
            hooks = (await self.control("ghl", "truth?only=webhooks"))["webhooks"]["pending"]
            busy = status["lanes_open"] + max(hooks, 0)
            done = sum(status["runs"].values())
            progress.update(task, completed=done, total=total or max(done + busy, 1))
            quiet = 0 if busy else quiet + 1
