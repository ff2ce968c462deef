"""How commands speak: tables for people, one JSON object for programs, messages on stderr."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orderbridge.core import jsonio, log
from orderbridge.core.platform import event_loop_factory
from orderbridge.core.redact import redact
from orderbridge.settings import Settings, load_settings

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]

people = Console()
# An address must not be broken in two where the terminal ends.
messages = Console(stderr=True, soft_wrap=True)


def settings(**given: Any) -> Settings:
    """Load the settings and set up logging by them."""
    loaded = load_settings(**{key: value for key, value in given.items() if value is not None})
    log.configure(level=loaded.log_level, json=loaded.log_json)
    return loaded


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous part."""
    with asyncio.Runner(loop_factory=event_loop_factory()) as runner:
        return runner.run(work)


def as_json(value: Any) -> None:
    """Print ``value`` as JSON on stdout, without secrets and with exact numbers."""
    sys.stdout.write(shown(value) + "\n")
    sys.stdout.flush()


def shown(value: Any) -> str:
    """Return ``value`` as JSON without secrets and with exact numbers."""
    return jsonio.encode(redact(_plain(value))).decode()


def as_json_shown(value: Any) -> None:
    """Print ``value`` as it is: for the sandbox, whose secrets open nothing but the sandbox."""
    sys.stdout.write(jsonio.encode(_plain(value)).decode() + "\n")
    sys.stdout.flush()


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, whole_first: bool = True
) -> None:
    """Print rows for people, or the sentence ``empty``.

    Args:
        head: The columns' titles.
        rows: The cells; nothing of them is cut off where the terminal is narrow.
        empty: What is said where there is no row.
        whole_first: What a person copies into the next command stands in the first column, and is not broken in two.
    """
    listed = list(rows)
    if not listed:
        people.print(empty)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(head):
        keep = whole_first and number == 0
        longest = max(len(str(row[0] or "")) for row in listed) if keep else None
        shown.add_column(name, no_wrap=keep, min_width=longest, overflow="fold")
    for row in listed:
        # As it stands: a customer may be called [/b].
        shown.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    people.print(shown)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
