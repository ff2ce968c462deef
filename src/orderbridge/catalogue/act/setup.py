"""What the set-up may create in an Act! database: shown first, created only when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.catalogue.act.profile import CURRENCY_LABEL, TABLES, TableField, currency_field, field_name
from orderbridge.connectors.act.client import ActClient
from orderbridge.core.errors import NotFoundError, RejectedError, TransientError

_PARENTS = ("Contacts", "Opportunities")


@dataclass(frozen=True, slots=True)
class Creation:
    """One thing to create: a table (``field`` is None), or a field of a table or record type."""

    record_type: str
    field: TableField | None

    def __str__(self) -> str:
        if self.field is None:
            return f"table {self.record_type}, linked to contacts and opportunities"
        size = f" ({self.field.length})" if self.field.length else ""
        return f"field {self.record_type}.{self.field.name}: {self.field.type}{size}"


async def missing(client: ActClient) -> list[Creation]:
    """Return what this database lacks; without tables and fields, payments are kept in the history."""
    plan: list[Creation] = []
    if currency_field(await client.fields("opportunity")) is None:
        plan.append(Creation("opportunity", TableField(CURRENCY_LABEL, "Character", 3)))
    try:
        existing = {table.name.casefold(): table.name for table in await client.tables()}
    except TransientError:
        raise
    except (NotFoundError, RejectedError):
        # An older build without custom tables: nothing to create there.
        return plan
    for table, fields in TABLES.items():
        name = existing.get(table.casefold())
        if name is None:
            plan.append(Creation(table, None))
        present = {field_name(item.display_name) for item in await client.fields(name)} if name else set()
        plan += [Creation(name or table, item) for item in fields if item.name not in present]
    return plan


async def create(client: ActClient, plan: Sequence[Creation]) -> None:
    """Create what ``plan`` lists, in its order."""
    for item in plan:
        if item.field is None:
            await client.create_table(item.record_type, item.record_type, _PARENTS)
            continue
        digits = {"precision": 18, "scale": 4} if item.field.type == "Decimal" else {}
        await client.create_field(
            item.record_type, item.field.name, item.field.type, length=item.field.length, **digits
        )
