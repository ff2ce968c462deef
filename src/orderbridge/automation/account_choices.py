"""What can be picked where a setting or a field names a record of an account: its users, products, and stages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from orderbridge.automation.account_fields import fields_of
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.registry import title
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows.account_field import NUMBER, TEXT

# What nobody scrolls through; whoever has more types the id.
MOST = 500
_CUSTOM = "custom_fields."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be picked: what is written, and what people call it."""

    value: str
    label: str

    def as_json(self) -> JsonObject:
        """The choice as it is shown."""
        return {"value": self.value, "label": self.label}


async def choices_of(
    runtime: Runtime, connection_id: str, kind: str, *, of: str | None = None
) -> list[Choice]:
    """Return what an account has of a kind, read just now; at most ``MOST``.

    Args:
        runtime: The opened accounts.
        connection_id: The account.
        kind: What is picked, such as ``users``.
        of: The record that it belongs to: prices are a product's.

    Raises:
        FlowError: There is nothing of that kind to pick, or it has to be known of which record.
        OrderBridgeError: The account cannot be read, by who can act on it.
    """
    system = (await runtime.connection(connection_id)).system
    if system == "act" and kind in _ACT_FIELDS:
        of_kind, wanted, shown = _ACT_FIELDS[kind]
        found = await fields_of(runtime, connection_id, of_kind)
        return [
            Choice(value=shown(item.name), label=item.label)
            for item in found
            if (item.custom or kind == "contact_fields") and item.type in wanted
        ]
    if system == "ghl" and kind in _GHL:
        return _shown(await _GHL[kind](await runtime.ghl(connection_id), of))
    if system == "act" and kind in _ACT:
        return _shown(await _ACT[kind](await runtime.act(connection_id)))
    known = sorted(_GHL) if system == "ghl" else sorted([*_ACT, *_ACT_FIELDS])
    raise FlowError(
        f"{title(system)} has nothing called {kind!r} to pick from; it has {', '.join(known)}",
        cause="choices.unknown_kind",
    )


def _shown(found: Iterable[tuple[str, str]]) -> list[Choice]:
    return [Choice(value=value, label=label or value) for value, label in islice(found, MOST)]


async def _some(found: AsyncIterator[tuple[str, str]]) -> list[tuple[str, str]]:
    some: list[tuple[str, str]] = []
    async for item in found:
        some.append(item)
        if len(some) == MOST:
            break
    return some


async def _ghl_users(client: GhlClient, _of: str | None) -> list[tuple[str, str]]:
    return [(item.id, _named(item.name, item.email)) for item in await client.users()]


async def _ghl_products(client: GhlClient, _of: str | None) -> list[tuple[str, str]]:
    return await _some((item.id, item.name) async for item in client.products())


async def _prices(client: GhlClient, of: str | None) -> list[tuple[str, str]]:
    if of is None:
        raise FlowError("prices are a product's: choose the product first", cause="choices.of_what")
    return [
        (
            item.id,
            f"{item.name}: {_plain(item.amount)} {item.currency}{', recurring' if item.recurring else ''}",
        )
        for item in await client.prices(of)
    ]


def _plain(amount: Decimal) -> str:
    return format(amount, "f")


async def _pipelines(client: GhlClient, _of: str | None) -> list[tuple[str, str]]:
    return [(item.id, item.name) for item in await client.pipelines()]


async def _ghl_stages(client: GhlClient, of: str | None) -> list[tuple[str, str]]:
    return [
        (stage.id, stage.name if of else f"{pipeline.name}: {stage.name}")
        for pipeline in await client.pipelines()
        if of in (None, pipeline.id)
        for stage in pipeline.stages
    ]


async def _act_users(client: ActClient) -> list[tuple[str, str]]:
    return [(item.id, _named(item.display_name, item.email)) for item in await client.users()]


async def _act_products(client: ActClient) -> list[tuple[str, str]]:
    return await _some((item.id, item.name) async for item in client.products())


async def _groups(client: ActClient) -> list[tuple[str, str]]:
    return await _some((item.id, item.name) async for item in client.groups())


async def _processes(client: ActClient) -> list[tuple[str, str]]:
    return [(item.id, item.name) for item in await client.processes() if item.active]


async def _process_names(client: ActClient) -> list[tuple[str, str]]:
    return [(name, name) for _, name in await _processes(client)]


async def _act_stages(client: ActClient) -> list[tuple[str, str]]:
    # By name, as flows do: the same name may stand in several processes, with other ids.
    names = [stage.name for id, _ in await _processes(client) for stage in await client.stages(id)]
    return [(name, name) for name in dict.fromkeys(names)]


def _named(name: str, email: str | None) -> str:
    return f"{name} ({email})" if name and email else name or email or ""


def _path(name: str) -> str:
    return f"event.{name}"


_GHL: dict[str, Callable[[GhlClient, str | None], Awaitable[list[tuple[str, str]]]]] = {
    "users": _ghl_users,
    "products": _ghl_products,
    "prices": _prices,
    "pipelines": _pipelines,
    "stages": _ghl_stages,
}
_ACT: dict[str, Callable[[ActClient], Awaitable[list[tuple[str, str]]]]] = {
    "users": _act_users,
    "products": _act_products,
    "groups": _groups,
    "processes": _processes,
    "process_names": _process_names,
    "stages": _act_stages,
}
# Fields of a kind of record, of which types, and how they are written where they are picked.
_ACT_FIELDS: dict[str, tuple[str, frozenset[str], Callable[[str], str]]] = {
    "contact_fields": ("contact", frozenset({TEXT, NUMBER}), str),
    "opportunity_fields": ("opportunity", frozenset({TEXT}), lambda name: name.removeprefix(_CUSTOM)),
    "opportunity_amounts": ("opportunity", frozenset({NUMBER}), _path),
}
