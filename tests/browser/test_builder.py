"""Building a flow: with the mouse, with the keys alone, side by side with somebody else, and when it is large."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from orderbridge.access import names
from orderbridge.automation import candidates, drafts
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows import shape
from support.desk import SAVED, Desk
from support.looks import everywhere, look
from support.world import ACT

FLOW = "by-hand"
# Notes of which step's line and which field something is drawn anew.
_COUNTING = """() => {
    window.seen = [];
    const note = (record) => {
        const line = record.target.parentElement?.closest('[data-field], .builder-line')
            ?? (record.target.matches?.('.builder-line, [data-field]') ? record.target : null);
        if (line) window.seen.push(line.dataset.key ?? line.dataset.field);
    };
    new MutationObserver((records) => records.forEach(note))
        .observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def company(number: int | str = "") -> JsonObject:
    return {
        "id": f"company{number}",
        "action": "act.company.create@1",
        "with": {"name": {"from": "event.input.name"}},
    }


async def begun(desk: Desk, steps: list[JsonObject]) -> None:
    """Keep a draft, as if somebody had built it."""
    runtime = desk.world.application
    definition: dict[str, Any] = {"flow": FLOW, "title": "A company by hand", "steps": steps}
    flow = shape.parsed(definition | {"trigger": "core.manual.started@1"}, subject="test")
    one = await candidates.candidate(runtime, flow, source=ACT, target=ACT)
    await drafts.begin(runtime, one, by="somebody", replace=True)


async def stored(desk: Desk) -> drafts.Found:
    async with desk.world.application.db.begin() as tx:
        [found] = [item for item in await drafts.every(tx) if item.name == FLOW or "hand" in item.name]
        return found


async def saved(page: Page) -> None:
    await expect(page.get_by_test_id("saved")).to_contain_text(SAVED)


def ids(definition: JsonObject) -> list[str]:
    return [step["id"] for step in definition["steps"]]


async def open_flow(desk: Desk, view: str = "list") -> None:
    found = await stored(desk)
    await desk.open(f"/flows/{found.flow_id}?view={view}")
    await expect(desk.page.get_by_role("heading", level=1)).to_be_visible()


async def test_a_flow_is_built_with_the_mouse_from_empty_to_published(desk: Desk) -> None:
    page = desk.page
    await desk.sign_up()
    await page.get_by_role("link", name="Flows", exact=True).click()
    await page.get_by_role("button", name="Begin a flow").first.click()
    await page.get_by_label("Title").fill("Built by hand")
    await page.get_by_label("What starts it").fill("order paid full")
    await page.get_by_role("button", name="An order was paid in full").click()
    await page.get_by_role("button", name="Begin it").click()
    await expect(page.get_by_role("heading", name="Built by hand", level=1)).to_be_visible()
    # A step is dragged onto the only +, and another onto the one below it.
    await page.get_by_role("tab", name="Add").click()
    await page.get_by_label("Find a step").fill("stop")
    await page.get_by_role("button", name="Stop The run ends here").drag_to(
        page.get_by_role("button", name="Add a step after the trigger")
    )
    await expect(page.get_by_test_id("said")).to_contain_text("Added ‘stop’")
    await saved(page)
    assert ids((await stored(desk)).newest) == ["stop"]
    # A + is pressed: the catalogue opens.
    await page.get_by_role("button", name="Add a step after the trigger").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Find a step").fill("choose")
    await dialog.get_by_role("button", name="Choose").click()
    await expect(page.get_by_test_id("said")).to_contain_text("Added ‘choice’")
    # All of it is brought in sight, and the stop dragged into the second branch.
    await page.get_by_role("button", name="Fit View").click()
    await page.locator("[data-key='step:stop']").drag_to(
        page.get_by_role("button", name="Add a step after branch 2 of choice")
    )
    await expect(page.get_by_test_id("said")).to_contain_text("Moved ‘stop’")
    await saved(page)
    found = (await stored(desk)).newest
    assert ids(found) == ["choice"]
    assert ids(found["steps"][0]["choose"][1]) == ["stop"]
    await page.get_by_role("button", name="Add a step after branch 1 of choice").click()
    await dialog.get_by_label("Find a step").fill("stop")
    await dialog.get_by_role("button", name="Stop The run ends here").click()
    await saved(page)
    await page.get_by_role("button", name="Publish …").click()
    await dialog.get_by_label("Note").fill("the first")
    await dialog.get_by_role("button", name="Publish it").click()
    await expect(dialog.get_by_text("Version 1 is published")).to_be_visible()
    await dialog.get_by_role("button", name="Go on").click()
    await page.get_by_role("tab", name="Versions").click()
    await expect(page.get_by_text("the first")).to_be_visible()
    version = (await stored(desk)).stored
    assert version is not None
    assert ids(version.definition) == ["choice"]


async def test_a_flow_is_built_and_published_with_the_keys_alone(desk: Desk) -> None:
    page = desk.page
    await begun(desk, [])
    await desk.sign_up()
    await open_flow(desk)
    tree = page.get_by_role("tree", name="The flow’s parts")
    await tree.focus()
    for words in ("stop", "for each"):
        await page.keyboard.press("a")
        await expect(page.get_by_role("dialog").get_by_label("Find a step")).to_be_focused()
        await page.keyboard.type(words)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(tree).to_be_focused()
    await saved(page)
    assert ids((await stored(desk)).newest) == ["stop", "each"]
    await page.keyboard.press("Delete")
    await page.keyboard.press("Control+c")
    await page.keyboard.press("Control+v")
    await expect(page.get_by_test_id("said")).to_contain_text("Pasted ‘stop_2’")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.get_by_test_id("said")).to_contain_text("Moved ‘stop_2’ up")
    await saved(page)
    assert ids((await stored(desk)).newest) == ["stop_2", "stop"]
    await page.keyboard.press("F2")
    await expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("first")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("said")).to_contain_text("‘first’ now")
    for _ in range(3):
        await page.keyboard.press("Control+z")
    await expect(page.get_by_test_id("said")).to_contain_text("Taken back: Pasted")
    await saved(page)
    assert ids((await stored(desk)).newest) == ["stop"]
    for _ in range(3):
        await page.keyboard.press("Control+y")
    await expect(page.get_by_test_id("said")).to_contain_text("Done again")
    await saved(page)
    assert ids((await stored(desk)).newest) == ["first", "stop"]
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Keys, in the list and on the canvas")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Publish …").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Note")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Version 1 is published")).to_be_visible()


