"""Pages looked at in both themes, on a desk and on a phone: who is kept out, and what is wider than the window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import expect

from support.desk import Desk

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
_SCREENSHOTS = os.environ.get("ORDERBRIDGE_SCREENSHOTS")


async def everywhere(desk: Desk, paths: Sequence[str]) -> dict[str, list[str]]:
    """Return the faults of pages by page, theme and size; nothing where there are none."""
    page = desk.page
    faults: dict[str, list[str]] = {}
    for theme in ("light", "dark"):
        await page.evaluate(f"localStorage.setItem('mantine-color-scheme-value', '{theme}')")
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            for path in paths:
                await desk.open(path)
                await page.get_by_role("heading", level=1).wait_for()
                await expect(page.get_by_role("status").filter(has_text="Reading")).to_have_count(0)
                found = await desk.serious_faults()
                wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                if wide > 0:
                    found.append(f"{wide} pixels wider than the window")
                if found:
                    faults[f"{path}, {theme}, {size}"] = found
                if _SCREENSHOTS:
                    name = path.strip("/").replace("/", "-").replace("%40", "-").lower()
                    Path(_SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                    await page.screenshot(path=f"{_SCREENSHOTS}/{name}-{theme}-{size}.png")
    return faults
