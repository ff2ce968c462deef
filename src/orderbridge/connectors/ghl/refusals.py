"""How HighLevel says no, and which calls are never made.

Source: HighLevel API notes, sections 3, 4 and 6.
"""

from __future__ import annotations

import re

from orderbridge.connectors.answers import complaint
from orderbridge.connectors.base import Answer
from orderbridge.connectors.plain_path import plain_paths
from orderbridge.core.errors import (
    NotFoundError,
    OrderBridgeError,
    ReconnectError,
    RejectedError,
    SetupError,
    TransientError,
)

_DENIED = tuple(
    (methods, re.compile(path, re.DOTALL | re.IGNORECASE), why)
    for methods, path, why in (
        (
            "POST PUT PATCH DELETE",
            r"/payments/orders(/migrate-order-ps)?",
            "HighLevel has no call that creates or edits an order; create an invoice instead",
        ),
        ("DELETE", r"/locations/[^/]+", "it deletes a whole sub-account"),
        ("DELETE", r"/users/[^/]+", "it deletes a user"),
        ("DELETE", r"/marketplace/app/.+", "it uninstalls the app"),
        (
            "DELETE",
            r"/(locations/[^/]+/customFields|custom-fields)/.+",
            "it deletes a field with its values in every record; do it in HighLevel itself",
        ),
        (
            "DELETE",
            r"/associations/(?!relations/)[^/]+",
            "it deletes a kind of relation with all its relations; do it in HighLevel itself",
        ),
    )
)
_SCOPE = re.compile(r"not authorized for this scope", re.IGNORECASE)
_KIND = re.compile(r"user type mismatch|authClass type is not allowed", re.IGNORECASE)
_VERSION = re.compile(r"version header|API version", re.IGNORECASE)
_ROUTE = re.compile(r"not yet supported by the IAM", re.IGNORECASE)
_LOCATION = re.compile(r"does not have access to this location", re.IGNORECASE)
_SUSPENDED = re.compile(r"location is not active", re.IGNORECASE)
_ABSENT = re.compile(r"unable to find|not found", re.IGNORECASE)


def renewal_may_help(answer: Answer) -> bool:
    """Tell whether a 401 is about the token itself.

    HighLevel also answers 401 for a missing scope, the wrong kind of token, a missing Version header and
    routes it has not switched on; a new token changes nothing about those, and refreshing for them would
    never end.
    """
    said = complaint(answer).message
    return not any(pattern.search(said) for pattern in (_SCOPE, _KIND, _VERSION, _ROUTE, _LOCATION))


def is_suspended(answer: Answer) -> bool:
    """Tell whether HighLevel says that the location is not active; its tokens work again once it is."""
    return answer.status == 400 and bool(_SUSPENDED.search(complaint(answer).message))


class GhlDialect:
    """HighLevel's refusals in terms of who can act on them."""

    provider = "HighLevel"

    def guard(self, method: str, path: str) -> None:
        """Raise ``RejectedError`` for an operation that does not exist or that destroys an account."""
        plain = plain_paths(path)
        if not plain:
            raise RejectedError(
                f"HighLevel {method} {path}: not a plain path; nothing was sent", cause="denied"
            )
        why = next(filter(None, (self.denied(method, one) for one in plain)), None)
        if why is not None:
            raise RejectedError(
                f"HighLevel {method} {path} is never called: {why}. Nothing was sent", cause="denied"
            )

    def denied(self, method: str, path: str) -> str | None:
        """Return why a call is never made, None where it may be."""
        found = (
            why
            for methods, pattern, why in _DENIED
            if method.upper() in methods.split() and pattern.fullmatch(path)
        )
        return next(found, None)

    def throttled(self, answer: Answer) -> bool:
        """Tell a used-up allowance."""
        return answer.status == 429

    def refusal(self, answer: Answer, *, what: str) -> OrderBridgeError:
        """Name who can act on ``answer``; the status decides, the words only refine."""
        status = answer.status
        said = complaint(answer)
        if status in (401, 403):
            return _unauthorised(answer, what)
        if status == 404 or (status == 400 and _ABSENT.search(said.message)):
            return NotFoundError(
                f"HighLevel {what}: not found ({status}: {said}); it was deleted, or belongs to "
                "another location",
                cause="ghl.not_found",
                status=status,
            )
        if is_suspended(answer):
            return ReconnectError(
                f"HighLevel {what}: the location is suspended ({said}); have it activated in HighLevel",
                cause="ghl.location_suspended",
            )
        if status == 400 and _VERSION.search(said.message):
            return _wrong_version(what, str(said))
        if status >= 500 or status == 408:
            return TransientError(
                f"HighLevel {what}: the server failed ({status}: {said}); it is tried again by itself",
                cause="ghl.server_error",
            )
        causes = {400: "ghl.bad_request", 409: "ghl.conflict", 422: "ghl.invalid"}
        return RejectedError(
            f"HighLevel {what}: refused ({status}: {said}); correct the record and repeat it",
            cause=causes.get(status, "ghl.refused"),
            status=status,
        )


def _unauthorised(answer: Answer, what: str) -> OrderBridgeError:
    said = complaint(answer)
    if _VERSION.search(said.message):
        return _wrong_version(what, str(said))
    if _SCOPE.search(said.message):
        return ReconnectError(
            f"HighLevel {what}: the token lacks the permission (scope) for this call ({said}); tick it in "
            "the private integration, or install an app version that asks for it, and reconnect",
            cause="ghl.scope_missing",
        )
    if _KIND.search(said.message):
        return ReconnectError(
            f"HighLevel {what}: a token of an agency is used where one of a location is needed ({said}); "
            "reconnect with a token of the location",
            cause="ghl.wrong_token_kind",
        )
    if _LOCATION.search(said.message):
        return ReconnectError(
            f"HighLevel {what}: the token belongs to another location ({said}); check the location id and "
            "reconnect",
            cause="ghl.wrong_location",
        )
    if _ROUTE.search(said.message):
        return RejectedError(
            f"HighLevel {what}: HighLevel has not switched this route on ({said}); ask its support",
            cause="ghl.route_unsupported",
            status=answer.status,
        )
    if answer.status == 403:
        return RejectedError(
            f"HighLevel {what}: not permitted (403: {said})", cause="ghl.forbidden", status=403
        )
    return ReconnectError(
        f"HighLevel {what}: the token is not accepted ({said}): it was revoked, or a newer one has taken its "
        "place; reconnect: 'orderbridge connections replace-token' with the new one, or sign in again",
        cause="ghl.unauthorised",
    )


def _wrong_version(what: str, said: str) -> SetupError:
    return SetupError(
        f"HighLevel {what}: the API version in use is refused ({said}); correct the version of this "
        "connection, 2021-07-28 is the usual one",
        cause="ghl.version",
    )
