"""Expressions computed in this process, for tests of the language itself."""

from __future__ import annotations

from typing import Any

from orderbridge.core import jsonio
from orderbridge.flows.expressions.evaluator import Compiled
from orderbridge.flows.expressions.problems import ComputeError, flow_error

NOW_MS = 1_769_855_400_123  # 2026-01-31T10:30:00.123Z

ORDER: dict[str, Any] = jsonio.decode(
    """{"event": {
      "id": "o1", "amount": 150.10, "currency": "USD", "note": null, "empty": "", "paid": true,
      "createdAt": "2026-01-31T23:30:00Z",
      "contact": {"firstName": "Ada", "lastName": "King", "email": "ada@example.com"},
      "items": [
        {"name": "Lid", "price": 19.99, "qty": 3},
        {"name": "Pot", "price": 0.1, "qty": 2},
        {"name": "Fee", "price": 5, "qty": 1}
      ]}, "steps": {}}"""
)


_COMPILED = Compiled()


def compute(text: str, scope: Any = None, *, now_ms: int | None = NOW_MS) -> Any:
    """Read and compute an expression, with the errors that its author would see."""
    copied = jsonio.decode(jsonio.encode(ORDER if scope is None else scope))
    try:
        return _COMPILED.get(text).run(copied, now_ms=now_ms)
    except ComputeError as error:
        raise flow_error(text, error.reason, error.cause, error.position) from error
