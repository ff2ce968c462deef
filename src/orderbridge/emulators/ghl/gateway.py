"""The way of a request: accidents, Version, token, budget, scope, location, shape, endpoint."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any
from urllib.parse import parse_qsl

from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route, may_see, named_location
from orderbridge.emulators.ghl.errors import (
    Refusal,
    bad_request,
    forbidden,
    not_found,
    refused,
    unauthorized,
    unprocessable,
)
from orderbridge.emulators.ghl.ratelimit import Headers
from orderbridge.emulators.ghl.routing import RouteTable
from orderbridge.emulators.ghl.scopes import NEEDS
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.tokens import Grant

VERSIONS = frozenset({"2021-07-28", "2023-02-21", "v3", "2021-04-15"})
_ANONYMOUS = "anonymous"


class Dropped(Exception):
    """The connection is to break instead of an answer."""


class Gateway:
    """Answers requests on one world."""

    def __init__(self, world: GhlWorld, routes: RouteTable) -> None:
        self._world = world
        self._routes = routes

    async def answer(
        self, method: str, path: str, query_string: str, headers: dict[str, str], raw: bytes
    ) -> Answer:
        """Answer one request.

        Raises:
            Dropped: No answer; break the connection.
        """
        found = self._routes.find(method, path)
        label = found[0].label if found else f"{method} {path}"
        budget: Headers = []
        try:
            if found is None:
                _allowed, budget = self._world.limiter.spend(_ANONYMOUS)
                raise not_found(f"Cannot {method} {path}")
            route, params = found
            call = Call(self._world, params, _query(query_string), {}, raw)
            answer = await self._answer(route, call, headers, budget)
        except Refusal as refusal:
            answer = as_answer(refusal)
        except Dropped:
            self._world.requests[label][0] += 1
            raise
        self._world.requests[label][answer.status] += 1
        answer.headers = [*answer.headers, *budget]
        return answer

    async def _answer(self, route: Route, call: Call, headers: dict[str, str], budget: Headers) -> Answer:
        if route.control:
            call.body = _body(call.raw, "application/json")
            return await _run(route, call)
        faults = self._world.faults
        slow_s = faults.take("slow_s", route.label)
        if slow_s:
            await asyncio.sleep(slow_s)
        self._admit(route, call, headers, budget)
        call.body = _body(call.raw, headers.get("content-type", ""))
        self._check(route, call)
        answer = await _run(route, call)
        if route.writes and answer.status < 300:
            if faults.take("error_500_after_write", route.label):
                raise refused(500, "Internal server error")
            if faults.take("drop_after_write", route.label):
                raise Dropped
        if route.method == "POST" and answer.status == 200 and faults.take("created_201", route.label):
            answer.status = 201
        return answer

    def _admit(self, route: Route, call: Call, headers: dict[str, str], budget: Headers) -> None:
        faults, label = self._world.faults, route.label
        grant, problem = self._grant(route, headers)
        allowed, spent = self._world.limiter.spend(grant.budget_owner if grant else _ANONYMOUS)
        budget.extend(spent)
        if not allowed or faults.take("throttle_429", label):
            raise _Throttled(self._world)
        if faults.take("html_error", label):
            raise _HtmlError
        if faults.take("error_500_before", label):
            raise refused(500, "Internal server error")
        call.version = _version(route, headers)
        if problem is not None:
            raise problem
        if grant is None:
            return
        if faults.take("iam_401", label):
            raise unauthorized(
                "This route is not yet supported by the IAM Service. Please update your IAM config."
            )
        if faults.take("unauthorized_401", label):
            raise unauthorized("Invalid token: access token is invalid")
        _check_scope(route, grant, self._world)
        call.grant = grant

    def _grant(self, route: Route, headers: dict[str, str]) -> tuple[Grant | None, Refusal | None]:
        """Find the token's grant first: its budget counts whatever else is wrong."""
        if route.open:
            return None, None
        try:
            return self._world.tokens.grant_of(headers.get("authorization")), None
        except Refusal as refusal:
            return None, refusal

    def _check(self, route: Route, call: Call) -> None:
        if call.grant is not None:
            named = named_location(call.params, call.query, call.body)
            if named is not None and not may_see(self._world, call.grant, named):
                raise forbidden()
            if self._world.faults["location_suspended"] and call.location_id == self._world.location_id:
                raise bad_request("Location is not active")
        problems: list[str] = []
        if route.query is not None:
            problems.extend(route.query.errors(call.query))
        if route.body is not None:
            problems.extend(route.body.errors(call.body))
        if problems:
            raise unprocessable(problems)


class _Throttled(Refusal):
    def __init__(self, world: GhlWorld) -> None:
        super().__init__(429, {"statusCode": 429, "message": "Too Many Requests"})
        self.kind = world.faults["throttle_body"]
        self.retry_after_s = world.faults["throttle_retry_after_s"]


class _HtmlError(Refusal):
    def __init__(self) -> None:
        super().__init__(502, {})


_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def as_answer(refusal: Refusal) -> Answer:
    """Turn a refusal into what is sent, which is not always JSON."""
    if isinstance(refusal, _HtmlError):
        return Answer(_HTML, 502, "text/html")
    if isinstance(refusal, _Throttled):
        headers = [(b"retry-after", b"%d" % refusal.retry_after_s)] if refusal.retry_after_s else []
        match refusal.kind:
            case "text":
                return Answer(b"Too Many Requests", 429, "text/plain", headers)
            case "html":
                return Answer(_HTML.replace(b"502 Bad Gateway", b"429"), 429, "text/html", headers)
            case "empty":
                return Answer(b"", 429, "text/plain", headers)
        return Answer(refusal.body, 429, headers=headers)
    return Answer(refusal.body, refusal.status)


async def _run(route: Route, call: Call) -> Answer:
    result: Any = route.handler(call)
    answer: Answer = await result if inspect.isawaitable(result) else result
    return answer


def _version(route: Route, headers: dict[str, str]) -> str | None:
    version = headers.get("version")
    if version is None:
        if route.open:
            return None
        raise unauthorized("version header was not found.")
    if version not in VERSIONS:
        raise bad_request(f"Invalid API version segment '{version}' at position 0")
    if route.versions and version not in route.versions:
        raise not_found(f"Cannot {route.method} {route.path}")
    return version


def _check_scope(route: Route, grant: Grant, world: GhlWorld) -> None:
    need = NEEDS[route.method, route.path]
    kind = "location" if grant.user_type == "Location" else "agency"
    if "any" not in need.kinds and kind not in need.kinds:
        if grant.private:
            raise unauthorized("Token's user type mismatch!")
        message = "This authClass type is not allowed to access this scope. Use a token of the right type."
        raise forbidden(message) if world.faults["company_token_status"] == 403 else unauthorized(message)
    if need.scope is not None and need.scope not in grant.scopes:
        raise unauthorized("The token is not authorized for this scope.")


def _query(query_string: str) -> dict[str, str]:
    if not query_string:
        return {}
    return dict(parse_qsl(query_string, keep_blank_values=True))


def _body(raw: bytes, content_type: str) -> JsonObject:
    if not raw:
        return {}
    if "form-urlencoded" in content_type:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        body = jsonio.decode(raw)
    except ValueError as error:
        raise bad_request("Unexpected token in JSON") from error
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object")
    return body
