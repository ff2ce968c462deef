"""Bodies as they are sent: exact numbers, and never more of one than is allowed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.flows.documents import MAX_BYTES

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ExactRoute(APIRoute):
    """A route whose body may have a megabyte, and whose JSON keeps its digits."""

    def get_route_handler(self) -> _Handler:
        """Return the handler."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            exact = _ExactRequest(request.scope, request.receive)
            await exact.take()
            return await inner(exact)

        return handler


class _ExactRequest(Request):
    async def take(self) -> None:
        """Read the body.

        Raises:
            FlowError: It is too large; the rest of it is not read.
        """
        length = self.headers.get("content-length", "")
        if length.isdecimal() and int(length) > MAX_BYTES:
            raise _too_large()
        parts, size = [], 0
        async for part in self.stream():
            size += len(part)
            if size > MAX_BYTES:
                raise _too_large()
            parts.append(part)
        self._body = b"".join(parts)
        if self._body and "json" in self.headers.get("content-type", "json"):
            try:
                self._json = jsonio.decode(self._body)
            except ValueError as error:
                raise FlowError(f"the body is no JSON: {error}", cause="request.malformed") from error


def _too_large() -> FlowError:
    return FlowError(f"a body may have {MAX_BYTES} bytes", cause="request.too_large")
