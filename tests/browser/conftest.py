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
from playwright.async_api import Browser, async_playwright

from support.desk import Desk, seated
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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window; every desk is a context of its own in it, as if it were another computer."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        try:
            yield opened
        finally:
            await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, make_world: MakeWorld) -> AsyncIterator[Desk]:
    """A page before a fresh world; whatever the page complains of fails the test."""
    async with make_world() as world, world.hooks() as url, seated(browser, world, url) as there:
        yield there


@pytest_asyncio.fixture(loop_scope="session")
async def empty_desk(browser: Browser, make_world: MakeWorld) -> AsyncIterator[Desk]:
    """A page before a product that was just installed: nothing is connected; what comes in is worked on."""
    async with (
        make_world(connected=False) as world,
        world.working(),
        world.hooks() as url,
        seated(browser, world, url) as there,
    ):
        yield there


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs a browser in one event loop, as the browser does; skip it where there is none, and say why."""
    reason = missing()
    here = os.fspath(Path(__file__).parent)
    for item in items:
        if not os.fspath(item.path).startswith(here):
            continue
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
