"""Master keys at work: the self-test at the start, rotation while everything runs, the way out of a lost key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from orderbridge.core.log import get
from orderbridge.engine import faults
from orderbridge.store import claims, keys
from orderbridge.store.crypto import MasterKey, MasterKeyError, SecretBox
from orderbridge.store.database import Database, Tx
from orderbridge.store.key_sources import KeySource
from orderbridge.store.keys import StoredSecret

log = get(__name__)

_BATCH = 100
_NAMES_SHOWN = 5
FORGOTTEN = (
    "its stored secret was dropped because no master key opened it; enter the token or password again with "
    "'orderbridge connections replace-token', or install the app again"
)


class KeepIt:
    """The word on how to keep the key: said once, when it was made or the first secret was stored with it.

    Only after success: a failure is one clear line, and there is nothing to keep yet.
    """

    def __init__(self, db: Database, source: KeySource, *, made: bool, unused: bool) -> None:
        self._db, self._source, self._made, self._unused = db, source, made, unused

    async def say(self) -> None:
        """Say it, if it is time."""
        if not self._unused or not self._source.place.makes_keys:
            return
        async with self._db.begin() as tx:
            if not self._made and not await keys.in_use(tx):
                return
        self._unused = False
        log.info(
            "stored tokens and passwords are encrypted with a master key that was made here: keep a copy of it, "
            "apart from the backups; without it they have to be entered again, nothing else is lost",
            where=self._source.place.where,
        )


async def open_box(db: Database, source: KeySource) -> tuple[SecretBox, KeepIt]:
    """Return the box of this installation, its keys tried on what they have to open; makes the first key.

    Raises:
        MasterKeyError: A key that is needed is missing or wrong; the message says the way out.
    """
    box = SecretBox(source.load(), load=source.load)
    async with db.begin() as tx:
        used = await _try(tx, box, source)
    made = source.load().current is None and source.make_first()
    box.reload()
    async with db.begin() as tx:
        await keys.add_check(tx, keys.check_of(box.key(box.key_id)))
    return box, KeepIt(db, source, made=made, unused=not used)


async def _try(tx: Tx, box: SecretBox, source: KeySource) -> bool:
    in_use = await keys.in_use(tx)
    missing = {key_id: names for key_id, names in in_use.items() if not box.knows([key_id])}
    if missing:
        raise _missing(missing, source)
    checks = await keys.checks(tx)
    for key_id in in_use:
        check = checks.get(key_id)
        if check is not None:
            if not keys.right(box, check):
                raise MasterKeyError(
                    f"the known text of master key {key_id} does not open with that key: the table key_checks "
                    "was changed from outside; restore a backup, or let 'orderbridge connections forget-secrets' "
                    "write it anew, which drops only what no key opens"
                )
            continue
        # From a version that kept no known text: a secret itself tells.
        value = await keys.sealed_with(tx, key_id)
        if value is not None:
            box.open(value.sealed, context=value.id)
            await keys.add_check(tx, keys.check_of(box.key(key_id)))
    return bool(in_use)


def _missing(missing: dict[str, list[str]], source: KeySource) -> MasterKeyError:
    names = [name for group in missing.values() for name in group]
    here = ", ".join(key.id for key in source.load().every())
    found = source.elsewhere(set(missing))
    way_out = (
        f"it is in {found}: set ORDERBRIDGE_MASTER_KEY_OLD to it and run 'orderbridge connections rotate-key'"
        if found
        else "put that key back, or give it as ORDERBRIDGE_MASTER_KEY_OLD; if it is lost, 'orderbridge connections "
        "forget-secrets' drops what it sealed, and the tokens and passwords have to be entered again"
    )
    return MasterKeyError(
        f"wrong or missing master key, nothing was started: {_counted(names)} encrypted with key "
        f"{', '.join(sorted(missing))}; {source.place.where} "
        + (f"has key {here}" if here else "has no key")
        + f"; {way_out}"
    )


def _counted(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    return f"the secret of {shown} is" if len(names) == 1 else f"the {len(names)} secrets of {shown} are"


@dataclass(slots=True, kw_only=True)
class Rotated:
    """What a rotation did.

    Attributes:
        key_id: The key that everything is sealed with now.
        made: Whether it was made just now; False when it was given, or an interrupted rotation was finished.
        sealed: How many values were sealed anew.
        retired: Ids of the keys that the database does not take any more.
        kept_in: Where old keys still stand that a person may remove now.
    """

    key_id: str
    made: bool
    sealed: int = 0
    retired: list[str] = field(default_factory=list)
    kept_in: str | None = None


async def rotate(db: Database, box: SecretBox, source: KeySource, *, rng: Random) -> Rotated:
    """Seal everything with a new key while other processes go on; finishes an interrupted rotation first.

    Where the environment gives the key, that one is taken and none is made.

    Raises:
        MasterKeyError: The keys cannot be read or written.
    """
    async with claims.claim(db, ["rotate-key"], lease_s=10, rng=rng):
        made = await _new_key(db, box, source)
        result = Rotated(key_id=box.key_id, made=made)
        faults.reach("key.made")
        while True:
            result.sealed += await _seal_all(db, box, rng)
            async with db.begin() as tx:
                retired = await keys.retire(tx, result.key_id)
            if retired is not None:
                break
        faults.reach("key.retired")
        result.retired = sorted({*retired, *source.keep_only(result.key_id)})
        if source.old:
            result.kept_in = "ORDERBRIDGE_MASTER_KEY_OLD"
    log.info("the master key was rotated", key_id=result.key_id, sealed=result.sealed)
    return result


async def _new_key(db: Database, box: SecretBox, source: KeySource) -> bool:
    box.reload()
    async with db.begin() as tx:
        unfinished = set(await keys.in_use(tx)) - {box.key_id}
    if unfinished or not source.place.makes_keys or len(source.place.load()) > 1:
        return False
    key = MasterKey.new()
    async with db.begin() as tx:
        # Before anybody can read the key and seal with it.
        await keys.add_check(tx, keys.check_of(key))
    source.put_first(key)
    box.reload()
    return True


async def _seal_all(db: Database, box: SecretBox, rng: Random) -> int:
    sealed = 0
    while True:
        async with db.begin() as tx:
            batch = await keys.sealed_otherwise(tx, box.key_id, limit=_BATCH)
        if not batch:
            return sealed
        for value in batch:
            sealed += await _seal_one(db, box, value, rng)


async def _seal_one(db: Database, box: SecretBox, value: StoredSecret, rng: Random) -> bool:
    # Whoever refreshes this account's tokens just now stores the new pair first.
    async with claims.claim(db, [f"token/{value.id}"], lease_s=10, rng=rng), db.begin() as tx:
        done = await keys.seal_anew(tx, box, value)
    faults.reach("key.sealed")
    return done


async def forget_secrets(db: Database, source: KeySource) -> list[StoredSecret]:
    """Drop every secret that no key opens, and mark its account as one to reconnect; return them.

    The known texts of the keys that are here are written anew.
    """
    box = SecretBox(source.load(), load=source.load)
    async with db.begin() as tx:
        lost = [value for value in await keys.every(tx) if not _opens(box, value)]
        for value in lost:
            await keys.forget(tx, value, FORGOTTEN)
        for key_id in await keys.checks(tx):
            if box.knows([key_id]):
                await keys.renew_check(tx, keys.check_of(box.key(key_id)))
    for value in lost:
        log.warning("a secret was dropped", kind=value.kind, name=value.name, key_id=value.sealed.key_id)
    return lost


def _opens(box: SecretBox, value: StoredSecret) -> bool:
    try:
        box.open(value.sealed, context=value.id)
    except MasterKeyError:
        return False
    return True


def named(values: Iterable[StoredSecret]) -> list[str]:
    """Return what the values belong to, for people."""
    words = {"connections": "connection", "apps": "app", "agencies": "agency"}
    return [f"{words[value.kind]} {value.name}" for value in values]
