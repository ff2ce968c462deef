"""What callers of the HTTP API send: read up to a size, with exact numbers, and checked."""

from __future__ import annotations

from fastapi import Request

from orderbridge.catalogue import schema
from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject


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
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise FlowError(f"a call may have {most} bytes", cause="request.too_large")
        parts.append(part)
    try:
        given = jsonio.decode(b"".join(parts) or b"{}")
    except ValueError as error:
        raise FlowError(f"the body is no JSON: {error}", cause="request.malformed") from error
    schema.check(wanted, given, what="the body", example=example)
    assert isinstance(given, dict)
    return given
