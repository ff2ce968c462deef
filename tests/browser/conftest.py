"""A real browser, the real server, and both twins.

The pages have to be built (``make ui``), and the system's Chromium be installed; where one is missing the tests say so
and are skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from support.desk import Desk
from support.world import MakeWorld

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    # In a container there is often no name space to hide in; nothing but our own server is ever opened.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_PATIENCE_MS = 60_000


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return next((found for name in _CHROMIUM if (found := shutil.which(name))), None)


def missing() -> str | None:
    """Why no page can be tried here; None where it can."""
    if chromium() is None:
        return "no Chromium is installed; on Debian and Ubuntu: apt install chromium"
    if not files("orderbridge.api").joinpath("static", "index.html").is_file():
        return "the web app is not built; 'make ui' builds it"
    return None


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        try:
            yield opened
        finally:
            await opened.close()


@pytest_asyncio.fixture
async def desk(browser: Browser, make_world: MakeWorld) -> AsyncIterator[Desk]:
    """A page before a fresh world; whatever the page complains of fails the test."""
    async with make_world() as world, world.hooks() as url:
        # The reader's zone and language are fixed, so that a test says the same everywhere.
        context = await browser.new_context(
            locale="en-US", timezone_id="Europe/Vienna", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        page = await context.new_page()
        there = Desk(world, url, context, page)
        page.on("pageerror", lambda error: there.errors.append(str(error)))
        yield there
        await context.close()
        assert there.errors == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say what to install."""
    reason = missing()
    here = os.fspath(Path(__file__).parent)
    for item in items:
        if reason and os.fspath(item.path).startswith(here):
            item.add_marker(pytest.mark.skip(reason=reason))
