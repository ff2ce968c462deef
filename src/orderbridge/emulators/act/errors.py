"""Refusals in the shapes that an ASP.NET server uses.

Source: Act! Web API notes, section 7. A body may be the .NET error object, or empty, or HTML.
"""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import encode


class ActError(Exception):
    """An answer that is not a success.

    Attributes:
        status: HTTP status.
        body: The bytes to send, empty where the real service sends none.
        content_type: None together with an empty body.
        headers: Further headers.
    """

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        *,
        content_type: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {body[:200]!r}")
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers or {}


def dotnet(
    status: int,
    exception_message: str,
    *,
    exception_type: str = "System.ArgumentException",
    message: str = "An error has occurred.",
    headers: dict[str, str] | None = None,
) -> ActError:
    """Return a refusal with the .NET error object as its body."""
    body: dict[str, Any] = {
        "message": message,
        "exceptionMessage": exception_message,
        "exceptionType": exception_type,
        "stackTrace": "   at Act.Web.API.Controllers.BaseApiController.Execute[T](Func`1 action)\r\n"
        "   at lambda_method(Closure , Object , Object[] )",
    }
    return ActError(status, encode(body), content_type="application/json; charset=utf-8", headers=headers)


def simple(status: int, message: str) -> ActError:
    """Return a refusal whose body has a message only."""
    return ActError(status, encode({"message": message}), content_type="application/json; charset=utf-8")


def empty(status: int) -> ActError:
    """Return a refusal without a body."""
    return ActError(status)


def invalid(exception_message: str) -> ActError:
    """Return the catch-all 400 of validation."""
    return dotnet(400, exception_message, message="The request is invalid.")


def not_found(what: str, record_id: str) -> ActError:
    """Return the 404 of a record that is missing or hidden; the two look the same."""
    return dotnet(
        404,
        f"{what} {record_id} could not be found.",
        exception_type="Act.Web.API.Core.Exceptions.EntityNotFoundException",
    )


def forbidden(reason: str, *, code: str = "403") -> ActError:
    """Return a 403; the vendor's sub-code travels in the message."""
    return simple(403, f"{code}: {reason}")


def binding(status: int, value: Any, target: str, path: str) -> ActError:
    """Return what Json.NET says when a value does not fit the property it was sent for."""
    shown = encode(value).decode()[:60]
    return dotnet(
        status,
        f"Error converting value {shown} to type '{target}'. Path '{path}', line 1, position 1.",
        exception_type="Newtonsoft.Json.JsonSerializationException",
    )


def null_reference() -> ActError:
    """Return the 500 that one host gives to a request without credentials."""
    return dotnet(
        500,
        "Object reference not set to an instance of an object.",
        exception_type="System.NullReferenceException",
    )
