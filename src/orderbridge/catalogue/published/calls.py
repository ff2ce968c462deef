"""The published calls: what each takes, what it needs, and which are never made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from orderbridge.connectors import registry as connectors
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject

GHL, ACT = "ghl", "act"
SYSTEMS = (GHL, ACT)
# orderbridge makes these itself; through the catalogue they would show tokens, or pass calls unchecked.
_RESERVED = {
    (GHL, "POST /oauth/token"): "signing in is orderbridge's own work, and the answer holds tokens",
    (GHL, "POST /oauth/locationToken"): "signing in is orderbridge's own work, and the answer holds tokens",
    (GHL, "POST /marketplace/external-auth/migration"): "it hands the sign-ins of an app over to HighLevel",
    (ACT, "GET /authorize"): "signing in is orderbridge's own work, and the answer is a token",
    (ACT, "POST /api/$batch"): "calls inside a batch would pass unchecked; make them one by one",
}
# Their bodies are described without a single field, and all of them want to know the location.
_UNDESCRIBED = {
    (GHL, "POST /contacts/search"): frozenset({"locationId"}),
    (GHL, "POST /objects/{schemaKey}/records"): frozenset({"locationId"}),
}
_PARAMETER = re.compile(r"\{([^}]+)\}")
JSON_BODY, FORM_BODY, UPLOAD_BODY = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedCall:
    """One call as its provider describes it.

    Attributes:
        id: Unique within the system: service and the provider's own name of it.
        query: JSON Schema of the query; empty without parameters.
        body: JSON Schema of the body; None without one. References lead into ``schemas``.
        tokens: Which kinds of HighLevel token may make it.
        odata: Whether Act! takes filters, order and paging there.
    """

    system: str
    id: str
    service: str
    method: str
    path: str
    in_path: JsonObject
    query: JsonObject
    body: JsonObject | None
    body_type: str | None
    body_required: bool
    output: JsonObject | None
    scopes: tuple[str, ...]
    tokens: tuple[str, ...]
    deprecated: bool
    odata: bool
    schemas: JsonObject

    @property
    def name(self) -> str:
        """Method and path, such as ``GET /payments/orders``."""
        return f"{self.method} {self.path}"

    @property
    def denied(self) -> str | None:
        """Why it is never made; None for most."""
        return _RESERVED.get((self.system, self.name)) or connectors.every()[self.system].dialect.denied(
            self.method, _PARAMETER.sub("x", self.path)
        )

    @property
    def path_names(self) -> tuple[str, ...]:
        """The parameters in the path, in their order."""
        return tuple(_PARAMETER.findall(self.path))

    @cached_property
    def query_names(self) -> frozenset[str]:
        """The parameters of the query."""
        return frozenset(self.query.get("properties", {}))

    @cached_property
    def body_names(self) -> frozenset[str]:
        """The fields of the body; empty where it has no declared fields."""
        described = frozenset(self.resolved(self.body).get("properties", {})) if self.body else frozenset()
        return described or _UNDESCRIBED.get((self.system, self.name), frozenset())

    def resolved(self, schema: JsonObject | None) -> JsonObject:
        """Follow a reference into the shared schemas."""
        while schema and "$ref" in schema:
            schema = self.schemas[schema["$ref"].removeprefix("#/$defs/")]
        return schema or {}


@cache
def every(system: str) -> tuple[PublishedCall, ...]:
    """Return all published calls of a system."""
    document = jsonio.decode(files(__package__).joinpath(f"{system}.json").read_bytes())
    return tuple(_call(system, row, document["schemas"]) for row in document["calls"])


def find(system: str, name: str) -> PublishedCall:
    """Return the call named ``GET /payments/orders``.

    Raises:
        KeyError: It is not published.
    """
    return _by_name(system)[name]


@cache
def _by_name(system: str) -> dict[str, PublishedCall]:
    return {call.name: call for call in every(system)}


def _call(system: str, row: JsonObject, schemas: JsonObject) -> PublishedCall:
    empty: dict[str, Any] = {"properties": {}, "required": []}
    return PublishedCall(
        system=system,
        id=row["id"],
        service=row["service"],
        method=row["method"],
        path=row["path"],
        in_path=row.get("in_path", empty),
        query=row.get("query", empty),
        body=row.get("body"),
        body_type=row.get("body_type"),
        body_required=row.get("body_required", False),
        output=row.get("output"),
        scopes=tuple(row.get("scopes", ())),
        tokens=tuple(row.get("tokens", ())),
        deprecated=row.get("deprecated", False),
        odata=row.get("odata", False),
        schemas=schemas,
    )
