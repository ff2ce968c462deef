"""Write docs/reference from the code: ``python docs/generate.py``.

With ``--check`` it says what is out of date instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from typer.main import get_command

from orderbridge.catalogue import pages as catalogue_pages
from orderbridge.cli.main import app
from orderbridge.core import jsonio
from orderbridge.emulators.act import faults as act_faults
from orderbridge.emulators.ghl.faults import SWITCHES
from orderbridge.flows import editor_schema, files
from orderbridge.settings import PREFIX, Settings

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py: change the code, then run 'make docs'. -->\n"
_ACT_FAULTS = Path(act_faults.__file__)


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    return {
        "commands.md": _commands(),
        "settings.md": _settings(),
        "twin-faults.md": _twin_faults(),
        files.SCHEMA_FILE: jsonio.pretty(editor_schema.schema()) + "\n",
    } | catalogue_pages.pages(_page, _row)


def _page(title: str, intro: str, parts: list[str]) -> str:
    return f"# {title}\n\n{NOTE}\n{intro}\n\n" + "\n".join(parts).rstrip() + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


# --- commands ---------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    yield from _below("orderbridge", get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        yield name, command
        return
    if command.invoke_without_command and name != "orderbridge":
        # A group that does something by itself, such as "orderbridge close".
        yield name, command
    for key, value in inside.items():
        yield from _below(f"{name} {key}", value)


def options(command: Any) -> list[str]:
    """Every spelling of every option of a command."""
    return [
        spelling
        for item in command.params
        if item.param_type_name == "option"
        for spelling in (*item.opts, *item.secondary_opts)
    ]


def _commands() -> str:
    parts = []
    for name, command in commands():
        arguments = [item for item in command.params if item.param_type_name == "argument"]
        usage = " ".join([name, *((item.name or "").upper() for item in arguments)])
        parts += [f"## `{name}`", "", command.help or "", "", f"    {usage}", ""]
        rows = [_row(*_option(item)) for item in command.params if item.param_type_name == "option"]
        if rows:
            parts += [_row("Option", "Default", "Meaning"), _row("---", "---", "---"), *rows, ""]
    return _page(
        "Commands",
        "Every command exits with 0 when it did its work and with another number, and one line that says why, when "
        "it did not. Where a command prints data, `--json` prints one JSON object instead; amounts are exact. Messages "
        "go to stderr.",
        parts,
    )


def _option(item: Any) -> tuple[str, str, str]:
    spellings = ", ".join(f"`{text}`" for text in (*item.opts, *item.secondary_opts))
    if item.required:
        default = "required"
    elif item.default is None or item.default is False:
        default = ""
    else:
        default = "on" if item.default is True else f"`{item.default}`"
    return spellings, default, item.help or ""


# --- settings ---------------------------------------------------------------------------------------


def _settings() -> str:
    rows = [_row("Variable", "Default", "Meaning"), _row("---", "---", "---")]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default is None else f"`{field.default}`"
        rows.append(_row(f"`{PREFIX}{name.upper()}`", default, field.description))
    return _page(
        "Settings",
        "Environment variables, or lines of the file `orderbridge.env` in the data folder; the environment wins "
        "over the file and a command's own option over both. A misspelt name in the file is an error. Units stand at "
        "the end of a name: `_s` is seconds.",
        rows,
    )


# --- faults of the twins ----------------------------------------------------------------------------


def _twin_faults() -> str:
    parts = ["## HighLevel twin", "", _row("Switch", "Default", "Meaning"), _row("---", "---", "---")]
    for name, switch in SWITCHES.items():
        meaning = switch.meaning + (" (a count, or `true` until switched off)" if switch.next_n else "")
        parts.append(_row(f"`{name}`", f"`{_shown(switch.default)}`", meaning))
    parts += ["", "## Act! twin", "", _row("Switch", "Default", "Alternatives"), _row("---", "---", "---")]
    comments, defaults = _act_comments(), act_faults.ActFaults()
    for item in fields(act_faults.ActFaults):
        value = getattr(defaults, item.name)
        if isinstance(value, act_faults.PlannedFault):
            shown, meaning = (
                "0",
                "a count, or an object of `count`, `match`, `skip`, `hang_s`, `retry_after_s`",
            )
        elif isinstance(value, act_faults.Latency):
            shown, meaning = "0", "seconds, or an object of `seconds` and `match`"
        else:
            shown, meaning = _shown(value), comments.get(item.name, "")
        parts.append(_row(f"`{item.name}`", f"`{shown}`", meaning))
    return _page(
        "Switches of the twins",
        "`orderbridge sandbox` starts both twins. `POST /_twin/faults` with an object of names and values sets "
        "switches; `GET /_twin/faults` shows them. Why each exists: [the twins](../explanation/twins.md).",
        parts,
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value != "" else "empty"


def _act_comments() -> dict[str, str]:
    comments = {}
    for line in _ACT_FAULTS.read_text(encoding="utf-8").splitlines():
        code, found, comment = line.partition("  # ")
        if found and code.startswith("    ") and ":" in code:
            # A mark for the linter may stand before the words for people.
            words = comment.split("  # ")[-1]
            if not words.startswith("noqa"):
                comments[code.split(":")[0].strip()] = words
    return comments


def main() -> int:
    """Write the pages, or compare them."""
    stale = []
    written = pages()
    for name, text in written.items():
        file = REFERENCE / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    for file in (REFERENCE / catalogue_pages.FOLDER).rglob("*.md"):
        name = file.relative_to(REFERENCE).as_posix()
        if name not in written:
            stale.append(name)
            if "--check" not in sys.argv:
                file.unlink()
    if stale and "--check" in sys.argv:
        print(f"docs/reference is out of date ({', '.join(stale)}); run 'make docs'", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
