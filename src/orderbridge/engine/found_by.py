"""What a run is found by: ids, e-mail addresses, names and amounts of its event, and the words of its error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from orderbridge.core.redact import redact
from orderbridge.store.events import Event
from orderbridge.store.runs import Found

# What people have in hand: a number on a paper, an address, a name. The rest of a record is not kept twice.
_IDS = frozenset({"id", "number", "reference", "code", "sku"})
_NAMES = frozenset(
    {"name", "full_name", "first_name", "last_name", "company", "company_name", "contact_name"}
)
# What was bought finds too many.
_LINES = frozenset({"items", "lines", "line_items", "products"})
_AMOUNTS = ("amount", "total", "amount_paid", "product_total")
_DEEPEST = 3
_LONGEST_WORD = 120
_MOST_WORDS = 60
_WORD = re.compile(r"[^\s,;()\[\]{}'\"<>…]+")


def found_by(event: Event) -> Found:
    """Return what the runs of an event are found by."""
    words = dict.fromkeys(_cut(word) for word in (event.record_id, *_of(redact(event.state), _DEEPEST)))
    amount = next((value for name in _AMOUNTS if (value := _money(event.state.get(name))) is not None), None)
    currency = event.state.get("currency")
    return Found(
        words=[word for word in words if word][:_MOST_WORDS],
        amount=amount,
        currency=currency if isinstance(currency, str) else None,
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are stored and sought."""
    return list(dict.fromkeys(_cut(word.rstrip(".:!?")) for word in _WORD.findall(text)))[:_MOST_WORDS]


def as_amount(text: str) -> Decimal | None:
    """Return the amount that a text is, None where it is none."""
    return _money(Decimal(text)) if re.fullmatch(r"-?\d{1,15}(\.\d{1,8})?", text) else None


def _of(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _of(item, depth)
    if not isinstance(value, dict) or depth == 0:
        return
    for key, item in value.items():
        if key in _LINES:
            continue
        if isinstance(item, dict | list):
            yield from _of(item, depth - 1)
        elif isinstance(item, str) and item:
            yield from _words(key, item)
        elif isinstance(item, int) and not isinstance(item, bool) and _is_id(key):
            yield str(item)


def _words(key: str, text: str) -> Iterator[str]:
    if _is_id(key) or "email" in key:
        yield text
    elif key in _NAMES:
        yield text
        yield from words_of(text)


def _is_id(key: str) -> bool:
    return key in _IDS or key.endswith(("_id", "_number", "_ids"))


def _cut(word: str) -> str:
    return word.strip().casefold()[:_LONGEST_WORD]


def _money(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
