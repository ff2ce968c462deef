"""Finding the handler of a request: ASP.NET routing ignores the case of a path.

A fixed segment wins over a parameter, whatever the order of registration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from orderbridge.core.jsonio import JsonObject, decode
from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.errors import binding, dotnet, simple

if TYPE_CHECKING:
    from orderbridge.emulators.act.records import User
    from orderbridge.emulators.act.state import ActWorld


@dataclass(slots=True)
class Request:
    """What arrived, from the wire or from a part of a batch.

    Attributes:
        path: Behind the base path, with its leading slash, percent-decoded.
        headers: Keys in lower case.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Call:
    """A request that found its route and its user."""

    world: ActWorld
    request: Request
    template: str
    params: dict[str, str]
    user: User
    _query: dict[str, list[str]] | None = field(default=None, repr=False)

    @property
    def query(self) -> dict[str, list[str]]:
        """The query by lower-case key."""
        if self._query is None:
            self._query = parse_query(self.request.query)
        return self._query

    def option(self, name: str, default: str = "") -> str:
        """Return the first value of one query key."""
        return self.query.get(name.lower(), [default])[0]

    def json(self) -> Any:
        """Return the body.

        Raises:
            ActError: There is none, or it is not JSON.
        """
        try:
            return decode(self.request.body)
        except ValueError:
            raise dotnet(
                400,
                "Unexpected character encountered while parsing value. Path '', line 0, position 0.",
                exception_type="Newtonsoft.Json.JsonReaderException",
                message="The request is invalid.",
            ) from None

    def object(self, target: str) -> JsonObject:
        """Return the body, which must be an object."""
        value = self.json()
        if not isinstance(value, dict):
            raise binding(self.world.faults.binding_error, value, f"Act.Web.API.Models.{target}", "")
        return value


def parse_query(text: str) -> dict[str, list[str]]:
    """Read a query string; keys are put into lower case, a plus sign is a blank."""
    query: dict[str, list[str]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        query.setdefault(key.lower(), []).append(value)
    return query


Handler = Callable[[Call], Answer]


@dataclass(slots=True)
class Route:
    """One operation."""

    method: str
    template: str
    handler: Handler
    names: tuple[str, ...]
    anonymous: bool = False


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """All operations of the twin."""

    def __init__(self) -> None:
        self._root = _Node()
        self.routes: list[Route] = []

    def add(self, method: str, template: str, handler: Handler, *, anonymous: bool = False) -> None:
        """Register ``handler`` for ``method`` on ``template`` (``/api/contacts/{contactId}``)."""
        node = self._root
        names: list[str] = []
        for segment in template.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.fixed.setdefault(segment.lower(), _Node())
        route = Route(method, template, handler, tuple(names), anonymous)
        node.routes[method] = route
        self.routes.append(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the values of its parameters.

        Raises:
            ActError: 404 for an unknown path, 405 for a method that it does not have.
        """
        segments = path.strip("/").split("/")
        nodes: list[tuple[_Node, list[str]]] = []
        _collect(self._root, segments, 0, [], nodes)
        for node, values in nodes:
            route = node.routes.get(method)
            if route is not None:
                return route, dict(zip(route.names, values, strict=True))
        if nodes:
            raise simple(405, f"The requested resource does not support http method '{method}'.")
        raise simple(404, f"No HTTP resource was found that matches the request URI '{path}'.")


def _collect(
    node: _Node, segments: list[str], index: int, values: list[str], found: list[tuple[_Node, list[str]]]
) -> None:
    if index == len(segments):
        if node.routes:
            found.append((node, values))
        return
    fixed = node.fixed.get(segments[index].lower())
    if fixed is not None:
        _collect(fixed, segments, index + 1, values, found)
    if node.parameter is not None and segments[index]:
        _collect(node.parameter, segments, index + 1, [*values, segments[index]], found)
