"""Master keys: where they come from, what is said of bad ones, and that none is ever shown."""

from __future__ import annotations

import base64
import stat
import sys
import traceback
from pathlib import Path

import pytest

from orderbridge.core.errors import SetupError
from orderbridge.store.crypto import Keys, MasterKey, MasterKeyError, SecretBox
from orderbridge.store.key_sources import KeySource, key_source
from support.keyrings import MemoryKeyring


def source(folder: Path, *, key: str | None = None, old: str | None = None, place: str = "file") -> KeySource:
    return key_source(master_key=key, old=old, place=place, folder=folder)


def text(size: int = 32) -> str:
    return base64.b64encode(bytes(range(1, size + 1))).decode()


def box_of(of: KeySource) -> SecretBox:
    return SecretBox(of.load(), load=of.load)


def test_a_value_opens_with_its_own_context_only() -> None:
    box = SecretBox(Keys(MasterKey.new()))
    sealed = box.seal("pit-secret", context="one")
    assert box.open(sealed, context="one") == "pit-secret"
    with pytest.raises(MasterKeyError, match="changed in the database"):
        box.open(sealed, context="other")


def test_new_values_are_sealed_with_the_current_key_and_old_ones_still_open() -> None:
    before, after = MasterKey.new(), MasterKey.new()
    sealed = SecretBox(Keys(before)).seal("x", context="c")
    box = SecretBox(Keys(after, (before,)))
    assert box.open(sealed, context="c") == "x"
    assert box.seal("x", context="c").key_id == after.id == box.key_id


def test_a_value_of_an_unknown_key_names_both_keys_and_the_way_out() -> None:
    mine, theirs = MasterKey.new(), MasterKey.new()
    sealed = SecretBox(Keys(theirs)).seal("x", context="shop")
    with pytest.raises(SetupError) as caught:
        SecretBox(Keys(mine)).open(sealed, context="shop")
    assert all(part in str(caught.value) for part in ("shop", mine.id, theirs.id, "forget-secrets"))


def test_the_first_start_makes_a_key_that_later_starts_find(tmp_path: Path) -> None:
    one = source(tmp_path / "data")
    assert one.load() == Keys(None)
    assert one.make_first()
    assert not source(tmp_path / "data").make_first()
    sealed = box_of(one).seal("x", context="c")
    assert box_of(source(tmp_path / "data")).open(sealed, context="c") == "x"


@pytest.mark.skipif(sys.platform == "win32", reason="access lists protect the folder there")
def test_the_key_file_is_readable_by_its_owner_alone_also_after_a_rotation(tmp_path: Path) -> None:
    one = source(tmp_path)
    one.make_first()
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    one.put_first(MasterKey.new())
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_a_key_file_of_the_first_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_bytes(base64.b64encode(bytes(range(32))))
    current = source(tmp_path).load().current
    assert current is not None
    assert current.raw == bytes(range(32))


def test_a_running_process_learns_a_key_that_another_one_made(tmp_path: Path) -> None:
    source(tmp_path).make_first()
    running, rotating = box_of(source(tmp_path)), source(tmp_path)
    before = running.seal("old", context="c")
    key = MasterKey.new()
    rotating.put_first(key)
    sealed = box_of(rotating).seal("new", context="c")
    assert running.open(sealed, context="c") == "new"
    # And what it seals from now on survives the end of the old key.
    assert running.seal("x", context="c").key_id == key.id
    assert rotating.keep_only(key.id) == [before.key_id]
    assert [one.id for one in source(tmp_path).load().every()] == [key.id]
    assert running.open(before, context="c") == "old"


def test_a_process_goes_on_with_what_it_knows_when_the_key_file_is_gone(tmp_path: Path) -> None:
    source(tmp_path).make_first()
    running = box_of(source(tmp_path))
    (tmp_path / "master.key").unlink()
    assert running.open(running.seal("x", context="c"), context="c") == "x"


def test_the_environment_wins_over_the_file_and_old_keys_only_open(tmp_path: Path) -> None:
    source(tmp_path).make_first()
    filed = box_of(source(tmp_path))
    sealed = filed.seal("x", context="c")
    old = (tmp_path / "master.key").read_text().splitlines()[-1]
    box = box_of(source(tmp_path, key=text(), old=old))
    assert box.open(sealed, context="c") == "x"
    assert box.key_id != filed.key_id


