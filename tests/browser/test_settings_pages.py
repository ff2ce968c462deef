"""Settings and help: people and programs are let in, a backup is taken away, a word is explained by the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from orderbridge.access import names
from orderbridge.store import migrate
from orderbridge.store.backup import restore
from support.desk import PASSWORD, Desk
from support.looks import everywhere, look
from support.postgres import ScratchPostgres

SECTIONS = ("account", "users", "tokens", "notifications", "backup", "keys", "writes", "going-live", "about")


def dialog(desk: Desk) -> Locator:
    return desk.page.get_by_role("dialog")


async def test_an_owner_invites_somebody_who_joins_as_a_bookkeeper_and_finds_nothing_to_change(
    desk: Desk,
) -> None:
    page = desk.page
    await desk.sign_up()
    await page.get_by_role("link", name="Settings", exact=True).click()
    await page.get_by_role("link", name="Users", exact=True).click()
    await expect(page).to_have_url(re.compile("/settings/users$"))
    await page.get_by_label("Name").fill("ben@office.test")
    await page.get_by_role("button", name="Make a link").click()
    link = await page.get_by_label("One-time link", exact=True).input_value()
    assert "/join#" in link
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_label("One-time link", exact=True)).to_have_count(0)
    await expect(page.get_by_role("row").filter(has_text="ben@office.test")).to_contain_text("Invited")

    await desk.context.clear_cookies()
    await page.goto(link)
    await page.get_by_label("Password").first.fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    for section in SECTIONS[1:]:
        await desk.open(f"/settings/{section}")
        await expect(page.get_by_role("heading", level=2)).to_be_visible()
        await expect(page.get_by_role("status").filter(has_text="Reading")).to_have_count(0)
        for word in ("Make", "Remove", "Revoke", "Pause", "Delete", "Add", "Download"):
            await expect(page.get_by_role("button", name=word)).to_have_count(0)
    await desk.open("/settings/users")
    await expect(page.get_by_role("row").filter(has_text="ben@office.test")).to_contain_text("Bookkeeper")


async def test_a_token_made_on_the_page_works_until_it_is_revoked_there(desk: Desk) -> None:
    page, world = desk.page, desk.world
    await desk.sign_up()
    await desk.open("/settings/tokens")
    await page.get_by_label("What it is for").fill("nightly export")
    # The server goes, and comes back; then the session is over: what was typed outlasts both.
    await desk.context.route("**/api/tokens", lambda route: route.abort())
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
    await desk.context.unroute("**/api/tokens")
    await desk.context.clear_cookies()
    await page.get_by_role("button", name="Make the token").click()
    await desk.sign_in_again()
    await expect(page.get_by_label("What it is for")).to_have_value("nightly export")
    await page.get_by_role("button", name="Make the token").click()
    token = await page.get_by_label("Token", exact=True).input_value()
    headers = {"Authorization": f"Bearer {token}"}

    async def status() -> int:
        async with world.http.get(f"{desk.url}/api/home", headers=headers) as answer:
            return answer.status

    assert await status() == 200
    await page.get_by_role("button", name="I have kept it").click()
    await page.get_by_role("row").filter(has_text="nightly export").get_by_role("button").click()
    await dialog(desk).get_by_role("button", name="Revoke it").click()
    await expect(page.get_by_text("There is no token")).to_be_visible()
    assert await status() == 401
    await desk.open("/settings/tokens")
    await expect(page.get_by_text("There is no token")).to_be_visible()
    assert token not in await page.content()


async def test_a_backup_is_made_downloaded_and_deleted_and_what_was_downloaded_can_be_restored(
    desk: Desk, scratch_postgres: ScratchPostgres, tmp_path: Path
) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/settings/backup")
    await page.get_by_role("button", name="Make a backup").click()
    row = page.get_by_role("row").filter(has_text=".backup")
    async with page.expect_download() as coming:
        await row.get_by_role("link", name="Download").click()
    file = tmp_path / "taken.backup"
    await (await coming.value).save_as(file)
    database = await scratch_postgres.fresh_database(migrate.upgrade)
    await restore(database, file)
    await scratch_postgres.drop(database)
    await expect(page.get_by_text("orderbridge db restore ")).to_contain_text(".backup")
    await row.get_by_role("button", name="Delete").click()
    await dialog(desk).get_by_role("button", name="Delete it").click()
    await expect(page.get_by_text("No backup was made here yet")).to_be_visible()

    # What was taken home is brought back, and chosen for the next start.
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("is whole, and stands in the list")).to_be_visible()
    await page.get_by_role("button", name="See what it would replace").click()
    await expect(page.get_by_text("When it was made is not known")).to_be_visible()
    await page.get_by_role("button", name="Restore it at the next start …").click()
    await dialog(desk).get_by_role("button", name="Restore it at the next start").click()
    await expect(page.get_by_text("The next start restores uploaded-")).to_be_visible()
    assert await desk.serious_faults() == []
    await page.get_by_role("button", name="Do not restore it").click()
    await expect(page.get_by_role("button", name="See what it would replace")).to_be_visible()


async def test_all_writes_are_paused_by_name_and_go_on_again(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/settings/writes")
    await page.get_by_role("button", name="Pause all writes").click()
    await dialog(desk).get_by_role("button", name="Pause all writes").click()
    await expect(page.get_by_text("All writes are paused, by ada@office.test")).to_be_visible()
    await page.get_by_role("button", name="Let writes go on").click()
    await expect(page.get_by_text("Writes go on.")).to_be_visible()


async def test_a_new_password_counts_at_once_and_other_browsers_are_out(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await page.get_by_role("button", name="Signed in as").click()
    await page.get_by_role("menuitem", name="My account").click()
    await page.get_by_label("Password now").fill("not the password")
    await page.get_by_label("New password").fill("another four plain words")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    # Nothing typed is lost.
    await expect(page.get_by_label("New password")).to_have_value("another four plain words")
    await page.get_by_label("Password now").fill(PASSWORD)
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("Your password was changed")).to_be_visible()


async def test_what_was_typed_is_not_lost_by_a_click_or_the_back_button_without_a_question(
    desk: Desk,
) -> None:
    page = desk.page
    asked: list[str] = []
    await desk.sign_up()
    await desk.open("/settings/writes")
    await page.get_by_role("link", name="Users", exact=True).click()
    await page.get_by_label("Name").fill("ben@off")

    async def stay(shown: object) -> None:
        asked.append(shown.message)  # type: ignore[attr-defined]
        await shown.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    await page.get_by_role("link", name="Orders", exact=True).click()
    await page.evaluate("history.back()")
    await expect(page).to_have_url(re.compile("/settings/users$"))
    await page.wait_for_function("location.pathname === '/settings/users'")
    await expect(page.get_by_label("Name")).to_have_value("ben@off")
    assert asked
    assert all("not saved" in question for question in asked)
    page.remove_listener("dialog", stay)
    page.on("dialog", lambda shown: shown.accept())
    await page.get_by_role("link", name="Orders", exact=True).click()
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


async def test_a_word_is_explained_by_the_keyboard_and_leads_to_the_others(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/repair")
    word = page.get_by_role("button", name="What stopped and waits for a person")
    await word.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("waits for a person. Nothing of it is lost")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("waits for a person. Nothing of it is lost")).to_have_count(0)
    await expect(word).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="All words")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/help#dead-letter$"))
    await expect(page.locator("#dead-letter")).to_be_in_viewport()
    await page.get_by_label("Find a word").fill("webh")
    await expect(page.locator("#webhook")).to_be_visible()
    await expect(page.locator("#dead-letter")).to_have_count(0)
    await page.get_by_label("Find a word").fill("xyzzy")
    await expect(page.get_by_text("No such word here")).to_be_visible()


@pytest.mark.slow
async def test_nobody_is_kept_out_of_the_settings_or_the_help_in_either_theme_or_size(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.link(names.BOOKKEEPER, "ben@office.test")
    await desk.open("/settings/tokens")
    await page.get_by_label("What it is for").fill("nightly export")
    await page.get_by_role("button", name="Make the token").click()
    faults = await look(desk, "settings-token-once")
    await page.get_by_role("button", name="I have kept it").click()
    await desk.open("/settings/backup")
    await page.get_by_role("button", name="Make a backup").click()
    await expect(page.get_by_role("link", name="Download")).to_be_visible()
    pages = {f"settings-{section}": f"/settings/{section}" for section in SECTIONS}
    assert faults + await everywhere(desk, pages | {"help": "/help", "help-word": "/help#webhook"}) == []
