"""A closed day as CSV: its positions and its differences, for a spreadsheet or an accountant (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.proof.shown import amount
from orderbridge.store import closes
from orderbridge.store.closes import Close
from orderbridge.store.database import Database

HEAD = (
    "kind", "day", "location", "database", "sale", "record", "measure", "currency", "highlevel", "act", "difference",
    "reason", "explains", "evidence",
)  # fmt: skip
# Excel takes a file for UTF-8 only where it begins with this.
BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number stays one.

    >>> safe("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> safe("-12.50")
    '-12.50'
    """
    text = "" if value is None else str(value)
    if not text.startswith(_FORMULA):
        return text
    try:
        Decimal(text)
    except InvalidOperation:
        return f"'{text}"
    return text if text == text.strip() else f"'{text}"


def row(values: Sequence[Any]) -> str:
    """Return one line of the file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(value) for value in values])
    return out.getvalue()


def position(close: Close, line: dict[str, Any]) -> str:
    """Return the line of one amount on both sides."""
    code = line["currency"]
    one, other = line["highlevel"], line["act"]
    return row(
        [
            "position", close.day, close.source, close.target, line["sale"], line["record"], line["measure"], code,
            amount(one, code), amount(other, code), amount(one - other, code), "", "", "",
        ]
    )  # fmt: skip


def difference(close: Close, item: JsonObject) -> Iterator[str]:
    """Yield a line for each reason of a difference of money."""
    code = item["currency"]
    for part in item["reasons"]:
        yield row(
            [
                "difference", close.day, close.source, close.target, item["order_id"], item["record"], item["measure"],
                code, amount(item["highlevel"], code), amount(item["act"], code), amount(item["difference"], code),
                part["code"], amount(part["amount"], code), part["evidence"],
            ]
        )  # fmt: skip


def finding(close: Close, item: JsonObject) -> str:
    """Return the line of a difference that is no money."""
    return row(
        [
            "field", close.day, close.source, close.target, item["order_id"], item["record"], item["field"], "",
            item["highlevel"], item["act"], "", item["reason"], "", item["evidence"],
        ]
    )  # fmt: skip


async def lines(
    db: Database, found: Sequence[Close], *, positions: bool = True, bom: bool = False
) -> AsyncIterator[str]:
    """Yield the whole file, line by line.

    Args:
        db: Holds the closes.
        found: The closed days.
        positions: Every amount on both sides too; the differences alone without them.
        bom: Begin it so that Excel reads it as UTF-8.
    """
    yield (BOM if bom else "") + row(HEAD)
    for close in found:
        async with db.read() as tx:
            if positions:
                async for line in closes.lines(tx, close.id):
                    yield position(close, line)
            for money, document in await closes.differences(tx, close.id):
                if money:
                    for part in difference(close, document):
                        yield part
                else:
                    yield finding(close, document)