def test_one_key_given_twice_is_one_key(tmp_path: Path) -> None:
    assert len(source(tmp_path, key=text(), old=f"{text()},{text()}").load().every()) == 1


def test_the_keyring_of_the_desktop_keeps_the_key(tmp_path: Path, desktop: MemoryKeyring) -> None:
    one = source(tmp_path, place="keyring")
    assert one.make_first()
    assert not (tmp_path / "master.key").exists()
    sealed = box_of(one).seal("x", context="c")
    assert box_of(source(tmp_path, place="keyring")).open(sealed, context="c") == "x"
    # Another installation of the same person has a key of its own.
    assert source(tmp_path / "other", place="keyring").load() == Keys(None)
    assert len(desktop.entries) == 1


def test_a_locked_keyring_is_said_in_one_line(tmp_path: Path, desktop: MemoryKeyring) -> None:
    desktop.locked = True
    with pytest.raises(MasterKeyError, match="unlock it and start again"):
        source(tmp_path, place="keyring").load()


@pytest.mark.usefixtures("headless")
def test_a_machine_without_a_keyring_gets_one_clear_line(tmp_path: Path) -> None:
    for use in (KeySource.load, KeySource.make_first):
        with pytest.raises(MasterKeyError) as caught:
            use(source(tmp_path, place="keyring"))
        assert "has no OS keyring" in str(caught.value)
        assert "set it to file" in str(caught.value)
        assert "\n" not in str(caught.value)


_SHORT = base64.b64encode(b"sixteen bytes!!!").decode()
_NO_BASE64 = "correct horse battery staple!"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": _NO_BASE64}, ["ORDERBRIDGE_MASTER_KEY is not base64"]),
        ({"key": _SHORT}, ["ORDERBRIDGE_MASTER_KEY has 16 bytes and must have 32", "urandom(32)"]),
        ({"key": text(64)}, ["has 64 bytes"]),
        ({"key": "schlüssel"}, ["is not base64"]),
        ({"key": text(), "old": _NO_BASE64}, ["ORDERBRIDGE_MASTER_KEY_OLD"]),
        ({"old": f"{text()},{_SHORT}"}, ["ORDERBRIDGE_MASTER_KEY_OLD has 16 bytes"]),
    ],
)
def test_a_bad_key_in_the_environment_is_one_clear_line_without_the_key(
    tmp_path: Path, given: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(MasterKeyError) as caught:
        source(tmp_path, **given)
    check_message(caught.value, said, [*given.values()])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_NO_BASE64.encode(), ["line 1 of", "is not base64"]),
        (f"# a comment\n\n{text()}\n{_SHORT}\n".encode(), ["line 4 of", "has 16 bytes"]),
        (b"", ["holds no key", "put your copy of it back"]),
        (b"# only this\n", ["holds no key"]),
        (b"\xff\xfe\x00", ["cannot be read", "it is no text"]),
    ],
)
def test_a_bad_key_file_is_one_clear_line_without_the_key(
    tmp_path: Path, content: bytes, said: list[str]
) -> None:
    (tmp_path / "master.key").write_bytes(content)
    with pytest.raises(MasterKeyError) as caught:
        source(tmp_path).load()
    secrets = [line for line in content.decode("latin-1").splitlines() if len(line) > 12 and line[0] != "#"]
    check_message(caught.value, [*said, str(tmp_path / "master.key")], secrets)


def test_a_key_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "master.key").mkdir()
    with pytest.raises(MasterKeyError, match="cannot be read"):
        source(tmp_path).load()


def check_message(error: MasterKeyError, said: list[str], secrets: list[str]) -> None:
    shown = "".join(traceback.format_exception(error))
    assert all(part in str(error) for part in said), str(error)
    assert "\n" not in str(error)
    assert not any(secret in shown for secret in secrets)


def test_no_repr_shows_a_key(tmp_path: Path, desktop: MemoryKeyring) -> None:
    key = MasterKey.new()
    for place in ("file", "keyring"):
        one = source(tmp_path, place=place, old=key.written())
        one.put_first(key)
        for thing in (key, one, one.place, one.load(), box_of(one), source(tmp_path, key=key.written())):
            assert key.written() not in repr(thing)
            assert repr(key.raw) not in repr(thing)
    assert desktop.entries
