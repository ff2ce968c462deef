"""Restoring a backup: what it would replace, ordering it on the page, and doing it before anybody uses the database.

A running product cannot be restored: it writes all the time, and what it holds in memory is of the database that goes.
So the page orders a restore, and the next start of 'orderbridge serve' does it first of all.
"""

from __future__ import annotations

from pathlib import Path

from orderbridge.core.clock import Clock
from orderbridge.core.errors import OrderBridgeError, SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.redact import redact_text
from orderbridge.engine.runtime import JOURNAL_INCOMPLETE, Runtime
from orderbridge.store import backup, backup_contents, schema, sizes, switches
from orderbridge.store.backup_folder import BackupFolder, Kept
from orderbridge.store.database import Database
from orderbridge.store.restore_orders import Order, Outcome, RestoreOrders

log = get(__name__)


async def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Replace everything in the database by a backup, and bring that to this version.

    Args:
        url: The database.
        file: A backup.
        force: Disconnect whoever else uses the database, instead of refusing.

    Raises:
        SetupError: It is no backup, or the database is in use or refuses; nothing was changed.
    """
    await backup.restore(url, file, force=force)
    await schema.upgrade(url)
    db = await Database.open(url, pool_size=2)
    try:
        # What was written after the backup stands in Act! but not in our journal any more: from now
        # on every record is looked up before it is created.
        async with db.begin() as tx:
            await switches.write(tx, JOURNAL_INCOMPLETE, True)
    finally:
        await db.close()


async def checked(runtime: Runtime, kept: Kept) -> JsonObject:
    """Read a backup to its end, and say whether it can be restored here and what that would replace.

    Raises:
        SetupError: It is no backup of ours, or is damaged.
    """
    found = await backup_contents.read(kept.path)
    lacking = [key_id for key_id in found.key_ids if not runtime.box.knows([key_id])]
    async with runtime.db.read() as tx:
        newer = await sizes.newer_than(tx, kept.made_at)
    return {
        "name": kept.name,
        "schema": found.schema,
        "schema_here": schema.newest(),
        "why_not": _why_not(found.schema, lacking),
        # When one that was brought under another name was made, nobody knows.
        "replaces": None if kept.uploaded else newer,
    }


def _why_not(found: str, lacking: list[str]) -> str | None:
    if found > schema.newest():
        return (
            f"it was made by a newer version of orderbridge (schema {found}, here {schema.newest()}); install that "
            "version first"
        )
    if lacking:
        return (
            f"its tokens and passwords are encrypted with master key {', '.join(lacking)}, which is not here, and "
            "'orderbridge serve' would not start with it; put that key back first (docs/howto/keys.md)"
        )
    return None


async def order(runtime: Runtime, folder: BackupFolder, name: str, *, by: str) -> Order:
    """Let the next start restore a backup.

    Raises:
        FlowError: There is no such backup.
        SetupError: It cannot be restored here; says why not.
    """
    kept = await folder.find(name)
    if why_not := (await checked(runtime, kept))["why_not"]:
        raise SetupError(f"{name} cannot be restored here: {why_not}", cause="setup.restore")
    wanted = Order(name=name, by=by, at=runtime.clock.now().isoformat())
    RestoreOrders(folder.folder).put(wanted)
    return wanted


async def carry_out(url: str, folder: BackupFolder, clock: Clock) -> Outcome | None:
    """Do what was ordered, before anybody uses the database; None where nothing was.

    What is there is backed up first. Where anything fails, everything is as it was, and the start goes on with it.
    """
    orders = RestoreOrders(folder.folder)
    wanted = orders.take()
    if wanted is None:
        return None
    log.info("a backup is restored, as it was ordered on the page", backup=wanted.name, by=wanted.by)
    kept = None
    try:
        chosen = await folder.find(wanted.name)
        if await schema.present(url) is not None:
            kept = (await folder.make()).name
        await restore(url, chosen.path)
        ok, said = True, f"{wanted.name} was restored"
    except OrderBridgeError as error:
        ok, said = (
            False,
            f"{wanted.name} was not restored, and everything is as it was: {redact_text(str(error))}",
        )
        log.warning("the backup was not restored; everything is as it was", reason=said)
    outcome = Outcome(
        name=wanted.name, by=wanted.by, ok=ok, at=clock.now().isoformat(), message=said, kept=kept
    )
    orders.note(outcome)
    return outcome
