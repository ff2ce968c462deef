"""Errors as HTTP answers: a status by who can act on it, and what the command line would say."""

from __future__ import annotations

import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from orderbridge.access.errors import AccessError, NotAllowedError, NotSignedInError, TooManyTriesError
from orderbridge.api.guard import TokenError
from orderbridge.api.names import StrangeNameError
from orderbridge.catalogue.schema import InputError
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
from orderbridge.flows.problems import FlowProblemsError

log = get(__name__)

MEDIA_TYPE = "application/problem+json"
# The first that fits.
_STATUS: tuple[tuple[type[OrderBridgeError], int, str], ...] = (
    (TokenError, 401, "A sign-in or a token is needed"),
    (NotSignedInError, 401, "Sign in first"),
    (NotAllowedError, 403, "Not allowed"),
    (AccessError, 422, "It cannot be done as asked"),
    (TooManyTriesError, 429, "Too many tries"),
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
    "flow.unknown_template": 404,
    "flow.consent_missing": 403,
    "flow.denied": 403,
    "flow.missing": 404,
    "flow.no_version": 404,
    "flow.no_draft": 404,
    "request.too_large": 413,
    "flow.off": 409,
    "run.missing": 404,
    "cause.missing": 404,
    "replay.missing": 404,
    "backfill.missing": 404,
    "backfill.kind": 422,
    "backfill.days": 422,
    "backfill.ids": 422,
    "backfill.mode": 422,
    "event.missing": 404,
    "run.open": 409,
    "run.ended": 409,
    "run.not_resumable": 409,
    "conflict.missing": 404,
    "token.unknown": 404,
    "channel.missing": 404,
    "channel.exists": 409,
    "agency.missing": 404,
    "backup.missing": 404,
    "user.missing": 404,
    "user.exists": 409,
    "user.last_owner": 409,
    # Something that a person entered, not this machine's settings.
    "setup.option": 422,
    "setup.sandbox_address": 422,
    "setup.public_address": 409,
    "act.address": 422,
    "act.webhook_names": 422,
    "ghl.webhook_key": 422,
}

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "message": {"type": "string", "description": "What happened and what to do next."},
        "cause": {"type": "string", "description": "A short stable code of what went wrong."},
        "problems": {
            "type": "array",
            "description": "All that is wrong with a flow or an input, each with its place.",
            "items": {"type": "object"},
        },
        "first_run": {
            "type": "boolean",
            "description": "Of GET /api/session: whether nobody can sign in yet, because there is no owner.",
        },
    },
    "required": ["title", "status", "message", "cause"],
}

# For the API's description.
RESPONSE: dict[str, Any] = {"description": "Why not", "content": {MEDIA_TYPE: {"schema": SCHEMA}}}


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
    if isinstance(error, SetupError) and error.cause.startswith("setup."):
        status = 503
    status = _OTHERWISE.get(error.cause, status)
    headers = {}
    if isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, title, redact_text(str(error)), error.cause, headers, _more(error))


def _more(error: OrderBridgeError) -> JsonObject | None:
    if isinstance(error, FlowProblemsError):
        return {"problems": [item.as_json() for item in error.problems]}
    if isinstance(error, InputError):
        return {"problems": [{"place": place, "message": said} for place, said in error.places]}
    if isinstance(error, NotSignedInError) and error.first_run is not None:
        return {"first_run": error.first_run}
    return None


def problem(
    status: int,
    title: str,
    message: str,
    cause: str,
    headers: dict[str, str] | None = None,
    more: JsonObject | None = None,
) -> Response:
    """Return a problem as JSON."""
    body = {"title": title, "status": status, "message": message, "cause": cause} | (more or {})
    return Response(jsonio.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)
