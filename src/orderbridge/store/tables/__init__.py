"""Every table of the product, by what it is for. A change here needs a migration; a test compares the two."""

from __future__ import annotations

from orderbridge.store.tables import (
    access,
    accounts,
    arrivals,
    backfills,
    closes,
    flows,
    intake,
    messages,
    proof,
    work,
)
from orderbridge.store.tables.ground import metadata

__all__ = [
    "access",
    "accounts",
    "arrivals",
    "backfills",
    "closes",
    "flows",
    "intake",
    "messages",
    "metadata",
    "proof",
    "work",
]
