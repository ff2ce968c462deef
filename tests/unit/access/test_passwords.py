"""What a password must be, and what is kept of it."""

from __future__ import annotations

import threading

import argon2
import pytest

from orderbridge.access import passwords
from orderbridge.access.errors import AccessError
from orderbridge.access.passwords import Passwords

GOOD = "three word salad"
CHEAP = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


class Watched(argon2.PasswordHasher):
    """The library's own, which remembers what it was given and where it ran."""

    def __init__(self, **parameters: int) -> None:
        super().__init__(**parameters)
        self.verified: list[argon2.Parameters] = []
        self.threads: set[int] = set()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.threads.add(threading.get_ident())
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.threads.add(threading.get_ident())
        self.verified.append(argon2.extract_parameters(str(hash)))
        return bool(super().verify(hash, password))


@pytest.mark.parametrize(
    ("password", "cause"),
    [
        ("", "password.short"),
        ("eleven char", "password.short"),
        ("abcdabcdabcdabcd", "password.simple"),
        ("annalena.schmidt", "password.name"),
        ("ANNALENA.SCHMIDT1!", "password.name"),
        ("annalena.schmidtannalena.schmidt", "password.name"),
        ("aB3$" * 251, "password.long"),
    ],
)
def test_a_password_that_is_guessed_easily_is_refused_without_being_shown(password: str, cause: str) -> None:
    with pytest.raises(AccessError) as refused:
        passwords.check(password, name="Annalena.Schmidt")

    assert refused.value.cause == cause
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["twelve chars", "Ottos Möhren-Eintopf", "x" * 8 + "abcd", "ab3$" + "e" * 996]
)
def test_twelve_characters_that_are_not_the_name_will_do(password: str) -> None:
    passwords.check(password, name="Otto")


def test_a_short_name_within_a_long_password_is_no_harm() -> None:
    passwords.check("banana bread for tea", name="a")


async def test_a_password_is_known_again_and_another_is_not() -> None:
    hashes = Passwords(Watched(**CHEAP))
    stored = await hashes.hash(GOOD)

    assert GOOD not in stored
    assert stored.startswith("$argon2id$")
    assert (await hashes.verify(stored, GOOD)).right
    assert not (await hashes.verify(stored, GOOD + " ")).right
    assert not (await hashes.verify("not a hash", GOOD)).right


async def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    hashes = Passwords(Watched(**CHEAP))

    assert (
        await hashes.verify(
            await hashes.hash("caf\u00e9 au lait gar\u00e7on"), "cafe\u0301 au lait garc\u0327on"
        )
    ).right


async def test_for_nobody_the_same_work_is_done_and_never_in_the_event_loops_own_thread() -> None:
    hasher = Watched(**CHEAP)
    hashes = Passwords(hasher)
    stored = await hashes.hash(GOOD)

    await hashes.verify(stored, "wrong")
    assert not (await hashes.verify(None, GOOD)).right

    somebody, nobody = hasher.verified
    assert somebody == nobody
    assert threading.get_ident() not in hasher.threads


async def test_a_hash_of_other_parameters_is_made_anew_when_it_is_proved() -> None:
    old = await Passwords(Watched(**CHEAP)).hash(GOOD)
    dearer = Passwords(Watched(**CHEAP | {"time_cost": 2}))

    assert (await dearer.verify(old, "wrong")).anew is None
    proved = await dearer.verify(old, GOOD)

    assert proved.right
    assert proved.anew is not None
    assert argon2.extract_parameters(proved.anew).time_cost == 2
    assert (await dearer.verify(proved.anew, GOOD)).anew is None


async def test_by_default_it_is_argon2id_with_64_mebibytes() -> None:
    made = argon2.extract_parameters(await Passwords().hash(GOOD))

    assert (made.type, made.memory_cost, made.time_cost) == (argon2.Type.ID, 65536, 3)
