"""Connecting accounts on the pages, and what is done about one that does not let us in any more."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from orderbridge.access import names
from support.desk import Desk, seated
from support.looks import everywhere, look
from support.sign_in import open_desk
from support.world import ACT, GHL, MakeWorld


async def test_a_location_is_connected_by_the_form_and_what_was_typed_stays_when_it_is_refused(
    desk: Desk,
) -> None:
    page, twin = desk.page, desk.world.sandbox.ghl
    await desk.sign_up()
    await page.get_by_role("link", name="Connections").click()
    await page.get_by_role("link", name="Connect an account").click()
    await expect(page.get_by_text("payments/orders.readonly").first).to_be_visible()
    form = page.locator("form").filter(has=page.get_by_label("Private integration token")).first
    await form.get_by_label("Your name for it").fill("second shop")
    await form.get_by_label("Location id").fill(twin.other_location_id)
    await form.get_by_label("Private integration token").fill("pit-00000000-0000-4000-8000-000000000000")
    await form.get_by_text("For tests, a sandbox or a gateway").click()
    await form.get_by_role("combobox", name="Mode").click()
    await page.get_by_role("option", name="Sandbox").click()
    await form.get_by_label("Address of the API").fill(desk.world.ghl_url)
    # The server goes, and comes back; then the session is over: what was typed outlasts both.
    await desk.context.route("**/api/connections/ghl", lambda route: route.abort())
    await form.get_by_role("button", name="Try it and connect").click()
    await expect(form.get_by_role("alert")).to_contain_text("What you typed is still here")
    await desk.context.unroute("**/api/connections/ghl")
    await desk.context.clear_cookies()
    await form.get_by_role("button", name="Try it and connect").click()
    await desk.sign_in_again()
    await expect(form.get_by_role("alert")).to_contain_text("do it once more")
    await form.get_by_role("button", name="Try it and connect").click()
    await expect(form.get_by_role("alert")).to_contain_text("HighLevel does not accept this token")
    await expect(form.get_by_label("Your name for it")).to_have_value("second shop")
    await expect(form.get_by_label("Location id")).to_have_value(twin.other_location_id)
    await form.get_by_label("Private integration token").fill(twin.other_pit_token)
    await form.get_by_role("button", name="Try it and connect").click()
    await expect(page.get_by_role("heading", name="second shop")).to_be_visible()
    await page.get_by_role("button", name="Try this account").click()
    await expect(page.get_by_text("‘second shop’ works")).to_be_visible()
    await expect(page.get_by_text("In order").first).to_be_visible()
    assert twin.other_pit_token not in await page.content()


async def test_a_database_that_is_not_there_is_said_at_its_form(desk: Desk) -> None:
    page, details = desk.page, desk.world.sandbox.details
    await desk.sign_up()
    await desk.open("/connect")
    await page.get_by_text("Act!", exact=True).click()
    await page.get_by_text("A server of your own").click()
    form = page.locator("form").filter(has=page.get_by_label("Database"))
    await expect(form.get_by_text("Web API Access")).to_be_visible()
    await form.get_by_label("Address of the Web API").fill(details["act_url"])
    await form.get_by_label("Your name for it").fill("books")
    await form.get_by_label("Database").fill("Nothing of the kind")
    await form.get_by_label("User", exact=False).first.fill(details["act_user"])
    await form.get_by_label("Password").first.fill(details["act_password"])
    await form.get_by_role("button", name="Try it and connect").click()
    await expect(form.get_by_role("alert")).to_contain_text("nothing was stored")
    await expect(form.get_by_label("Database")).to_have_value("Nothing of the kind")


async def test_a_broken_account_gets_its_new_password_and_what_waited_goes_on(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await world.sell(3)
    await world.poll()
    world.sandbox.act.password = "another-secret"
    await world.application.runtime.forget(world.connections[ACT])

    async def broken() -> bool:
        rows = await world.rows("SELECT state FROM connections WHERE name = $1", ACT)
        return bool(rows[0]["state"] == "reconnect")

    await world.work_until(broken)
    await desk.sign_up()
    await page.get_by_role("link", name="Connections").click()
    card = page.get_by_role("region", name=ACT, exact=True)
    await expect(card.get_by_text("Reconnect", exact=True)).to_be_visible()
    await expect(card).to_contain_text("changes wait")
    await card.get_by_role("link", name="Give it the right password").click()
    await expect(page.get_by_role("heading", name="Act! does not let us in any more")).to_be_visible()
    await expect(page.get_by_text("None of it is lost", exact=False)).to_be_visible()
    await page.get_by_label("New password").first.fill("wrong again")
    await page.get_by_role("button", name="Give it the new password").click()
    await expect(page.get_by_role("alert").filter(has_text="nothing was changed")).to_be_visible()
    await page.get_by_label("New password").first.fill("another-secret")
    async with world.working():
        await page.get_by_role("button", name="Give it the new password").click()
        await expect(page.get_by_text("It works again")).to_be_visible()
        await world.idle()
    await expect(page.get_by_text("Works", exact=True)).to_be_visible()
    await expect(page.get_by_text("nothing waits").first).to_be_visible()
    assert not (await world.truth()).lost


async def test_an_account_is_used_otherwise_and_rests_as_the_page_says(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open(f"/connections/{ACT}")
    save = page.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await page.get_by_label("Currency of its amounts").fill("XXY")
    await expect(page.get_by_text("Not saved yet.")).to_be_visible()
    await save.click()
    await expect(page.get_by_role("alert").filter(has_text="not a currency")).to_be_visible()
    await page.get_by_label("Currency of its amounts").fill("eur")
    await save.click()
    await expect(page.get_by_label("Currency of its amounts")).to_have_value("EUR")
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await page.get_by_role("button", name="Pause it").click()
    await page.get_by_role("dialog").get_by_role("button", name="Pause it").click()
    await expect(page.get_by_text("It is paused")).to_be_visible()
    await page.get_by_role("button", name="Let it go on").click()
    await expect(page.get_by_text("It is paused")).to_be_hidden()
    await page.get_by_role("button", name="Look around").click()
    await expect(page.get_by_role("row", name="Permission Web API Access yes")).to_be_visible()


async def test_an_agency_signs_in_on_the_page_and_its_locations_are_connected(
    browser: Browser, make_world: MakeWorld
) -> None:
    async with open_desk(make_world) as served, seated(browser, served.world, served.url) as desk:
        page, details = desk.page, served.world.sandbox.details
        await served.world.control("ghl", "oauth/locations", {"name": "Harbour Yoga"})
        await served.world.control("ghl", "oauth/locations", {"name": "Cedar Studio"})
        await served.consent(user_type="Company")
        await desk.sign_up()
        await page.get_by_role("link", name="Connections").click()
        await page.get_by_role("link", name="Agencies").click()
        await expect(page.get_by_text("oauth.write")).to_be_visible()
        await page.get_by_label("Your name for it").fill("umbrella")
        await page.get_by_label("Client id").fill(details["oauth_client_id"])
        await page.get_by_label("Client secret").first.fill(details["oauth_client_secret"])
        await page.get_by_text("For tests, a sandbox or a gateway").click()
        await page.get_by_role("combobox", name="Mode").click()
        await page.get_by_role("option", name="Sandbox").click()
        await page.get_by_role("button", name="Prepare the sign-in").click()
        async with desk.context.expect_page() as coming:
            await page.get_by_role("link", name="Open HighLevel in a new window").click()
        await expect((await coming.value).get_by_role("heading", name="Connected")).to_be_visible()

        agency = page.get_by_role("region", name="umbrella")
        await agency.get_by_role("button", name="Connect Harbour Yoga").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Your name for it").fill("harbour")
        await dialog.get_by_role("button", name="Connect it").click()
        await expect(agency.get_by_role("link", name="harbour")).to_be_visible()
        assert await desk.serious_faults() == []
        await agency.get_by_role("button", name="Connect the one that is left").click()
        await dialog.get_by_role("button", name="Connect them").click()
        await expect(agency.get_by_text("1 of 1 connected")).to_be_visible()
        await agency.get_by_role("link", name="harbour").click()
        await page.get_by_role("button", name="Make new tokens for it").click()
        await expect(page.get_by_text("It works again")).to_be_visible()


async def test_a_bookkeeper_sees_how_accounts_are_and_changes_nothing(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await desk.open(f"/connections/{ACT}")
    await expect(page.get_by_role("heading", name=ACT)).to_be_visible()
    for name in ("Pause it", "Save", "Try this account", "Give it the new password", "Look around"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await desk.open("/connect")
    await expect(page.get_by_text("An owner connects accounts")).to_be_visible()
    # Any name is a name.
    await desk.world.rows("UPDATE connections SET name = 'new' WHERE name = $1", ACT)
    await desk.open("/connections")
    await page.get_by_role("link", name="new", exact=True).click()
    await expect(page.get_by_role("heading", name="new", exact=True)).to_be_visible()


async def test_the_pages_are_for_everybody_in_both_themes_on_desk_and_phone(desk: Desk) -> None:
    await desk.sign_up()
    await desk.world.rows(
        "UPDATE connections SET state = 'reconnect', state_reason = 'the password was refused' WHERE name = $1",
        ACT,
    )
    pages = {
        "connections": "/connections",
        "connection-broken": f"/connections/{ACT}",
        "connection": f"/connections/{GHL}",
        "connection-unknown": "/connections/nothing-of-the-kind",
        "agencies": "/agencies",
        "connection-new": "/connect",
    }
    faults = await everywhere(desk, pages)
    await desk.page.get_by_text("Act!", exact=True).click()
    await desk.page.get_by_text("A server of your own").click()
    assert faults + await look(desk, "connection-new-act") == []
