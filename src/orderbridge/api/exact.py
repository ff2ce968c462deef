"""Bodies as they are sent: exact numbers, and never more of one than is allowed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from orderbridge.api import bodies
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
        raw = await bodies.whole(self, most=MAX_BYTES)
        if raw is None:
            raise bodies.too_large(MAX_BYTES)
        self._body = raw
        if raw and "json" in self.headers.get("content-type", "json"):
            self._json = bodies.decoded(raw)
