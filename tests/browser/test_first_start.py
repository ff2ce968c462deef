"""The product as it is started the first time: a process, the link on its console, and a browser."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from orderbridge.core.serving import free_port
from orderbridge.store import migrate
from support.desk import PASSWORD
from support.patience import PATIENCE_S
from support.postgres import ScratchPostgres
from support.worker_process import WorkerProcess


async def from_the_link_to_an_order(page: Page) -> None:
    """Everything by clicking: the owner's account, the sandbox, a template, an order and its page."""
    await page.get_by_label("Name").fill("ada@office.test")
    await page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await page.get_by_role("button", name="Try without accounts").click()
    await page.get_by_role("button", name="Go on to the templates").click()
    await page.get_by_role("button", name="Switch them on").click()
    await page.get_by_role("button", name="Go on to the first order").click()
    await page.get_by_role("button", name="Order something", exact=True).click()
    await page.get_by_role("link", name="See your first order").click()
    await expect(page.get_by_text("Both sides agree")).to_be_visible()


async def test_from_the_link_on_the_console_to_a_carried_over_order_and_a_sandbox_that_ends_with_its_server(
    browser: Browser, scratch_postgres: ScratchPostgres, tmp_path: Path
) -> None:
    database, port, log = (
        await scratch_postgres.fresh_database(migrate.upgrade),
        free_port(),
        tmp_path / "log",
    )
    environment = {
        "ORDERBRIDGE_DATABASE_URL": database,
        "ORDERBRIDGE_DATA_DIR": str(tmp_path / "data"),
        "ORDERBRIDGE_PORT": str(port),
    }
    product = await WorkerProcess.start(environment, log, role="all")
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE_S * 1000)
    expect.set_options(timeout=PATIENCE_S * 1000)
    page = await context.new_page()
    try:
        await product.said("to make the owner's account")
        link = re.search(r"Open (\S+) to make the owner's account", product.messages())
        assert link is not None, product.messages()
        await page.goto(link[1])
        await from_the_link_to_an_order(page)

        await page.goto("about:blank")
        await product.stop()
        product = await WorkerProcess.start(environment, log, role="all")
        await product.ready()
        await page.goto(f"http://127.0.0.1:{port}/")
        await expect(page.get_by_text("The sandbox has ended", exact=True)).to_be_visible()
        await expect(page.get_by_test_id("line")).to_have_count(0)
        await page.get_by_role("button", name="Start a new sandbox").click()
        await expect(page.get_by_role("heading", name="What both accounts let us do")).to_be_visible()
    finally:
        await context.close()
        await product.kill()
        await scratch_postgres.drop(database)
