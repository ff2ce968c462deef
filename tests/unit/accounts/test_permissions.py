from __future__ import annotations

from orderbridge.accounts.permissions import CAPABILITIES, report
from orderbridge.connectors.act.directory import Permission


def held(*names: str, allowed: bool = True) -> list[Permission]:
    return [Permission(name=name, alias=None, allowed=allowed) for name in names]


EVERY = held(*(item.permission for item in CAPABILITIES))


def test_a_user_with_everything_lacks_nothing() -> None:
    found = report(EVERY)

    assert found.missing == ()
    assert found.sentence == "the user has every permission that is needed"


def test_a_missing_permission_is_named_with_what_does_not_work_without_it() -> None:
    found = report([item for item in EVERY if item.name != "Access All Non-Private Data"])

    assert [item.permission for item in found.missing] == ["Access All Non-Private Data"]
    assert "made twice" in found.sentence


def test_a_permission_that_is_listed_as_not_allowed_is_missing() -> None:
    others = [item for item in EVERY if item.name != "Manage Other Users' Contacts"]
    found = report([*others, *held("Manage Other Users' Contacts", allowed=False)])

    assert [item.permission for item in found.missing] == ["Manage Other Users' Contacts"]


def test_what_is_needed_once_is_told_apart_from_what_is_needed_always() -> None:
    found = report([item for item in EVERY if item.name != "Define Fields"])

    assert found.missing == ()
    assert [item.permission for item in found.missing_at_times] == ["Define Fields"]


def test_other_spellings_and_aliases_of_a_name_are_known() -> None:
    aliases = [
        Permission(name="?", alias=item.permission.replace(" ", "").upper(), allowed=True)
        for item in CAPABILITIES
    ]

    assert report(aliases).missing == ()


def test_names_of_another_language_are_no_reason_to_say_that_all_are_missing() -> None:
    found = report(held("Web-API-Zugriff", "Felder definieren"))

    assert not found.known
    assert found.missing == ()
    assert "none by a name that is known here" in found.sentence
