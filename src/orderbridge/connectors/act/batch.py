"""Several Act! calls in one message: building ``multipart/mixed`` and taking it apart.

Source: Act! Web API notes, section 6. Answers are matched by position, which is an inference.
"""

from __future__ import annotations

import email.message
import email.parser
import email.policy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from orderbridge.connectors.answers import decoded
from orderbridge.connectors.base import Answer
from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject

_END = "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCall:
    """One call inside a batch."""

    method: str
    path: str
    params: Mapping[str, str | int | None] | None = None
    body: JsonObject | list[Any] | None = None


def build(calls: Sequence[BatchCall], *, base_url: str, boundary: str) -> bytes:
    """Write ``calls`` as the body of one message."""
    base = urlsplit(base_url)
    chunks: list[bytes] = []
    for call in calls:
        given = {key: value for key, value in (call.params or {}).items() if value is not None}
        target = base.path + call.path + ("?" + urlencode(given) if given else "")
        body = b"" if call.body is None else jsonio.encode(call.body)
        lines = [
            f"--{boundary}",
            "Content-Type: application/http; msgtype=request",
            "",
            f"{call.method} {target} HTTP/1.1",
            f"Host: {base.netloc}",
            "Accept: application/json",
        ]
        if body:
            lines += ["Content-Type: application/json; charset=utf-8", f"Content-Length: {len(body)}"]
        chunks.append((_END.join(lines) + _END + _END).encode() + body + _END.encode())
    return b"".join(chunks) + f"--{boundary}--{_END}".encode()


def parse(raw: bytes, content_type: str, *, expected: int) -> list[Answer]:
    """Read the answers out of a message, in their order.

    Raises:
        BadRecordError: It is not such a message, or has more or fewer parts than ``expected``.
    """
    head = f"Content-Type: {content_type}{_END}{_END}".encode()
    # The plain policy: the newer ones spend most of a batch on understanding header values.
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(head + raw)
    if not message.is_multipart():
        raise BadRecordError(
            f"Act! POST /api/$batch: answered {content_type or 'without a type'} instead of multipart/mixed",
            cause="act.batch_unreadable",
        )
    parts = [
        part.get_payload(decode=True)
        for part in message.get_payload()
        if isinstance(part, email.message.Message)
    ]
    if len(parts) != expected:
        raise BadRecordError(
            f"Act! POST /api/$batch: {expected} calls were sent and {len(parts)} answers came back",
            cause="act.batch_unreadable",
        )
    return [_answer(part if isinstance(part, bytes) else b"") for part in parts]


def _answer(raw: bytes) -> Answer:
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    status_line, _, header_lines = head.decode("latin-1").lstrip("\n").partition("\n")
    words = status_line.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        raise BadRecordError(
            f"Act! POST /api/$batch: a part begins with {status_line[:40]!r} instead of a status line",
            cause="act.batch_unreadable",
        )
    headers = {
        name.strip().title(): value.strip()
        for name, separator, value in (line.partition(":") for line in header_lines.split("\n"))
        if separator
    }
    value, text = decoded(body.strip(), headers.get("Content-Type", ""))
    return Answer(int(words[1]), headers, value, text, 0.0)