async def test_somebody_elses_edit_is_shown_and_nothing_typed_is_lost(desk: Desk) -> None:
    page = desk.page
    await begun(desk, [company()])
    await desk.sign_up()
    await open_flow(desk)
    for choice in ("Put mine over it", "Take theirs"):
        # The page does not hear of it in time.
        await desk.context.route("**/api/flows/*", lambda route: route.abort())
        await begun(desk, [company(), company(2)])
        await page.get_by_role("tree", name="The flow’s parts").focus()
        await page.keyboard.press("End")
        await page.keyboard.press("Control+d")
        await desk.context.unroute("**/api/flows/*")
        alert = page.get_by_role("alert").filter(has_text="changed this flow meanwhile")
        await expect(alert).to_contain_text("Duplicated")
        await expect(alert).to_contain_text("step company2")
        assert await desk.serious_faults() == []
        await alert.get_by_role("button", name=choice).click()
        await expect(alert).to_have_count(0)
        await saved(page)
        mine = choice.startswith("Put")
        expected = ["company", "company_2"] if mine else ["company", "company2"]
        assert ids((await stored(desk)).newest) == expected


async def test_what_was_done_while_the_server_was_away_is_kept_and_sent_again(desk: Desk) -> None:
    page = desk.page
    await begun(desk, [company()])
    await desk.sign_up()
    await open_flow(desk)
    await saved(page)
    await desk.context.route("**/edits", lambda route: route.abort())
    await page.get_by_role("tree", name="The flow’s parts").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Control+d")
    await page.keyboard.press("Control+d")
    await expect(page.get_by_test_id("saved")).to_contain_text("2 not saved yet")
    await expect(page.get_by_text("The server does not answer")).to_be_visible()
    # Even when the page is loaded anew.
    page.on("dialog", lambda dialog: dialog.accept())
    await page.reload()
    await expect(page.locator("#builder-view").get_by_role("treeitem")).to_have_count(4)
    await desk.context.unroute("**/edits")
    await saved(page)
    assert ids((await stored(desk)).newest) == ["company", "company_2", "company_3"]
    # The session ends in the middle of it: the door stands over the builder, which then goes on by itself.
    await desk.context.route("**/edits", lambda route: route.abort())
    await page.get_by_role("tree", name="The flow’s parts").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Control+d")
    await expect(page.get_by_test_id("saved")).to_contain_text("1 not saved yet")
    await desk.context.clear_cookies()
    await desk.context.unroute("**/edits")
    await desk.sign_in_again()
    await saved(page)
    assert ids((await stored(desk)).newest) == ["company", "company_2", "company_3", "company_4"]


@pytest.mark.parametrize("view", ["list", "canvas"])
async def test_three_hundred_steps_open_and_can_be_edited(desk: Desk, view: str) -> None:
    page = desk.page
    await begun(desk, [company(number) for number in range(300)])
    await desk.sign_up()
    await open_flow(desk, view)
    where = page.locator("#builder-view")
    await expect(page.locator("[data-key='step:company0']")).to_be_visible()
    if view == "canvas":
        assert await page.locator(".react-flow__node").count() < 150
    await where.focus()
    await page.keyboard.press("End")
    await expect(page.locator("[data-key='step:company299']")).to_be_in_viewport()
    await expect(page.get_by_label("Name of the step")).to_have_value("company299")
    await expect(page.get_by_role("treeitem", name="earlier steps")).to_be_visible()
    await page.evaluate(_COUNTING)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(10):
        await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("heading", name="‘company289’")).to_be_visible()
    await expect(page.get_by_label("Name of the step")).to_have_value("company289")
    # Going from step to step asks the server nothing, and draws no line of the list but the two it is about.
    assert asked == []
    lines = await page.evaluate("window.seen.filter(one => one.startsWith('step:')).length")
    assert lines <= (20 if view == "list" else 0)
    # What is shown of a step does not grow with the steps before it.
    part = page.get_by_role("region", name="The selected part")
    assert await part.get_by_role("treeitem").count() < 40
    assert await part.locator("*").count() < 900
    await page.evaluate("window.seen = []")
    await part.get_by_role("combobox", name="Field for name", exact=True).fill("event.input.title")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await saved(page)
    assert (await stored(desk)).newest["steps"][289]["with"]["name"] == {"from": "event.input.title"}
    # One field was typed in: it was sent once, and the other fields and steps were left as they stand.
    assert [one.rsplit("/", 1)[1] for one in asked if "/edits" in one] == ["edits"]
    assert set(await page.evaluate("window.seen")) <= {"name"}
    await where.focus()
    await page.keyboard.press("Delete")
    await expect(page.get_by_test_id("said")).to_contain_text("Removed ‘company289’")
    await saved(page)
    assert len((await stored(desk)).newest["steps"]) == 299


