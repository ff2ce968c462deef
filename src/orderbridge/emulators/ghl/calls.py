"""One request and its answer, between the gateway and the endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.errors import forbidden
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.tokens import Grant
from orderbridge.emulators.ghl.validation import Shape, parsed_number

V3 = "v3"


@dataclass(slots=True)
class Answer:
    """What goes back.

    Attributes:
        body: Anything that JSON can hold; bytes are sent as they are.
    """

    body: Any
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """A request that passed the gateway.

    Attributes:
        version: The Version header; None where the endpoint needs none.
        grant: What the token allows; None where the endpoint needs none.
        body: The decoded JSON object or form; empty when there was no body.
    """

    world: GhlWorld
    params: dict[str, str]
    query: dict[str, str]
    body: JsonObject
    raw: bytes
    version: str | None = None
    grant: Grant | None = None

    @property
    def v3(self) -> bool:
        """Whether the caller speaks Version v3."""
        return self.version == V3

    @property
    def location_id(self) -> str:
        """The location the call is about: the one named, else the token's own."""
        named = named_location(self.params, self.query, self.body)
        if named is None and self.grant is not None:
            named = self.grant.location_id
        return named or self.world.location_id

    @property
    def user_id(self) -> str:
        """Who is acting."""
        return self.grant.user_id if self.grant else self.world.user_id

    def owned(self, row: JsonObject) -> JsonObject:
        """Give ``row`` back when the token may see its location.

        Raises:
            Refusal: 403.
        """
        location_id = row.get("altId") or row.get("locationId")
        if self.grant is not None and not may_see(self.world, self.grant, location_id):
            raise forbidden()
        return row

    def page(self, default_limit: int) -> tuple[int, int]:
        """The offset and the limit that were asked for."""
        offset = parsed_number(self.query.get("offset") or 0)
        limit = parsed_number(self.query.get("limit") or default_limit)
        return self.start(int(offset or 0)), max(0, int(limit or 0))

    def start(self, offset: int) -> int:
        """Where a list begins that was asked for from ``offset`` on."""
        return 0 if self.world.faults["same_page"] else max(0, offset)


Handler = Callable[[Call], "Answer | Awaitable[Answer]"]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        query: What the query must hold.
        body: What the JSON body must hold; None takes anything.
        versions: The Version values that know this endpoint; empty means all.
        control: Outside the emulated API: no token, no Version, no budget, no accidents.
        open: Part of the emulated API that needs neither token nor Version.
    """

    method: str
    path: str
    handler: Handler
    query: Shape | None = None
    body: Shape | None = None
    versions: frozenset[str] = frozenset()
    control: bool = False
    open: bool = False

    @property
    def label(self) -> str:
        """The name under which requests are counted and faults matched."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether a successful answer changed something."""
        return self.method != "GET" and "search" not in self.path


def named_location(params: dict[str, str], query: dict[str, str], body: JsonObject) -> str | None:
    """The location that a request names, wherever it does."""
    for source in (params, query, body):
        for key in ("altId", "locationId", "location_id"):
            value = source.get(key)
            if isinstance(value, str) and value:
                return value
    return None


def may_see(world: GhlWorld, grant: Grant, location_id: Any) -> bool:
    """Whether a token reaches a location: its own, or for an agency any of its locations."""
    if grant.location_id is not None:
        return bool(grant.location_id == location_id)
    return world.locations.get(location_id) is not None
