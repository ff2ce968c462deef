"""What a dry run takes for granted of writes that it does not make: ids, states, links, outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from orderbridge.connectors.permit import before_calling
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject

# Calls that only ask, although their method does not say so: signing in, and searching.
_ASKING = ("/authorize", "/oauth/token", "/oauth/locationToken", "/oauth/locationtoken")
_BATCH = "/$batch"
_CHANGING = (b"POST ", b"PUT ", b"PATCH ", b"DELETE ")


class DependsError(OrderBridgeError):
    """A dry run cannot go on here: what is asked for would be there only after an earlier step has written."""

    def __init__(self, placeholder: str, by: str) -> None:
        super().__init__(f"depends on what {by} would give: {placeholder}", cause="dry_run.depends")


class WouldSendError(OrderBridgeError):
    """A dry run was about to send something that changes the other side; nothing was sent."""


@dataclass(slots=True)
class Assumed:
    """What would be true if everything that was tried so far had been written; shared by the runs of one try.

    Attributes:
        states: What records would hold, by system, kind and our reference.
        links: Which record would belong to which.
        made_up: Every id and value that stands for one that nobody knows yet, with the step it would come from.
    """

    states: dict[tuple[str, str, str], JsonObject] = field(default_factory=dict)
    links: dict[tuple[str, ...], str] = field(default_factory=dict)
    made_up: dict[str, str] = field(default_factory=dict)

    def new_id(self, kind: str, by: str) -> str:
        """Return a mark that stands for the id of a record that ``by`` would create."""
        said, number = f"(new {kind})", 1
        while said in self.made_up:
            number += 1
            said = f"(new {kind} {number})"
        self.made_up[said] = by
        return said

    def partners(
        self, own: str | None, kind: str, record_id: str, theirs: str | None, other_kind: str
    ) -> list[str]:
        """Return which records of another account would belong to one, whichever of the two it was said of."""
        found = self.links.get((str(own), kind, record_id, str(theirs), other_kind))
        back = [
            key[2]
            for key, value in self.links.items()
            if value == record_id and key[3:] == (own, kind) and (key[0], key[1]) == (theirs, other_kind)
        ]
        return [*([found] if found is not None else []), *back]

    def output(self, schema: Mapping[str, Any], by: str, name: str = "output") -> Any:
        """Return what a step would give, of which only the shape is known: every value is a mark."""
        if "enum" in schema:
            return schema["enum"][0]
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if "object" in kinds:
            properties = schema.get("properties", {})
            return {key: self.output(item, by, key) for key, item in properties.items()}
        if "array" in kinds:
            items = schema.get("items")
            return [self.output(items, by, name)] if isinstance(items, dict) and items else []
        mark = f"({name.replace('_', ' ')} of {by})"
        self.made_up[mark] = by
        return mark

    def mark_in(self, value: Any) -> str | None:
        """Return the first mark that occurs in a value, however deep."""
        if isinstance(value, Mapping):
            value = [*value.keys(), *value.values()]
        if isinstance(value, list | tuple):
            return next((mark for item in value if (mark := self.mark_in(item)) is not None), None)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str) or "(" not in value:
            return None
        return next((mark for mark in sorted(self.made_up, key=len, reverse=True) if mark in value), None)

    def depends(self, value: Any) -> None:
        """Refuse a value that nobody knows yet.

        Raises:
            DependsError: A mark occurs in it.
        """
        if (mark := self.mark_in(value)) is not None:
            raise DependsError(mark, self.made_up[mark])

    @contextmanager
    def only_asking(self) -> Iterator[None]:
        """Let nothing leave this process within the block that could change something anywhere."""
        token = before_calling.set(self._before_calling)
        try:
            yield
        finally:
            before_calling.reset(token)

    def _before_calling(self, method: str, where: str, carried: object) -> None:
        self.depends([unquote_plus(where), carried])
        if method in ("GET", "HEAD") or where.endswith(_ASKING) or _searches(where):
            return
        if where.endswith(_BATCH) and not _changes(carried):
            return
        raise WouldSendError(
            f"a dry run was about to send {method} {where}; nothing was sent. The operation writes in a way that a "
            "dry run does not know: please report it",
            cause="dry_run.would_send",
        )


def _searches(where: str) -> bool:
    # POST /contacts/search, POST /api/sync-data/search-contacts-by-business-email
    return where.rpartition("/")[2].startswith("search")


def _changes(carried: object) -> bool:
    parts = carried if isinstance(carried, tuple) else (carried,)
    lines = [line for part in parts if isinstance(part, bytes) for line in part.splitlines()]
    return any(line.startswith(_CHANGING) for line in lines)
