"""Pages looked at in both themes, on a desk and on a phone: who is kept out, and what is wider than the window."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import expect

from support.desk import Desk

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
# What a desk of 1280 pixels has at a zoom of 200 %.
ZOOMED = (640, 450)
_SCREENSHOTS = os.environ.get("ORDERBRIDGE_SCREENSHOTS")
# Of a table that stands as cards: whose name of a column is higher than its cell covers the next one.
_COVERED = """
() => [...document.querySelectorAll(".stacked td, .stacked tbody th")]
  .filter((cell) => cell.scrollHeight > cell.clientHeight + 1)
  .map((cell) => cell.dataset.label)
"""
_TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


async def look(desk: Desk, name: str) -> list[str]:
    """Return the faults of the page as it is now, which stays as it was; nothing where there are none.

    With ``ORDERBRIDGE_SCREENSHOTS`` set to a folder, a picture of each theme and size is written there by the name.
    """
    page, faults = desk.page, []
    before = page.viewport_size
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for number, theme in enumerate(THEMES):
            # Nothing moves, so that nothing is judged while its colours change.
            await page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
            await expect(page.get_by_role("status").filter(has_text="Reading")).to_have_count(0)
            found = await desk.serious_faults(colours_only=number > 0)
            faults += [f"{name}, {theme}, {size}: {fault}" for fault in found]
            if _SCREENSHOTS:
                # What stays in its place while the page moves stands where it belongs then.
                await page.evaluate("window.scrollTo(0, 0)")
                Path(_SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                await page.screenshot(path=f"{_SCREENSHOTS}/{name}-{theme}-{size}.png", full_page=True)
        faults += await _width(desk, f"{name}, {size}")
        covered = await page.evaluate(_COVERED)
        faults += [f"{name}, {size}: what stands under {label!r} is covered" for label in covered]
    await page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    faults += await _width(desk, f"{name}, zoomed")
    if before:
        await page.set_viewport_size(before)
    return faults


async def everywhere(desk: Desk, pages: Mapping[str, str]) -> list[str]:
    """Return the faults of pages, given as names with their paths; nothing where there are none."""
    faults = []
    for name, path in pages.items():
        await desk.open(path)
        await desk.page.get_by_role("heading", level=1).wait_for()
        faults += await look(desk, name)
    return faults


async def _width(desk: Desk, where: str) -> list[str]:
    wide = await desk.page.evaluate(_TOO_WIDE)
    return [f"{where}: {wide} pixels wider than the window"] if wide > 0 else []