async def test_a_bookkeeper_reads_a_flow_and_finds_nothing_to_change(desk: Desk) -> None:
    page = desk.page
    await begun(desk, [company()])
    await desk.sign_up(names.BOOKKEEPER, "ben@office.test")
    await desk.open("/flows")
    await expect(page.get_by_role("link", name="A company by hand")).to_be_visible()
    await expect(page.get_by_role("button", name="Begin a flow")).to_have_count(0)
    await page.get_by_role("link", name="A company by hand").click()
    await page.get_by_role("tab", name="Problems").click()
    await expect(page.get_by_text("Looking …")).to_have_count(0)
    for name in ("Publish …", "Add a step", "Undo", "Change the selected", "Change the title"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await page.locator("#builder-view").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Delete")
    assert ids((await stored(desk)).newest) == ["company"]


async def test_a_file_that_is_no_flow_is_answered_with_its_line_and_a_good_one_becomes_a_draft(
    desk: Desk,
) -> None:
    page = desk.page
    await desk.sign_up()
    await desk.open("/flows")
    await page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(
        {"name": "photo.yaml", "mimeType": "text/yaml", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00"}
    )
    await expect(dialog.get_by_text("‘photo.yaml’ is not a text")).to_be_visible()
    await dialog.get_by_label("Or its text").fill("a: [")
    await dialog.get_by_role("button", name="Import it").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await dialog.get_by_label("Or its text").fill(
        f"flow: {FLOW}\ntitle: By hand\ntrigger: core.manual.started@1\nsource: {ACT}\ntarget: {ACT}\n"
        "steps:\n  - id: stop\n    stop: enough\n"
    )
    await dialog.get_by_role("button", name="Import it").click()
    await expect(page.get_by_role("heading", name="By hand", level=1)).to_be_visible()
    await page.get_by_role("tab", name="YAML").click()
    editor = page.get_by_role("textbox", name="The flow’s file")
    await expect(editor).to_contain_text("stop: enough")
    await editor.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\n    as: held")
    await page.get_by_role("button", name="Keep it as the draft").click()
    await expect(page.get_by_role("tab", name="Build")).to_have_attribute("aria-selected", "true")
    assert (await stored(desk)).newest["steps"][0]["as"] == "held"


async def test_a_flow_is_tested_with_what_is_there_and_writes_nothing(desk: Desk) -> None:
    page = desk.page
    await begun(desk, [company()])
    await desk.sign_up()
    await open_flow(desk)
    await page.get_by_role("tab", name="Test").click()
    await page.get_by_role("radio", name="a sample").check()
    await page.get_by_role("button", name="Test it").click()
    await expect(page.get_by_role("region", name="What would happen")).to_contain_text("company")


@pytest.mark.slow
async def test_everybody_can_read_and_use_the_builder(desk: Desk) -> None:
    page = desk.page
    choice = {
        "id": "choice",
        "choose": [
            {"when": [{"from": "event.input.name", "present": True}], "steps": [company()]},
            {"steps": [{"id": "stop", "stop": "there is no name"}]},
        ],
    }
    loop = {"id": "loop", "for_each": {"from": "event.input.names"}, "steps": [company(2)]}
    await begun(desk, [choice, loop])
    await desk.sign_up()
    path = f"/flows/{(await stored(desk)).flow_id}"
    faults = await everywhere(
        desk,
        {"flows": "/flows", "builder-yaml": f"{path}?tab=yaml", "builder-versions": f"{path}?tab=versions"},
    )
    for view in ("list", "canvas"):
        await desk.open(f"{path}?view={view}")
        await page.locator("[data-key='step:choice']").first.click()
        faults += await look(desk, f"builder-{view}")
    await page.get_by_role("tab", name="Problems").click()
    faults += await look(desk, "builder-problems")
    await page.get_by_role("tab", name="Test").click()
    await page.get_by_role("radio", name="a sample").check()
    await page.get_by_role("button", name="Test it").click()
    await expect(page.get_by_role("region", name="What would happen")).to_be_visible()
    faults += await look(desk, "builder-test")
    assert faults == []
