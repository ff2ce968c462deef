"""What the enabled flows listen to: only that is read and polled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.catalogue.operation import Listens
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.store.flows import StoredFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What flows of one connection listen to.

    Attributes:
        since: When the first of them began, by kind of record.
        alone: The kinds of which they also hear when a record is not read with another one.
        tables: The custom tables that they name.
    """

    since: Mapping[str, datetime] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of records."""
        return frozenset(self.since)


def listening(flows: Iterable[StoredFlow]) -> Listening:
    """Return what these flows listen to; one whose trigger is not known any more listens to nothing."""
    since: dict[str, datetime] = {}
    tables: set[str] = set()
    alone: set[str] = set()
    for flow in flows:
        listens = listens_of(flow)
        if listens is None:
            continue
        begun = since.get(listens.kind)
        since[listens.kind] = flow.created_at if begun is None else min(begun, flow.created_at)
        if listens.part_of is None:
            alone.add(listens.kind)
        table = (flow.definition.get("trigger_with") or {}).get("table")
        if isinstance(table, str):
            tables.add(table)
    return Listening(since=since, alone=frozenset(alone), tables=frozenset(tables))


def listens_of(flow: StoredFlow) -> Listens | None:
    """Return what a flow listens to."""
    try:
        return operation(flow.definition["trigger"]).listens
    except FlowError:
        return None
