"""Differences as programs are given them: amounts as text, with the digits of their currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import quantized
from orderbridge.proof.differences import Difference
from orderbridge.proof.fields import Finding
from orderbridge.proof.reconciliation import Reconciliation


def amount(value: Any, currency: str) -> str:
    """Return an amount with its currency's digits; one that would lose some keeps them all."""
    exact = Decimal(value)
    try:
        rounded = quantized(exact, currency)
    except BadRecordError:
        # There is no such currency, so nobody knows its smallest unit.
        return str(exact)
    return f"{rounded if rounded == exact else exact:f}"


def totals_object(item: Reconciliation) -> JsonObject:
    """Return what both sides hold: currency → measure → amounts of each side and their difference."""
    return {
        currency: {
            measure: {
                "highlevel": amount(item.highlevel.get(measure, {}).get(currency, 0), currency),
                "act": amount(item.act.get(measure, {}).get(currency, 0), currency),
                "difference": amount(item.difference(measure, currency), currency),
            }
            for measure in item.measures
        }
        for currency in item.currencies
    }


def reconciliation_object(item: Reconciliation) -> JsonObject:
    """Return a comparison of both sides."""
    return {
        "source": item.source,
        "target": item.target,
        "orders": item.orders,
        "invoices": item.invoices,
        "agrees": item.agrees,
        "explained": item.explained,
        "line": item.line(),
        "totals": totals_object(item),
        "duplicates": item.duplicates,
        "unreadable": item.unreadable,
        "differences": [difference_object(part) for part in item.differences],
        "findings": [finding_object(part) for part in item.findings],
    }


def difference_object(item: Difference) -> JsonObject:
    """Return a difference of money."""
    return {
        "order_id": item.order_id,
        "measure": item.measure,
        "currency": item.currency,
        "highlevel": str(item.highlevel),
        "act": str(item.act),
        "difference": str(item.amount),
        "reason": item.reason,
        "evidence": item.evidence,
        "record": item.record,
        "day": None if item.day is None else item.day.isoformat(),
        "reasons": [
            {"code": part.code, "amount": str(part.amount), "line": part.line, "evidence": part.evidence}
            for part in item.parts
        ],
        "facts": item.facts,
    }


def finding_object(item: Finding) -> JsonObject:
    """Return a difference that is no money."""
    return {
        "order_id": item.sale,
        "record": item.record,
        "field": item.field,
        "highlevel": item.highlevel,
        "act": item.act,
        "reason": item.code,
        "evidence": item.evidence,
        "day": None if item.day is None else item.day.isoformat(),
    }
