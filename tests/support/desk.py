"""Somebody before the pages, in a real browser, with the world behind them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, expect

from orderbridge.access import invitations, names
from orderbridge.core.business_day import day_of, zone_of
from support.world import World

PASSWORD = "four plain words together"
# Of the made-up location.
ZONE = "America/New_York"
# What the builder says once the server has everything.
SAVED = re.compile("^(Draft saved|As published)")
_PATIENCE_MS = 60_000
_UI = Path(__file__).parents[2] / "ui"
COMMANDS = json.loads((_UI / "src" / "features" / "commands" / "commands.json").read_text(encoding="utf-8"))
_COMMAND = re.compile(rf"orderbridge ({'|'.join(re.escape(item['command']) for item in COMMANDS)})(?![\w-])")
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Desk:
    """Somebody before the pages, and the world behind them."""

    world: World
    url: str
    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go to a page of ours."""
        await self.page.goto(self.url + path)

    async def sign_up(self, role: str = names.OWNER, name: str = "ada@office.test") -> None:
        """Make an account with a one-time link, as a person would."""
        await self.open(f"/join#{await self.link(role, name)}")
        await self.page.get_by_label("Name").wait_for()
        if await self.page.get_by_label("Name").is_editable():
            await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        await self.page.get_by_role("button", name="Make the account").click()
        await expect(self.page.get_by_role("heading", name="Home", exact=True)).to_be_visible()

    async def sign_in_again(self) -> None:
        """Go through the door that stands over a page whose session has ended."""
        door = self.page.get_by_role("dialog", name="Sign in again")
        await door.get_by_label("Password").first.fill(PASSWORD)
        await door.get_by_role("button", name="Sign in").click()
        await expect(door).to_have_count(0)

    async def link(self, role: str, name: str) -> str:
        """What stands behind the # of a one-time link."""
        application = self.world.application
        return (await invitations.invite(application.db, application.clock, name, role)).word

    async def carry(self, count: int) -> list[str]:
        """Sell orders and carry them over."""
        sold = await self.world.sell(count)
        await self.world.poll()
        await self.world.work_until_idle()
        return list(sold["orders"])

    @property
    def today(self) -> str:
        """The business's own day, where the location is."""
        now = self.world.application.clock.now()
        return day_of(now, zone_of(ZONE)).isoformat()

    async def serious_faults(self, *, colours_only: bool = False) -> list[str]:
        """What keeps people out of the page as it is now: axe's serious and critical findings.

        Args:
            colours_only: Look only at what another theme may change.
        """
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate(
            "async (rules) => (await axe.run(document, {resultTypes: ['violations'], ...rules})).violations",
            {"runOnly": {"type": "rule", "values": _OF_COLOURS}} if colours_only else {},
        )
        return await self.commands_shown() + [
            f"{item['id']}: {item['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for item in found
            if item["impact"] in ("serious", "critical")
            for node in item["nodes"][:3]
        ]

    async def commands_shown(self) -> list[str]:
        """Commands that the page tells somebody to type, though another page does the same."""
        if await self.page.get_by_role("navigation", name="Pages").count() == 0:
            # Nobody is signed in, so there is no page to go to.
            return []
        text = await self.page.evaluate("document.body.innerText")
        return [
            f"a page does it too: {text[found.start() : found.end() + 40]!r}"
            for found in _COMMAND.finditer(text)
        ]


@asynccontextmanager
async def seated(browser: Browser, world: World, url: str) -> AsyncIterator[Desk]:
    """Somebody before a page of a world."""
    # The reader's zone and language are fixed, so that a test says the same everywhere.
    context = await browser.new_context(
        locale="en-US", timezone_id="Europe/Vienna", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    page = await context.new_page()
    there = Desk(world, url, context, page)
    page.on("pageerror", lambda error: there.errors.append(str(error)))
    try:
        yield there
        shown = await there.commands_shown()
    finally:
        # A page that stays open holds its stream, and with it the server.
        await context.close()
    assert there.errors == []
    assert shown == []
