"""A restore that was ordered on the page: kept beside the backups, and done by the next start.

It stands in a file and not in the database, which is what it replaces.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.log import get

log = get(__name__)

_ORDER, _OUTCOME = "restore-at-start.json", "last-restore.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be restored.

    Attributes:
        name: Of a backup in the folder.
        by: Who ordered it.
        at: When, as ISO 8601.
    """

    name: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an order.

    Attributes:
        ok: Whether everything was replaced; else nothing was.
        at: When, as ISO 8601.
        message: What happened, for people.
        kept: The backup of what was there before; None where none was made.
    """

    name: str
    by: str
    ok: bool
    at: str
    message: str
    kept: str | None


class RestoreOrders:
    """The order and the last outcome, in the folder of the backups."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def _order(self) -> Path:
        return self._folder / _ORDER

    @property
    def _outcome(self) -> Path:
        return self._folder / _OUTCOME

    def put(self, order: Order) -> None:
        """Order a restore; one that was ordered before is forgotten."""
        _write(self._order, asdict(order))

    def waiting(self) -> Order | None:
        """Return what is ordered, None where nothing is."""
        return _order_in(self._order)

    def take(self) -> Order | None:
        """Return what is ordered and forget it: it is tried once, and by one process."""
        taken = self._order.with_suffix(".taken")
        try:
            os.replace(self._order, taken)
        except FileNotFoundError:
            return None
        found = _order_in(taken)
        taken.unlink(missing_ok=True)
        return found

    def withdraw(self) -> None:
        """Forget what is ordered."""
        self._order.unlink(missing_ok=True)

    def note(self, outcome: Outcome) -> None:
        """Keep what became of an order."""
        _write(self._outcome, asdict(outcome))

    def last(self) -> Outcome | None:
        """Return what became of the last order, None where there was none."""
        found = _read(self._outcome)
        with suppress(TypeError):
            return Outcome(**found) if found else None
        return None


def _order_in(file: Path) -> Order | None:
    found = _read(file)
    # A file that somebody wrote otherwise is no order.
    with suppress(TypeError):
        return Order(**found) if found else None
    return None


def _write(file: Path, value: dict[str, Any]) -> None:
    part = file.with_suffix(".part")
    part.write_bytes(jsonio.encode(value))
    part.chmod(0o600)
    os.replace(part, file)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        found = jsonio.decode(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        # That a folder is none is said by whoever needs it.
        return None
    except (OSError, ValueError) as error:
        log.warning("a file beside the backups cannot be read", file=file.name, reason=type(error).__name__)
        return None
    return found if isinstance(found, dict) else None
