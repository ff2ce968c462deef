"""Errors as HTTP answers: a status by who can act on it, and what the command line would say."""

from __future__ import annotations

import math

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from orderbridge.api.names import StrangeNameError
from orderbridge.api.tokens import TokenError
from orderbridge.core import jsonio
from orderbridge.core.errors import (
    FlowError,
    HeldError,
    NotFoundError,
    OrderBridgeError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    SetupError,
    TransientError,
)
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.redact import redact_text

log = get(__name__)

MEDIA_TYPE = "application/problem+json"
# The first that fits.
_STATUS: tuple[tuple[type[OrderBridgeError], int, str], ...] = (
    (TokenError, 401, "A token is needed"),
    (StrangeNameError, 421, "Asked under a strange name"),
    (NotFoundError, 404, "The record is not there"),
    (RejectedError, 422, "The provider refused it"),
    (RateLimitedError, 429, "The provider's budget is used up"),
    (TransientError, 503, "Not now; try again later"),
    (ReconnectError, 409, "The account has to be reconnected"),
    (HeldError, 409, "A person has to decide"),
    (SetupError, 409, "Something has to be set up first"),
    (FlowError, 422, "It cannot be done as asked"),
)
_OTHERWISE = {
    "flow.unknown_operation": 404,
    "flow.consent_missing": 403,
    "flow.denied": 403,
    "conflict.missing": 404,
}

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "message": {"type": "string", "description": "What happened and what to do next."},
        "cause": {"type": "string", "description": "A short stable code of what went wrong."},
    },
    "required": ["title", "status", "message", "cause"],
}


def register(api: FastAPI) -> None:
    """Answer every error of ours as a problem."""

    @api.exception_handler(OrderBridgeError)
    async def explained(_request: Request, error: OrderBridgeError) -> Response:
        return of_error(error)

    @api.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> Response:
        found = error.errors()[0]
        where = ".".join(str(part) for part in found["loc"])
        return problem(422, "It cannot be done as asked", f"{where}: {found['msg']}", "request.malformed")

    @api.exception_handler(Exception)
    async def unexpected(_request: Request, error: Exception) -> Response:
        # Never a stack trace to the outside; the log has it.
        log.exception("a request failed", exc_info=error)
        said = "something unexpected happened; the log of this server says what"
        return problem(500, "Our fault", said, "internal")


def of_error(error: OrderBridgeError) -> Response:
    """Return the answer for an error."""
    status, title = next(
        ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)),
        (500, "Something went wrong"),
    )
    status = _OTHERWISE.get(error.cause, status)
    if isinstance(error, SetupError) and error.cause.startswith("setup."):
        status = 503
    headers = {}
    if isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, title, redact_text(str(error)), error.cause, headers)


def problem(
    status: int, title: str, message: str, cause: str, headers: dict[str, str] | None = None
) -> Response:
    """Return a problem as JSON."""
    body = {"title": title, "status": status, "message": message, "cause": cause}
    return Response(jsonio.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)
