"""What a handler returns: status, bytes and headers, ready to send or to put into a batch part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orderbridge.core.jsonio import encode
from orderbridge.emulators.act.errors import ActError

JSON = "application/json; charset=utf-8"


@dataclass(slots=True)
class Answer:
    """One HTTP answer.

    Attributes:
        drop: True when the connection is to break instead of carrying this answer.
        hang_s: Seconds of silence before the connection breaks.
    """

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    hang_s: float = 0.0


def ok(value: Any) -> Answer:
    """Return 200 with ``value`` as JSON."""
    return Answer(200, encode(value))


def created(value: Any) -> Answer:
    """Return 201 with the whole new record."""
    return Answer(201, encode(value))


def no_content() -> Answer:
    """Return 204."""
    return Answer(204, b"", None)


def refusal(error: ActError) -> Answer:
    """Return the answer that ``error`` stands for."""
    return Answer(error.status, error.body, error.content_type, dict(error.headers))
