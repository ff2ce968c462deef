"""The backups that this installation keeps in its own folder, under names that it makes itself."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orderbridge.core.clock import Clock
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.store import backup, backup_contents
from orderbridge.store.address import Address

# Nothing else is ever listed, given out, or deleted. What was brought here under another name gets one of these too.
_OURS = re.compile(r"(orderbridge|uploaded)-([0-9]{8}-[0-9]{6})\.backup")
_WHEN = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A backup that is kept here.

    Attributes:
        path: Where it is, for the command that restores it.
        made_at: When it was begun: it holds what was there then. Of one that was brought here under another name,
            when it came.
        uploaded: Whether it was brought here under another name.
    """

    name: str
    path: Path
    size_bytes: int
    made_at: datetime
    uploaded: bool


class BackupFolder:
    """Makes backups of one database into one folder, one at a time.

    Args:
        folder: Made, readable by this user only, when the first backup is.
        url: The database.
        clock: Gives the names.
    """

    def __init__(self, folder: Path, url: str, clock: Clock) -> None:
        self.folder, self._url, self._clock = folder, url, clock
        self._making: asyncio.Task[Kept] | None = None
        self._part: str | None = None

    @property
    def making(self) -> str | None:
        """Name of the backup that is being made by this process; None where none is."""
        return self._part

    async def make(self) -> Kept:
        """Make a backup; it is finished also where whoever asked for it goes away.

        Raises:
            SetupError: Another one is being made, or it did not work; nothing was kept then.
        """
        if self._making is not None and not self._making.done():
            raise SetupError(
                f"a backup is being made already ({self._part}); wait until it stands in the list",
                cause="backup.busy",
            )
        self._making = asyncio.create_task(self._make(), name="backup")
        # Nobody may be there any more to hear of a failure.
        self._making.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._making)

    async def _make(self) -> Kept:
        name = f"orderbridge-{self._clock.now().astimezone(UTC):{_WHEN}}.backup"
        self._part = name
        try:
            self._make_folder()
            await backup.backup(self._url, self.folder / name)
            return await self.find(name)
        finally:
            self._part = None

    async def take(self, given_name: str, parts: AsyncIterator[bytes]) -> Kept:
        """Keep a backup that somebody brings; it appears complete and read to its end, or not at all.

        Args:
            given_name: What it is called where it comes from; one of our own names is kept where it is free.
            parts: Its bytes.

        Raises:
            FlowError: It is no backup of ours, or is damaged.
            SetupError: It cannot be written.
        """
        self._make_folder()
        known = _OURS.fullmatch(given_name)
        now = f"{self._clock.now().astimezone(UTC):{_WHEN}}"
        name = given_name if known and not (self.folder / given_name).exists() else f"uploaded-{now}.backup"
        target = self.folder / name
        part = target.with_name(f".{name}.part")
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                async for chunk in parts:
                    await asyncio.to_thread(file.write, chunk)
            await _read_to_the_end(part, given_name)
            if target.exists():
                raise FileExistsError(errno.EEXIST, "one came in the same second; try again")
            part.replace(target)
        except OSError as error:
            raise SetupError(
                f"the backup cannot be kept as {target}: {error.strerror}; nothing was kept",
                cause="setup.backup_file",
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return await self.find(name)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"cannot make the folder {self.folder}: {error.strerror}; let this user write there",
                cause="setup.backup_file",
            ) from error

    async def every(self) -> list[Kept]:
        """List the backups, newest first."""
        return await asyncio.to_thread(self._every)

    async def find(self, name: str) -> Kept:
        """Return a backup.

        Raises:
            FlowError: There is none of that name here.
        """
        found = await asyncio.to_thread(self._look, name)
        if found is None:
            raise FlowError(
                f"there is no backup of that name in {self.folder}; look at the list once more",
                cause="backup.missing",
            )
        return found

    async def remove(self, name: str) -> None:
        """Delete a backup.

        Raises:
            FlowError: There is none of that name here.
        """
        found = await self.find(name)
        await asyncio.to_thread(found.path.unlink, missing_ok=True)

    @property
    def database(self) -> str:
        """The database's address without its password."""
        return str(Address.parse(self._url))

    def _every(self) -> list[Kept]:
        try:
            names = [file.name for file in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        found = [item for name in names if (item := self._look(name)) is not None]
        return sorted(found, key=lambda item: (item.made_at, item.name), reverse=True)

    def _look(self, name: str) -> Kept | None:
        path = self.folder / name
        known = _OURS.fullmatch(name)
        # A link would lead elsewhere.
        if known is None or path.is_symlink() or not path.is_file():
            return None
        try:
            at = datetime.strptime(known[2], _WHEN).replace(tzinfo=UTC)
        except ValueError:
            return None
        return Kept(
            name=name,
            path=path,
            size_bytes=path.stat().st_size,
            made_at=at,
            uploaded=known[1] == "uploaded",
        )


async def _read_to_the_end(part: Path, given_name: str) -> None:
    try:
        await backup_contents.read(part)
    except SetupError as error:
        # Whoever brought it knows it by its own name.
        said = str(error).replace(str(part), given_name).replace(part.name, given_name)
        raise FlowError(f"{said}; nothing was kept", cause="backup.unusable") from error
