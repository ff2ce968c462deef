"""What is kept of the calls of a step: without secrets, within bounds, and only as much as the owner wants."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from orderbridge.connectors.exchanges import Conversation, Exchange, Message
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import HIDDEN, names_secret, redact, redact_text

Kept = Literal["none", "failed", "writes"]

# Of each body; the rest is counted. What matters stands at its beginning.
MOST_CHARACTERS = 16_000
# Of all bodies of a step together: those that failed come first.
MOST_IN_ALL = 200_000
_LONGEST_URL = 2_000
_LONGEST_SECRET = 8_000
# A name and a value in what is no JSON: a form inside a text, the headers that a page repeats.
_NAMED = re.compile(
    r"(?i)((?:password|passwd|secret|token|api[-_]?key|authorization|signature)[\"']?\s*[:=]\s*[\"']?)"
    r"[^\s\"'&,;<>]{4,}"
)
_LONGEST_PROBLEM = 400
_REFUSED_PART = re.compile(r"^HTTP/1\.[01] [45]\d\d\b", re.MULTILINE)


def transcript(conversation: Conversation, wanted: Kept) -> JsonObject | None:
    """Return what is stored of a step's calls; None where there is nothing.

    Args:
        conversation: What was heard.
        wanted: ``failed`` keeps the bodies of calls that failed, ``writes`` those of calls that may change something
            too. Of the others the line is kept: what was asked, and how long it took.
    """
    if wanted == "none" or not conversation.calls:
        return None
    refused = [_refused_parts(call) for call in conversation.calls]
    failed = [call.failed or refused[number] > 0 for number, call in enumerate(conversation.calls)]
    chosen = [
        number
        for number, call in enumerate(conversation.calls)
        if failed[number] or (wanted == "writes" and not call.reads)
    ]
    left, bodies = MOST_IN_ALL, {}
    for number in sorted(chosen, key=lambda at: (not failed[at], at)):
        if left <= 0:
            break
        call = conversation.calls[number]
        bodies[number] = {
            "request": _message(call.request, call.secrets),
            "answer": None if call.answer is None else _message(call.answer, call.secrets),
        }
        left -= len(jsonio.encode(bodies[number]))
    calls = [
        _line(call)
        | {"refused_parts": refused[number]}
        | bodies.get(number, {"request": None, "answer": None})
        for number, call in enumerate(conversation.calls)
    ]
    return {"calls": calls, "left_out": conversation.left_out}


def _refused_parts(call: Exchange) -> int:
    """Count the parts of a batch that were refused: the whole of it is accepted all the same."""
    answer = call.answer
    if (
        answer is None
        or not isinstance(answer.content, str)
        or not answer.content_type.startswith("multipart/mixed")
    ):
        return 0
    return len(_REFUSED_PART.findall(answer.content))


def _line(call: Exchange) -> JsonObject:
    return {
        "method": call.method,
        "url": _url(call)[:_LONGEST_URL],
        "tries": [
            {
                "at": _moment(one.at),
                "waited_s": round(one.waited_s, 4),
                "took_s": round(one.took_s, 4),
                "status": one.status,
                "problem": redact_text(one.problem, known=call.secrets)[:_LONGEST_PROBLEM]
                if one.problem
                else None,
            }
            for one in call.tries
        ],
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _url(call: Exchange) -> str:
    query = {
        name: value
        for name, value in redact(dict(call.query), known=call.secrets).items()
        if value is not None
    }
    # For people: what is quoted is hard to read, and nobody calls this line.
    shown = urlencode(query, doseq=True, quote_via=lambda text, *_: str(text)) if query else ""
    return redact_text(call.url, known=call.secrets) + (f"?{shown}" if shown else "")


def _message(message: Message, secrets: Collection[str]) -> JsonObject:
    content = _readable(message)
    rest = [MOST_CHARACTERS]
    value = _beginning(content, rest, secrets)
    if isinstance(value, str):
        value = _NAMED.sub(rf"\1{HIDDEN}", value)
    # Reading a body without keeping it leaves only its size.
    absent = content is None and message.size > 0
    return {"body": value, "bytes": message.size, "cut": rest[0] <= 0, "absent": absent}


def _readable(message: Message) -> Any:
    """Return a body as a value: JSON, a form's fields, the parts of a batch, or a text."""
    content = message.content
    if isinstance(content, bytes):
        if message.content_type.startswith("multipart/form-data"):
            # A file: its bytes tell nobody anything.
            return None
        content = content.decode("utf-8", errors="replace")
    if not isinstance(content, str):
        return content
    content = content.replace("\0", jsonio.UNREADABLE)
    if message.content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content, keep_blank_values=True))
    if message.content_type.startswith("multipart/mixed"):
        return _parts(content, message.content_type) or content
    return content


def _parts(text: str, content_type: str) -> list[JsonObject]:
    """Return the calls, or the answers, of a batch; their headers are left out."""
    boundary = content_type.partition("boundary=")[2].partition(";")[0].strip().strip('"')
    if not boundary:
        return []
    found: list[JsonObject] = []
    for part in text.replace("\r\n", "\n").split(f"--{boundary}")[1:]:
        inner = part.partition("\n\n")[2]
        head, _, body = inner.partition("\n\n")
        if not head:
            continue
        try:
            value: Any = jsonio.decode(body) if body.strip() else None
        except ValueError:
            value = body.strip()
        found.append({"call": head.strip().partition("\n")[0], "body": value})
    return found


def _beginning(value: Any, rest: list[int], secrets: Collection[str]) -> Any:
    """Return as much of a value as fits, whole fields first to last; ``rest`` is what is left of the room."""
    if isinstance(value, str):
        room = max(rest[0], 0)
        rest[0] -= len(value)
        # Before it is cut: half a secret is one too.
        clean = redact_text(value[: room + _LONGEST_SECRET], known=secrets)
        return clean if len(value) <= room else f"{clean[:room]}…"
    if isinstance(value, dict):
        some: JsonObject = {}
        for key, item in value.items():
            if rest[0] <= 0:
                break
            rest[0] -= len(str(key)) + 4
            hidden = item and isinstance(key, str) and names_secret(key)
            some[key] = HIDDEN if hidden else _beginning(item, rest, secrets)
        return some
    if isinstance(value, list | tuple):
        few = []
        for item in value:
            if rest[0] <= 0:
                break
            rest[0] -= 2
            few.append(_beginning(item, rest, secrets))
        return few
    rest[0] -= 6
    return value
