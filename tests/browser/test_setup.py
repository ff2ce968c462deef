"""Setting up by clicking only: from nothing to the page of the first order that is on both sides."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from orderbridge.access import names
from support.desk import Desk, seated
from support.looks import everywhere, look
from support.world import MakeWorld


async def begin(desk: Desk) -> Page:
    """Sign up, and start the sandbox from the first page."""
    page = desk.page
    await desk.sign_up()
    await page.get_by_role("button", name="Try without accounts").click()
    await expect(page.get_by_role("heading", name="What both accounts let us do")).to_be_visible()
    return page


async def choose_templates(page: Page) -> None:
    await page.get_by_role("button", name="Go on to the templates").click()
    await expect(page.get_by_role("checkbox", name="HighLevel orders into Act!")).to_be_checked()
    await expect(page.get_by_text("Create these in sandbox-act")).to_be_visible()


async def switch_on(page: Page) -> None:
    await page.get_by_role("button", name="Switch them on").click()
    await expect(page.get_by_role("heading", name="Try it, without writing anything")).to_be_visible()


async def test_from_nothing_to_the_page_of_the_first_order_by_clicking_only(empty_desk: Desk) -> None:
    page = await begin(empty_desk)
    await choose_templates(page)
    await switch_on(page)
    await page.get_by_role("button", name="Show what it would write").click()
    await expect(page.get_by_text("Would be carried over").first).to_be_visible()
    await page.get_by_role("button", name="Go on to the first order").click()
    await page.get_by_role("button", name="Order something", exact=True).click()
    await page.get_by_role("link", name="See your first order").click()
    await expect(page.get_by_role("heading", name="Money, line by line")).to_be_visible()
    await expect(page.get_by_text("Both sides agree")).to_be_visible()


async def test_who_leaves_in_the_middle_goes_on_where_it_was(empty_desk: Desk) -> None:
    page = await begin(empty_desk)
    await empty_desk.open("/setup")
    await expect(page.get_by_role("heading", name="What both accounts let us do")).to_be_visible()
    await choose_templates(page)
    await empty_desk.open("/orders")
    await page.get_by_role("link", name="Set-up", exact=True).click()
    await expect(page.get_by_role("heading", name="What shall be carried over?")).to_be_visible()
    await switch_on(page)
    # Another browser knows nothing of the choices; the server's state is enough.
    await page.evaluate("localStorage.removeItem('orderbridge-setup')")
    await empty_desk.open("/setup")
    await expect(page.get_by_role("heading", name="Try it, without writing anything")).to_be_visible()


async def test_a_template_is_enabled_with_settings_and_shows_where_it_is_on(empty_desk: Desk) -> None:
    page = await begin(empty_desk)
    await page.get_by_role("link", name="Templates", exact=True).click()
    await page.get_by_role("link", name="HighLevel orders into Act!").click()
    await expect(page.get_by_role("heading", name="What it does")).to_be_visible()
    await page.get_by_label("Name of the opportunity").fill("Sale {event.id}")
    await page.get_by_label("Refunded", exact=True).first.select_option("Inactive")
    await page.get_by_role("button", name="Remove row 1 of Tasks after a fulfilment").click()
    await expect(page.get_by_text("Create these in sandbox-act")).to_be_visible()
    await page.get_by_role("button", name="Switch it on").click()
    await expect(page.get_by_text("HighLevel orders into Act!: switched on")).to_be_visible()
    await expect(page.get_by_text("sandbox-highlevel and sandbox-act (sandbox)")).to_be_visible()
    rows = await empty_desk.world.rows(
        "SELECT v.definition::text AS text FROM flow_versions v JOIN flows f ON f.id = v.flow_id WHERE f.enabled"
    )
    text = " ".join(row["text"] for row in rows)
    assert "Sale {event.id}" in text
    assert "Inactive" in text
    assert "Check that the parcel arrived" not in text
    # Whoever opens it again finds what was decided.
    await page.reload()
    await expect(page.get_by_label("Name of the opportunity")).to_have_value("Sale {event.id}")
    await expect(page.get_by_label("Refunded", exact=True).first).to_have_value("Inactive")
    await expect(page.get_by_role("button", name="Remove row 1 of Tasks after a fulfilment")).to_have_count(0)


async def test_what_has_to_be_decided_is_asked_for_before_anything_is_enabled(empty_desk: Desk) -> None:
    page = await begin(empty_desk)
    await empty_desk.open("/templates/act-leads-to-invoices")
    button = page.get_by_role("button", name="Switch it on")
    await expect(page.get_by_text("Still to be given: Product, Price.")).to_be_visible()
    await expect(button).to_be_disabled()
    # Both are picked from the account: the price among those of the product.
    await page.get_by_role("combobox", name="Product").click()
    await page.get_by_role("option").locator("visible=true").first.click()
    await page.get_by_role("combobox", name="Price").click()
    await page.get_by_role("option", name="USD").locator("visible=true").first.click()
    await expect(button).to_be_enabled()
    assert await empty_desk.serious_faults() == []
    # What cannot be picked is typed, and is shown as such when it is opened again.
    await page.get_by_role("button", name="Type Price instead").click()
    await page.get_by_role("textbox", name="Price").fill("6a1b2c3d4e5f60718293a4e2")
    await button.click()
    await expect(page.get_by_text(": switched on")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("combobox", name="Price")).to_have_value(
        "6a1b2c3d4e5f60718293a4e2 (not found in the account)"
    )


async def test_a_sandbox_is_ended_and_begun_anew(empty_desk: Desk) -> None:
    page = await begin(empty_desk)
    await page.get_by_role("button", name="Sandbox or accounts").click()
    await page.get_by_role("button", name="End the sandbox").click()
    await page.get_by_role("button", name="End it").click()
    await expect(page.get_by_text("The last sandbox does not run any more")).to_be_visible()
    await page.get_by_role("button", name="Try without accounts").click()
    await expect(page.get_by_role("heading", name="What both accounts let us do")).to_be_visible()
    await expect(page.get_by_role("heading", name="sandbox-highlevel-2")).to_be_visible()


async def test_a_bookkeeper_reads_the_templates_and_finds_no_button_that_enables_one(
    empty_desk: Desk,
) -> None:
    page = empty_desk.page
    await empty_desk.sign_up()
    await empty_desk.context.clear_cookies()
    await empty_desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await expect(page.get_by_role("link", name="Set-up", exact=True)).to_have_count(0)
    await empty_desk.open("/setup")
    await expect(page.get_by_text("Setting up is for owners")).to_be_visible()
    await empty_desk.open("/templates/orders-to-opportunities")
    await expect(page.get_by_role("heading", name="What it does")).to_be_visible()
    await expect(page.get_by_role("button", name="Switch it on")).to_have_count(0)


async def test_a_live_pair_goes_live_after_every_check_and_its_first_order_is_led_to(
    browser: Browser, make_world: MakeWorld
) -> None:
    async with (
        make_world(flows=()) as world,
        world.working(),
        world.hooks() as url,
        seated(browser, world, url) as desk,
    ):
        await world.rows("UPDATE connections SET mode = 'live'")
        await world.sell(1, outcome="paid")
        page = desk.page
        await desk.sign_up()
        await page.get_by_role("link", name="Go on with the set-up").click()
        await page.get_by_role("button", name="Go on to the templates").click()
        await page.get_by_role("button", name="Publish them, off until they go live").click()
        await expect(page.get_by_text("has to be tried before it goes live")).to_be_visible()
        await page.get_by_role("button", name="Go on to going live").click()
        # Nobody has seen what it would do, nor said who is told when something goes wrong.
        await expect(page.get_by_text("5 of 13 checks: something is to be done first")).to_be_visible()
        await expect(page.get_by_role("button", name="Go live", exact=True)).to_have_count(0)
        await page.get_by_role("button", name="Try it now, without writing").click()
        await page.get_by_role("button", name="Try all").click()
        await expect(page.get_by_text("Would be carried over").first).to_be_visible()
        await page.get_by_role("button", name="Go on to going live").click()
        await expect(page.get_by_text("1 of 13 checks: something is to be done first")).to_be_visible()
        # Decided right here: no check sends its reader to a command line.
        await expect(page.get_by_role("main")).not_to_contain_text("'orderbridge ")
        assert await look(desk, "going-live") == []
        await page.get_by_role("button", name="Tell nobody").click()
        await expect(page.get_by_text("All 13 checks have passed.")).to_be_visible()
        assert await world.rows("SELECT 1 FROM flows WHERE enabled") == []
        await page.get_by_role("button", name="Go live", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Go live", exact=True).click()
        await expect(page.get_by_text("Waiting for the first order")).to_be_visible()
        [order] = (await world.sell(1, outcome="paid", webhooks=True))["orders"]
        await page.get_by_role("link", name="See your first order").click()
        await expect(page).to_have_url(f"{url}/orders/{order}")
        await expect(page.get_by_text("Both sides agree")).to_be_visible()


@pytest.mark.slow
async def test_nobody_is_kept_out_of_the_set_up_in_either_theme_or_size(empty_desk: Desk) -> None:
    desk, page = empty_desk, empty_desk.page
    await desk.sign_up()
    faults = await look(desk, "home-empty")
    await page.get_by_role("link", name="Connect my accounts").click()
    await expect(page.get_by_role("heading", name="Connect HighLevel")).to_be_visible()
    faults += await look(desk, "setup-highlevel")
    await page.get_by_role("button", name="Sandbox or accounts").click()
    faults += await look(desk, "setup-choose")
    await page.get_by_role("button", name="Try without accounts").click()
    await expect(page.get_by_role("heading", name="What both accounts let us do")).to_be_visible()
    faults += await look(desk, "setup-checks")
    await choose_templates(page)
    await page.get_by_role("button", name="Settings of HighLevel orders into Act!").click()
    await page.get_by_role("checkbox", name="Contacts in both directions").first.check()
    faults += await look(desk, "setup-templates")
    await page.get_by_role("checkbox", name="Contacts in both directions").first.uncheck()
    await switch_on(page)
    await page.get_by_role("button", name="Show what it would write").click()
    await expect(page.get_by_text("Would be carried over").first).to_be_visible()
    faults += await look(desk, "setup-try")
    await page.get_by_role("button", name="Go on to the first order").click()
    await page.get_by_role("button", name="Order something", exact=True).click()
    await expect(page.get_by_role("link", name="See your first order")).to_be_visible()
    faults += await look(desk, "setup-live")
    faults += await everywhere(
        desk,
        {
            "templates": "/templates",
            "template": "/templates/orders-to-opportunities",
            "template-to-be-decided": "/templates/act-leads-to-invoices",
            "home-sandbox": "/",
        },
    )
    assert faults == []
