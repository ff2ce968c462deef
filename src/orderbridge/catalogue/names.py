"""Our names and the providers' names of the same fields: ``created_at`` here, ``createdAt`` over there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LOWER_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACRONYM_END = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_PROVIDERS_WORD = re.compile(r"_?[a-z][A-Za-z0-9]*")
# Below these the keys belong to the account's owner and are left as they are; taxes are known by an ``_id`` for
# which we have no spelling, and what is read of them must go back as it came.
OWNERS_KEYS = frozenset({"customFields", "custom_fields", "properties", "meta", "chargeSnapshot", "taxes"})


def ours(name: str) -> str:
    """Return our spelling of a provider's name; what is no plain camel-case word stays as it is."""
    if not _PROVIDERS_WORD.fullmatch(name):
        return name
    # HighLevel's own id carries an underscore where the payment provider's does not.
    plain = name.removeprefix("_")
    return _LOWER_UPPER.sub("_", _ACRONYM_END.sub("_", plain)).lower()


def theirs(name: str) -> str:
    """Return the usual provider's spelling of our name."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def to_ours(value: Any) -> Any:
    """Rename the keys of a provider's record, at every depth, and leave its values alone."""
    if isinstance(value, Mapping):
        return {
            ours(key): item if key in OWNERS_KEYS else to_ours(item)
            for key, item in value.items()
            # Where a record has both, "id" is the plain one.
            if not (key == "_id" and "id" in value)
        }
    if isinstance(value, list):
        return [to_ours(item) for item in value]
    return value


def to_theirs(value: Any) -> Any:
    """Rename the keys of one of our values, at every depth."""
    if isinstance(value, Mapping):
        return {theirs(key): item if key in OWNERS_KEYS else to_theirs(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_theirs(item) for item in value]
    return value
