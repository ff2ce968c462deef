"""The refusals of HighLevel, in the shapes its services use; they are not alike."""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject


class Refusal(Exception):
    """An answer that is not 2xx.

    Attributes:
        status: The HTTP status.
        body: What is sent as JSON.
    """

    def __init__(self, status: int, body: JsonObject) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def refused(status: int, message: str, *, error: str | None = None, **extra: Any) -> Refusal:
    """Build a refusal of the common shape: ``statusCode``, ``message`` and sometimes ``error``."""
    body: JsonObject = {"statusCode": status, "message": message}
    if error is not None:
        body["error"] = error
    return Refusal(status, body | extra)


def bad_request(message: str, **extra: Any) -> Refusal:
    """400."""
    return refused(400, message, error="Bad Request", **extra)


def unauthorized(message: str) -> Refusal:
    """401; it also means a missing scope, a wrong kind of token or no Version header."""
    return refused(401, message, error="Unauthorized")


def forbidden(message: str = "The token does not have access to this location.") -> Refusal:
    """403."""
    return refused(403, message, error="Forbidden")


def not_found(message: str) -> Refusal:
    """404 of most services."""
    return refused(404, message, error="Not Found")


def payments_not_found(what: str, trace_id: str) -> Refusal:
    """404 of the payments service: ``status`` and ``name`` in place of ``statusCode`` and ``error``."""
    return Refusal(
        404,
        {"status": 404, "message": f"{what} not found", "name": "HttpException", "traceId": trace_id},
    )


def unprocessable(messages: list[str]) -> Refusal:
    """422 with the list of everything that is wrong."""
    return Refusal(422, {"statusCode": 422, "message": messages, "error": "Unprocessable Entity"})


def token_refused(status: int, description: str, *, error: str = "UnAuthorized!") -> Refusal:
    """The token endpoint's own shape."""
    return Refusal(status, {"error": error, "error_description": description})


def token_refused_v3(status: int, code: str, message: str) -> Refusal:
    """The token endpoint's shape under Version v3."""
    return Refusal(
        status,
        {
            "error": {
                "code": code,
                "message": message,
                "details": {},
                "resolution": "Check the request and send it again.",
            }
        },
    )
