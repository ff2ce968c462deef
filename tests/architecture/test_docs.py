import json
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from repository import ROOT, shown, tracked

from orderbridge.core import causes
from orderbridge.core.errors import OrderBridgeError
from orderbridge.emulators.act import faults as act_faults
from orderbridge.emulators.ghl.faults import SWITCHES
from orderbridge.settings import PREFIX, Settings

PAGES = [file for file in tracked() if file.suffix == ".md"]
PEOPLE_PAGES = [file for file in PAGES if "reference" not in file.parts]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(orderbridge [^`\n]+)`")
GENERATOR = runpy.run_path(str(ROOT / "docs" / "generate.py"))
COMMANDS: dict[str, Any] = dict(GENERATOR["commands"]())
REFERENCE: dict[str, str] = GENERATOR["pages"]()


def test_there_are_pages() -> None:
    assert len(PAGES) >= 15


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_the_reference_says_what_the_code_says(name: str) -> None:
    file = ROOT / "docs" / "reference" / name

    assert file.read_text(encoding="utf-8") == REFERENCE[name], "run 'make docs'"


def shell_lines(text: str) -> Iterator[str]:
    for kind, body in FENCE.findall(text):
        if kind == "sh":
            yield from re.sub(r"\\\n\s*", "", body).splitlines()


def shown_commands() -> Iterator[tuple[str, str]]:
    for file in PEOPLE_PAGES:
        text = file.read_text(encoding="utf-8")
        for line in shell_lines(text):
            if match := re.search(r"(?:^|.*[\s/])(orderbridge( .*)?)$", line.split("#")[0].rstrip()):
                yield shown(file), match[1]
        for line in INLINE.findall(FENCE.sub("", text)):
            yield shown(file), line
    for advice in causes.catalogue().values():
        for line in re.findall(r"'(orderbridge [^']+)'", advice.todo):
            yield "causes.toml", line


def parts_of(line: str) -> list[str]:
    words = shlex.split(re.split(r" [<>|&]", line)[0])
    return [word for word in words if word != "…"]


@pytest.mark.parametrize(("page", "line"), sorted(set(shown_commands())))
def test_every_command_in_the_pages_exists_with_its_options(page: str, line: str) -> None:
    words = parts_of(line)
    name = max(
        (" ".join(words[:size]) for size in range(1, 4) if " ".join(words[:size]) in COMMANDS),
        key=len,
        default=None,
    )
    if name is None:
        # The name of a whole group, such as "orderbridge connect".
        assert any(known.startswith(" ".join(words) + " ") for known in COMMANDS), f"{page}: {line}"
        return
    known = set(GENERATOR["options"](COMMANDS[name])) | {"--help"}
    asked = {word.split("=")[0] for word in words if word.startswith("--")}

    assert asked <= known, f"{page}: {line}"


def complete(line: str) -> bool:
    words = parts_of(line)
    return "--help" not in words and not any(word.startswith("…") for word in words)


@pytest.mark.parametrize(
    ("page", "line"),
    sorted(
        {
            (shown(file), match[1])
            for file in PEOPLE_PAGES
            for line in shell_lines(file.read_text(encoding="utf-8"))
            if (match := re.search(r"(?:^|.*[\s/])(orderbridge .*)$", line.split("#")[0].rstrip()))
        }
    ),
)
def test_every_command_line_for_the_shell_is_complete(page: str, line: str) -> None:
    words = parts_of(line)[1:]
    name = next(
        " ".join(["orderbridge", *words[:size]])
        for size in (2, 1)
        if " ".join(["orderbridge", *words[:size]]) in COMMANDS
    )
    rest = words[len(name.split()) - 1 :]

    # Parsing tells a missing option or a surplus word; nothing is run.
    try:
        COMMANDS[name].make_context(name, rest)
    except OrderBridgeError as error:  # pragma: no cover
        pytest.fail(f"{page}: {line}: {error}")


@pytest.mark.parametrize("file", PAGES, ids=shown)
def test_every_link_leads_somewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text).replace("\n", " "))
    broken = [
        target
        for target in targets
        if not target.startswith(("http://", "https://", "#"))
        and not (file.parent / target.split("#")[0]).exists()
    ]

    assert broken == []


@pytest.mark.parametrize("file", PAGES, ids=shown)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    # For the tests that compare with the providers' published descriptions.
    known.add(f"{PREFIX}REFERENCE")
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", file.read_text(encoding="utf-8")))

    assert named <= known


def test_every_twin_switch_that_the_list_of_the_unverified_names_exists() -> None:
    text = (ROOT / "docs" / "explanation" / "unverified.md").read_text(encoding="utf-8")
    known = set(SWITCHES) | set(act_faults.names())
    named = {
        name
        for row in text.splitlines()
        if row.startswith("|") and row.count("|") == 5
        for name in re.findall(r"`([a-z_0-9]+)`", row.split("|")[3])
    }

    assert len(named) > 30
    assert named <= known


def test_every_switch_of_a_build_is_explained_or_listed() -> None:
    reference = (ROOT / "docs" / "reference" / "twin-faults.md").read_text(encoding="utf-8")

    assert [name for name in (*SWITCHES, *act_faults.names()) if f"`{name}`" not in reference] == []


def test_every_cause_that_the_pages_name_exists_in_the_code() -> None:
    source = "\n".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "src" / "orderbridge").rglob("*.py")
    )
    page = (ROOT / "docs" / "howto" / "dead-letters.md").read_text(encoding="utf-8")
    causes = re.findall(r"^\| `([a-z_.]+)\.?…?` \|", page, re.MULTILINE)

    assert len(causes) >= 6
    assert [cause for cause in causes if cause not in source] == []


def rows_of_the_table() -> dict[str, tuple[str, str]]:
    """Each command that the table of pages names, with its page and with what only the command does."""
    text = (ROOT / "docs" / "explanation" / "pages-and-commands.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(orderbridge [^`]+)` \| (.+?) \|(.*)\|$", text, re.MULTILINE)
    return {command: (page, rest.strip()) for command, page, rest in found}


def with_a_page() -> set[str]:
    """The commands in whose place the web app shows a link."""
    file = ROOT / "ui" / "src" / "features" / "commands" / "commands.json"
    return {f"orderbridge {item['command']}" for item in json.loads(file.read_text(encoding="utf-8"))}


def test_every_command_has_a_page_or_a_reason_and_the_web_app_knows_which() -> None:
    table = rows_of_the_table()

    assert sorted(table) == sorted(COMMANDS)
    assert [command for command, (page, rest) in table.items() if page == "–" and not rest] == []
    assert {command for command, (page, _) in table.items() if page != "–"} == with_a_page() & set(COMMANDS)


def test_no_page_itself_sends_people_to_a_command_that_has_a_page() -> None:
    # Before anybody is signed in there is no page to go to; restoring may be wanted where no server starts; and what is
    # too large to be edited on a page is given to the command.
    excused = {"features/access/SignIn.tsx", "features/settings/Restore.tsx", "features/runs/EditInput.tsx"}
    found = [
        (file, words)
        for source in sorted((ROOT / "ui" / "src").rglob("*.tsx"))
        if (file := source.relative_to(ROOT / "ui" / "src").as_posix()) not in excused
        for words in re.findall(r"orderbridge [a-z-]+(?: [a-z-]+)?", source.read_text(encoding="utf-8"))
        if {words, words.rsplit(" ", 1)[0]} & with_a_page()
    ]

    assert found == []
