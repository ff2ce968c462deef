"""``POST /api/$batch``: several HTTP requests inside one, as ``multipart/mixed``.

Source: Act! Web API notes, section 6. Parts run in order through the same handlers; each answer has its
own status, and they are matched by position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.errors import ActError, invalid
from orderbridge.emulators.act.routing import Request

_CRLF = b"\r\n"
_BOUNDARY = re.compile(r'boundary\s*=\s*"?([^";,]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One request inside a batch; ``request`` is None when its path lies outside the API."""

    request: Request | None


def parts_of(outer: Request, base: str) -> list[Part]:
    """Read the requests of a batch.

    Args:
        outer: The batch call; a part without credentials runs under its credentials.
        base: The base path that part URLs must carry.

    Raises:
        ActError: 400, the body is no such batch.
    """
    content_type = outer.headers.get("content-type", "")
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or found is None:
        raise invalid("A batch request must have a 'multipart/mixed' content type with a boundary.")
    marker = b"--" + found.group(1).strip().encode()
    raw = outer.body if _CRLF in outer.body else outer.body.replace(b"\n", _CRLF)
    pieces = (_CRLF + raw).split(_CRLF + marker)
    if len(pieces) < 3 or not pieces[-1].lstrip().startswith(b"--"):
        raise invalid("Unexpected end of MIME multipart stream. MIME multipart message is not complete.")
    return [_part(piece.removeprefix(_CRLF), outer, base) for piece in pieces[1:-1]]


def _part(piece: bytes, outer: Request, base: str) -> Part:
    mime, _, message = piece.lstrip(b" \t").partition(_CRLF + _CRLF)
    kind = _headers(mime.split(_CRLF)).get("content-type", "")
    if not kind.lower().replace(" ", "").startswith("application/http"):
        raise invalid("A part of a batch must have the content type 'application/http; msgtype=request'.")
    head, _, body = message.lstrip(b"\r\n").partition(_CRLF + _CRLF)
    first, *rest = head.split(_CRLF)
    words = first.decode("latin-1").split(" ")
    if len(words) != 3 or not words[2].upper().startswith("HTTP/"):
        raise invalid(f"The request line '{first.decode('latin-1')[:80]}' of a batch part is not valid.")
    headers = _headers(rest)
    if "host" not in headers and not words[1].lower().startswith("http"):
        raise invalid("A part of a batch needs a Host header.")
    for name in ("authorization", "act-database-name"):
        if name in outer.headers:
            headers.setdefault(name, outer.headers[name])
    url = urlsplit(words[1])
    if not url.path.lower().startswith(f"{base}/".lower()):
        return Part(None)
    # The delimiter of the parts owns the line break before it; content-length, where given, is exact.
    length = headers.get("content-length", "")
    body = body[: int(length)] if length.isdigit() else body
    return Part(Request(words[0].upper(), unquote(url.path[len(base) :]), url.query, headers, body))


def _headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


def joined(answers: list[Answer], boundary: str) -> Answer:
    """Return the answers of all parts as one multipart answer."""
    lines: list[bytes] = []
    for answer in answers:
        phrase = HTTPStatus(answer.status).phrase
        lines += [f"--{boundary}".encode(), b"Content-Type: application/http; msgtype=response", b""]
        lines.append(f"HTTP/1.1 {answer.status} {phrase}".encode())
        if answer.content_type:
            lines.append(f"Content-Type: {answer.content_type}".encode())
        lines += [f"{name}: {value}".encode() for name, value in answer.headers.items()]
        lines += [b"", answer.body]
    lines += [f"--{boundary}--".encode(), b""]
    return Answer(200, _CRLF.join(lines), f'multipart/mixed; boundary="{boundary}"')


def switched_off(setting: str) -> ActError | None:
    """Return the refusal of a server without batching, None where batching works."""
    if setting == "on":
        return None
    return ActError(int(setting), b'{"message":"An error has occurred."}', content_type="application/json")
