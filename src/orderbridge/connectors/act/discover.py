"""Looking around in an Act! database: what there is, each part on its own, so that one refusal hides nothing.

Source: Act! Web API notes, sections 1, 6, 9, 10 and 11.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from orderbridge.connectors.act.address import CLOUD, ActAddress
from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.directory import User
from orderbridge.connectors.act.models import Field, NamedType
from orderbridge.core.errors import NotFoundError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")

# Record types whose own fields a flow can fill.
RECORD_TYPES = ("contact", "company", "group", "opportunity", "product")


class Survey:
    """One look around.

    Attributes:
        notes: What could not be read, in words.
    """

    def __init__(self, client: ActClient, address: ActAddress, *, user: str) -> None:
        self._client, self._address, self._user = client, address, user
        self.notes: list[str] = []

    async def found(self) -> JsonObject:
        """Return everything that was found, ready to be stored.

        Raises:
            ReconnectError: The account does not let us in.
            TransientError: The server is not well.
        """
        client = self._client
        users = await self._or_note("users", client.users)
        system = await client.system()
        return {
            "address": {
                "url": self._address.url,
                "deployment": self._address.deployment,
                "region": self._address.region,
                "described": self._address.described,
            },
            "system": {
                "api_version": system.api_version,
                "sdk_version": system.sdk_version,
                "update": system.update,
                "culture": system.culture,
            },
            "user": await self._me(users),
            "fields": {kind: await self._own_fields(kind) for kind in RECORD_TYPES},
            "tables": await self._tables(),
            "processes": await self._or_note("sales processes", self._processes),
            "history_types": _types(await self._or_note("history types", client.history_types)),
            "task_types": _types(await self._or_note("task types", client.task_types)),
            "users": [_user(item) for item in users],
            "batch": await self._batch(),
            "webhooks": await self._webhooks(),
        }

    async def _me(self, users: list[User]) -> JsonObject:
        me = await self._client.my_record()
        names = {self._user.casefold(), (me.full_name or "").casefold(), (me.email or "").casefold()} - {""}
        for item in users:
            if {item.user_name.casefold(), (item.email or "").casefold()} & names:
                return _user(item)
        by_name = [item for item in users if item.display_name.casefold() in names]
        if len(by_name) == 1:
            return _user(by_name[0])
        return {"id": None, "user_name": self._user, "display_name": me.full_name, "role": None}

    async def _own_fields(self, kind: str) -> list[JsonObject]:
        fields = await self._or_note(f"fields of {kind}", lambda: self._client.fields(kind))
        return [_field(item) for item in fields if item.custom]

    async def _tables(self) -> list[JsonObject]:
        tables = await self._or_note("custom tables", self._client.tables)
        return [
            {
                "name": table.name,
                "label": table.display_name or table.name,
                "fields": [_field(item) for item in await self._table_fields(table.name)],
            }
            for table in tables
            if table.custom
        ]

    async def _table_fields(self, name: str) -> list[Field]:
        return await self._or_note(f"fields of the table {name}", lambda: self._client.fields(name))

    async def _processes(self) -> list[JsonObject]:
        return [
            {
                "id": item.id,
                "name": item.name,
                "active": item.active,
                "stages": [
                    {"id": stage.id, "name": stage.name, "probability": stage.probability}
                    for stage in await self._client.stages(item.id)
                ],
            }
            for item in await self._client.processes()
        ]

    async def _batch(self) -> JsonObject:
        # Without a repeat for a server that fails on it: a batch is a comfort.
        if not await self._client.batch_works():
            return {"works": False, "counted": None}
        return {"works": True, "counted": await self._client.batch_counting()}

    async def _webhooks(self) -> JsonObject:
        if self._address.deployment == CLOUD:
            return {"offered": False, "why": "Act! Cloud offers no webhooks; changes are found by polling"}
        try:
            await self._client.webhooks()
        except TransientError:
            raise
        except RejectedError as error:
            why = "this server knows no webhooks; changes are found by polling"
            return {"offered": False, "why": why if isinstance(error, NotFoundError) else str(error)}
        return {"offered": True, "why": None}

    async def _or_note(self, what: str, ask: Callable[[], Awaitable[list[T]]]) -> list[T]:
        try:
            return await ask()
        except RejectedError as error:
            self.notes.append(f"{what}: {error}")
            return []


def _field(item: Field) -> JsonObject:
    return {
        "label": item.display_name,
        "key": item.column.lower(),
        "type": item.data_type,
        "length": item.length,
        "read_only": item.read_only,
    }


def _types(items: list[NamedType]) -> list[JsonObject]:
    return [{"id": item.id, "name": item.name, "active": item.active} for item in items]


def _user(item: User) -> JsonObject:
    return {
        "id": item.id,
        "user_name": item.user_name,
        "display_name": item.display_name,
        "role": item.role,
        "status": item.status,
    }
