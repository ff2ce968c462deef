"""Reading answers of both providers, also those that no documentation promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderbridge.connectors.base import Answer
from orderbridge.core import jsonio
from orderbridge.core.redact import redact_text

_LONGEST_MESSAGE = 400
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")


def decoded(raw: bytes, content_type: str) -> tuple[Any, str]:
    """Return (JSON value, ""), or (None, text) where ``raw`` is not JSON; empty is (None, "")."""
    if not raw or raw.isspace():
        return None, ""
    if "json" in content_type or raw.lstrip()[:1] in (b"{", b"["):
        try:
            return jsonio.decode(raw), ""
        except ValueError:
            pass
    return None, raw.decode("utf-8", errors="replace").replace("\0", jsonio.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a refusal says.

    Attributes:
        message: For people, short and without secrets; empty where the answer says nothing.
        trace_id: The provider's own reference, for its support.
    """

    message: str
    trace_id: str | None

    def __str__(self) -> str:
        said = self.message or "no explanation given"
        return f"{said} (trace {self.trace_id})" if self.trace_id else said


def complaint(answer: Answer) -> Complaint:
    """Read an error body leniently: JSON in any known shape, HTML, plain text or nothing.

    Of .NET's error object the stack trace is left out.
    """
    body = answer.body
    trace_id = None
    if isinstance(body, Mapping):
        found = body.get("traceId")
        trace_id = found if isinstance(found, str) else None
        parts = [_words(body.get("message")), _words(body.get("exceptionMessage"))]
        if not any(parts):
            parts = [_words(body.get(key)) for key in ("error", "error_description", "msg")]
        message = ": ".join(dict.fromkeys(part for part in parts if part))
    elif body is not None:
        message = _words(body)
    else:
        message = _TAGS.sub(" ", answer.text)
    message = _SPACE.sub(" ", redact_text(message)).strip()
    return Complaint(message[:_LONGEST_MESSAGE], trace_id)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if isinstance(value, Mapping):
        # HighLevel's oauth answers of version v3 nest the message; class-validator nests constraints.
        parts = (_words(value.get(key)) for key in ("message", "details", "resolution"))
        return "; ".join(filter(None, parts))
    return ""
