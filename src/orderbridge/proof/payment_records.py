"""A payment as Act! keeps it: what people see in its fields counts, and our machine-readable line stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from orderbridge.catalogue.act import proof_line
from orderbridge.connectors.act.models import CustomRecord, HistoryEntry
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject

KIND = "payment"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecord:
    """A record of a payment.

    Attributes:
        payment: The payment in HighLevel.
        document: The order or invoice that was paid.
        broken: What the record's own fields say and what the machine-readable line says, where the two differ.
    """

    id: str
    payment: str
    document: str
    amount: Decimal
    refunded: Decimal
    currency: str
    status: str
    happened_at: datetime | None
    edited_at: datetime | None
    broken: tuple[str, str] | None = None


def of_history(entry: HistoryEntry) -> PaymentRecord | None:
    """Read a history entry; None where it is no payment of ours, or none that can be understood."""
    facts = _facts(entry.details)
    return _record(entry.id, facts, facts, entry.started_at, None) if facts else None


def of_table(record: CustomRecord, keys: dict[str, str]) -> PaymentRecord | None:
    """Read a record of the custom table.

    Args:
        record: The record.
        keys: Our names of the table's fields → their keys in it.
    """
    facts = _facts(record.fields.get(keys.get("details", "")))
    seen = {
        "ref": _text(record.fields.get(keys.get("reference", ""))),
        "order": _text(record.fields.get(keys.get("order_reference", ""))),
        "status": _text(record.fields.get(keys.get("status", ""))),
        "currency": _text(record.fields.get(keys.get("currency", ""))),
        "amount": _amount(record.fields.get(keys.get("amount", "")), facts.get("amount")),
        "refunded": _amount(record.fields.get(keys.get("refunded", "")), facts.get("refunded")),
    }
    # A database may lack some of the fields; the line then says what they would.
    whole = facts | {name: value for name, value in seen.items() if value is not None}
    paid_at = instant(record.fields.get(keys.get("paid_at", "")))
    return _record(record.id, whole, facts, paid_at, record.edited_at)


def _record(
    record_id: str,
    seen: JsonObject,
    line: JsonObject,
    happened_at: datetime | None,
    edited_at: datetime | None,
) -> PaymentRecord | None:
    if not seen.get("ref") or not seen.get("order"):
        return None
    try:
        amount, refunded = Decimal(seen["amount"]), Decimal(seen.get("refunded") or 0)
    except (KeyError, InvalidOperation):
        return None
    names = ("ref", "order", "amount", "refunded", "currency", "status")
    # The field for the status is shorter than what a provider may say.
    other = [name for name in names if not _same(seen.get(name), line.get(name))]
    broken = None
    if other:
        broken = tuple(", ".join(f"{name} {side.get(name)}" for name in other) for side in (seen, line))
    return PaymentRecord(
        id=record_id,
        payment=seen["ref"],
        document=seen["order"],
        amount=amount,
        refunded=refunded,
        currency=seen.get("currency") or "???",
        status=seen.get("status") or "unknown",
        happened_at=happened_at,
        edited_at=edited_at,
        broken=(broken[0], broken[1]) if broken else None,
    )


def _facts(details: Any) -> JsonObject:
    facts = proof_line.read(details if isinstance(details, str) else None)
    return dict(facts) if facts and facts.get("kind") == KIND else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _amount(value: Any, line: str | None) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if line is not None:
        try:
            exact = Decimal(line)
        except InvalidOperation:
            return str(value)
        # Act! may keep two digits of a currency that has three.
        if value in (exact, exact.quantize(_CENT, rounding=ROUND_HALF_UP)):
            return line
    return str(value)


def _same(one: Any, other: Any) -> bool:
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except (InvalidOperation, TypeError, ValueError):
        return False
