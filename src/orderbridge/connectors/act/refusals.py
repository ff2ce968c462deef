"""How Act! says no, and which calls are never made.

Source: Act! Web API notes, sections 1, 2, 7 and 12.
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
    TransientError,
)

# IIS does not tell cases apart. Reading is never denied, with the one exception of
# cache-refresh, whose GET changes something.
_DENIED = tuple(
    (methods, re.compile(path, re.DOTALL | re.IGNORECASE), why)
    for methods, path, why in (
        ("POST PUT PATCH DELETE", r"/api/database(/.*)?", "it locks, replaces or backs up a whole database"),
        ("POST", r"/api/users", "it occupies a licence and lets somebody in"),
        ("POST", r"/api/contacts/[^/]+/users", "it makes a user of a contact"),
        ("DELETE", r"/api/users/[^/]+(/contact-info)?", "records go with a deleted user"),
        ("DELETE", r"/api/opportunities/(processes|stages)/.+", "opportunities lose their place with it"),
        ("DELETE", r"/api/metadata/.+", "it drops a table, a field or a list with all its values"),
        ("GET POST", r"/api/(email-integration-)?cache-refresh", "it makes the server read its schema anew"),
        ("POST PUT PATCH DELETE", r"/api/cors(/.*)?", "it decides which web pages may read this database"),
        ("POST PUT", r"/api/contacts/(.+/)?duplicate", "it clones records and does not find duplicates"),
    )
)
_API_ACCESS = re.compile(r"\b403[012]\b")


class ActDialect:
    """Act!'s refusals in terms of who can act on them."""

    provider = "Act!"

    def guard(self, method: str, path: str) -> None:
        """Raise ``RejectedError`` for an operation that can destroy a database."""
        plain = plain_paths(path)
        if not plain:
            raise RejectedError(f"Act! {method} {path}: not a plain path; nothing was sent", cause="denied")
        why = next(filter(None, (self.denied(method, one) for one in plain)), None)
        if why is not None:
            raise RejectedError(
                f"Act! {method} {path} is never called: {why}; do it in Act! itself. Nothing was sent",
                cause="denied",
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
        """Tell a full window; the status for it is not documented, so the headers count as well."""
        return answer.status == 429 or (
            answer.status in (403, 503) and answer.headers.get("X-RateLimit-Remaining") == "0"
        )

    def refusal(self, answer: Answer, *, what: str) -> OrderBridgeError:
        """Name who can act on ``answer``."""
        status = answer.status
        said = complaint(answer)
        if status == 401:
            return ReconnectError(
                f"Act! {what}: not signed in (401), and signing in again did not help; reconnect the account",
                cause="act.unauthorised",
            )
        if status == 403:
            return _forbidden(answer, what)
        if status == 404:
            return NotFoundError(
                f"Act! {what}: not found (404); it is missing, deleted, or private to another user",
                cause="act.not_found",
                status=status,
            )
        if status == 423:
            return TransientError(
                f"Act! {what}: still busy with it (423); it is tried again by itself", cause="act.busy"
            )
        if status >= 500 or status == 408:
            return TransientError(
                f"Act! {what}: the server failed ({status}: {said}); it is tried again by itself",
                cause="act.server_error",
            )
        if 300 <= status < 400:
            return ReconnectError(
                f"Act! {what}: redirected ({status}) to {answer.headers.get('Location', 'nowhere')}; "
                "enter the address that it leads to",
                cause="act.redirected",
            )
        causes = {400: "act.bad_request", 409: "act.conflict", 422: "act.invalid"}
        return RejectedError(
            f"Act! {what}: refused ({status}: {said}); correct the record and repeat it",
            cause=causes.get(status, "act.refused"),
            status=status,
        )


def sign_in_refusal(answer: Answer, *, user: str, database: str) -> OrderBridgeError:
    """Explain a refused sign-in; Act! answers a wrong user, password and database all the same way."""
    if answer.status == 401:
        return ReconnectError(
            f"Act! does not let user {user!r} into database {database!r}: the user, the password or the "
            "database name is wrong (Act! does not tell which); check all three, capital letters included, "
            "and reconnect",
            cause="act.wrong_credentials",
        )
    return ActDialect().refusal(answer, what="GET /authorize")


def _forbidden(answer: Answer, what: str) -> OrderBridgeError:
    said = complaint(answer)
    code = _API_ACCESS.search(f"{answer.headers.get('X-Reason', '')} {said.message}")
    reasons = {
        "4030": "this Act! version and the Web API do not fit together (4030); update Act!",
        "4031": "this Act! account has no subscription for the Web API (4031); ask Act! for one",
        "4032": "the user lacks the permission 'Web API Access' (4032); tick it in Manage Users",
    }
    if code:
        return ReconnectError(
            f"Act! {what}: {reasons[code.group()]}, then reconnect", cause=f"act.forbidden.{code.group()}"
        )
    if "key=value pair" in said.message:
        return ReconnectError(
            f"Act! {what}: the gateway knows no such path (403); the server address is wrong. It ends in "
            "/act.web.api and names the region of the account",
            cause="act.wrong_address",
        )
    if what.endswith(("/authorize", "/api/contacts/myrecord", "/api/system")):
        return ReconnectError(
            f"Act! {what}: this machine is not let in (403: {said}); ask for its address to be put on the "
            "server's allow-list, and for the permission 'Web API Access'",
            cause="act.blocked",
        )
    return RejectedError(
        f"Act! {what}: not permitted (403: {said}); give the integration user the permission for it, or "
        "have this machine put on the server's allow-list if all calls fail",
        cause="act.forbidden",
        status=403,
    )
