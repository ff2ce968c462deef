"""What callers of the HTTP API send and are answered: read up to a size, and with exact numbers both ways."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from orderbridge.catalogue import schema
from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject


async def whole(request: Request, *, most: int) -> bytes | None:
    """Return a request's body, None where it has more than ``most`` bytes; the rest of it is not read then."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def too_large(most: int) -> FlowError:
    """The error of a body that has more than ``most`` bytes."""
    return FlowError(f"a body may have {most} bytes", cause="request.too_large")


def decoded(raw: bytes) -> Any:
    """Read JSON by our own reader: fractions stay exact.

    Raises:
        FlowError: It is none.
    """
    try:
        return jsonio.decode(raw)
    except ValueError as error:
        raise FlowError(f"the body is no JSON: {error}", cause="request.malformed") from error


async def read(request: Request, wanted: JsonObject, *, most: int, example: JsonObject) -> JsonObject:
    """Return a request's body; without one, an empty object.

    Args:
        request: The call.
        wanted: JSON Schema of the body.
        most: Bytes that are read at most.
        example: A body that fits, for the message.

    Raises:
        FlowError: It is too large, no JSON, or does not fit.
    """
    raw = await whole(request, most=most)
    if raw is None:
        raise too_large(most)
    given = decoded(raw or b"{}")
    schema.check(wanted, given, what="the body", example=example)
    assert isinstance(given, dict)
    return given


def described(wanted: JsonObject, *, required: bool = False) -> dict[str, Any]:
    """A body that is read by ``read``, for the API's description."""
    needed = {"required": True} if required else {}
    return {"requestBody": needed | {"content": {"application/json": {"schema": wanted}}}}


def answer(value: Any, *, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(jsonio.encode(value), status_code=status, media_type="application/json")
