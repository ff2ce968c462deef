"""Act! calls about the schema and the records of custom tables.

Source: Act! Web API notes, sections 11.8 and 11.9.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from orderbridge.connectors.act.calls import ActCalls, part
from orderbridge.connectors.act.models import CustomRecord, CustomRecordDraft, CustomTable, Field
from orderbridge.connectors.fields import text
from orderbridge.core.jsonio import JsonObject

_TABLES = "/api/metadata/entities"


class TableCalls(ActCalls):
    """Tables, fields, and records of custom tables."""

    async def tables(self) -> list[CustomTable]:
        """Return the tables of this database, its own ones included."""
        return [CustomTable.parse(row) for row in await self._rows(_TABLES)]

    async def create_table(self, name: str, display_name: str, parents: Sequence[str]) -> CustomTable:
        """Make a table.

        Args:
            name: At most 27 letters, digits and underscores.
            display_name: What people see, at most 32 characters.
            parents: Any of Contacts, Companies, Groups, Opportunities.
        """
        body = {"name": name, "displayName": display_name, "parentEntities": list(parents)}

        def parse(data: JsonObject) -> CustomTable:
            return CustomTable.parse({"name": name, "displayName": display_name, "isCustom": True} | data)

        return await self._write("POST", _TABLES, body, parse)

    async def fields(self, record_type: str) -> list[Field]:
        """Return the fields of a record type; an unknown type has none, without an error."""
        return [Field.parse(row) for row in await self._rows(f"/api/metadata/{part(record_type)}/fields")]

    async def drop_down_values(self, list_id: str) -> list[str]:
        """Return the values of a drop-down list, in their order."""
        rows = await self._rows(f"/api/metadata/drop-down/lists/{part(list_id)}/items")
        return [value for row in rows if (value := text(row, "value"))]

    async def create_field(
        self,
        record_type: str,
        name: str,
        type: str,
        *,
        length: int | None = None,
        precision: int | None = None,
        scale: int | None = None,
    ) -> Field:
        """Add a field to a record type or a custom table.

        Args:
            record_type: ``contact``, ``opportunity``, or the name of a custom table.
            name: What people see; the key in payloads is in the answer's ``column``.
            type: ``Character``, ``Memo``, ``Decimal``, ``DateTime`` and so on, as Act! calls them.
            length: Of a text.
            precision: Digits of a number in all.
            scale: Digits after the point.
        """
        sizes = {"length": length, "precision": precision, "scale": scale}
        body = {"name": name, "type": type} | {key: size for key, size in sizes.items() if size is not None}
        path = f"/api/metadata/{part(record_type)}/fields"
        return await self._write("POST", path, body, Field.parse)

    async def records(self, table: str, filter: str | None = None) -> AsyncIterator[CustomRecord]:
        """Yield the records of a custom table."""
        async for row in self._walk(_records(table), filter=filter):
            yield CustomRecord.parse(row)

    async def record(self, table: str, record_id: str) -> CustomRecord:
        """Return one record of a custom table."""
        return await self._record(f"{_records(table)}/{part(record_id)}", CustomRecord.parse)

    async def create_record(self, table: str, draft: CustomRecordDraft) -> CustomRecord:
        """Add a record to a custom table."""
        return await self._write("POST", _records(table), draft.to_api(), CustomRecord.parse)

    async def update_record(self, table: str, record_id: str, draft: CustomRecordDraft) -> CustomRecord:
        """Replace a record of a custom table whole; there is no partial change."""
        body = draft.to_api() | {"id": record_id}
        return await self._write("PUT", f"{_records(table)}/{part(record_id)}", body, CustomRecord.parse)


def _records(table: str) -> str:
    return f"/api/custom/entities/{part(table)}"
