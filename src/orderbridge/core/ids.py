"""Identifiers: random where a thing is new, derived where a repeat must find the same thing."""

from __future__ import annotations

import uuid
from collections.abc import Callable

IdSource = Callable[[], str]

_NAMESPACE = uuid.UUID("5f0c6e2b-7b1d-5a51-9d3c-0f6f2f1b9a10")


def random_id() -> str:
    """Return a new identifier that nobody has used."""
    return uuid.uuid4().hex


def derived_id(*parts: str) -> str:
    """Return the one identifier that belongs to ``parts``, the same on every machine.

    A run's id is made of its flow version and its event, so that a repeat starts nothing.
    """
    # The length in front keeps ("ab", "c") and ("a", "bc") apart.
    return uuid.uuid5(_NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)).hex
