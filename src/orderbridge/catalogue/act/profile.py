"""What one Act! database has and how it behaves: found out once, then used by every action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.models import Field, NamedType, Stage
from orderbridge.core.errors import NotFoundError, OrderBridgeError, RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get

log = get(__name__)

CURRENCY_LABEL = "Order currency"
_CURRENCY_LABELS = (CURRENCY_LABEL, "Currency")


@dataclass(frozen=True, slots=True)
class TableField:
    """A field that one of our tables has: its name, Act!'s type for it, and its length."""

    name: str
    type: str
    length: int | None = None


# The custom tables that the set-up offers to create, with their fields.
PAYMENTS, SUBSCRIPTIONS, FULFILMENTS = "Payments", "Subscriptions", "Fulfilments"
_COMMON = (
    TableField("reference", "Character", 64),
    TableField("order_reference", "Character", 64),
    TableField("summary", "Character", 128),
    TableField("status", "Character", 32),
    TableField("details", "Memo"),
)
_MONEY = (
    TableField("amount", "Decimal"),
    TableField("currency", "Character", 3),
)
TABLES: dict[str, tuple[TableField, ...]] = {
    PAYMENTS: (*_COMMON, *_MONEY, TableField("refunded", "Decimal"), TableField("paid_at", "DateTime")),
    SUBSCRIPTIONS: (
        *_COMMON,
        *_MONEY,
        TableField("plan", "Character", 128),
        TableField("next_billing", "Date"),
    ),
    FULFILMENTS: (*_COMMON, TableField("tracking", "Character", 128), TableField("carrier", "Character", 64)),
}

# Ids differ from database to database, so types are found by name; "Call Attempted" would be a lie.
_HISTORY_NAMES = ("Payment", "Order", "To-do Done", "To-Do Done", "Contact Updated", "Quote")
_TASK_NAMES = ("Fulfilment", "To-do", "To-Do", "Todo")


@dataclass(frozen=True, slots=True)
class CustomTableRef:
    """One of our tables in this database: its name in paths, and our field name → key in payloads."""

    name: str
    keys: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProfile:
    """The findings.

    Attributes:
        tables: Our custom tables that exist, by our name for them.
        currency_key: The custom opportunity field that holds the currency; None where there is none.
        base_currency: The currency that amounts without a currency field are in.
        negative_prices: Whether a line with a negative price is taken.
        batch: Whether ``$batch`` works.
    """

    tables: dict[str, CustomTableRef]
    currency_key: str | None
    base_currency: str | None
    stages: tuple[Stage, ...]
    history_type_id: int
    task_type_id: int
    negative_prices: bool = True
    batch: bool = False
    default_region: str = "US"

    def stage(self, name: str | None) -> Stage | None:
        """Return the stage of that name in the chosen process."""
        wanted = (name or "").casefold()
        return next((stage for stage in self.stages if stage.name.casefold() == wanted), None)


async def discover(client: ActClient, config: JsonObject) -> ActProfile:
    """Look around in a database.

    Args:
        config: The connection's own settings: ``currency``, ``process``, ``negative_prices``, ``region``,
            ``batch``, ``custom_tables``.
    """
    tables = await _tables(client) if config.get("custom_tables", True) else {}
    opportunity_fields = await client.fields("opportunity")
    currency = currency_field(opportunity_fields)
    batch = config.get("batch")
    return ActProfile(
        tables=tables,
        currency_key=currency.column.lower() if currency else None,
        base_currency=config.get("currency"),
        stages=await _stages(client, config.get("process")),
        history_type_id=_pick(await client.history_types(), _HISTORY_NAMES, avoid=0),
        task_type_id=_pick(await client.task_types(), _TASK_NAMES, avoid=None),
        negative_prices=config.get("negative_prices", True),
        batch=await client.batch_works() if batch is None else bool(batch),
        default_region=config.get("region", "US"),
    )


async def _tables(client: ActClient) -> dict[str, CustomTableRef]:
    try:
        existing = {table.name.casefold(): table.name for table in await client.tables()}
    except TransientError:
        raise
    except (NotFoundError, RejectedError) as error:
        # Older builds lack these routes; payments are then kept as history entries.
        log.info("no custom tables in this Act! database", reason=str(error))
        return {}
    found = {}
    for ours in TABLES:
        name = existing.get(ours.casefold())
        if name is None:
            continue
        keys = _keys(await client.fields(name))
        # Without this field nothing could be found again or proved; the others are for people.
        if "details" in keys:
            found[ours] = CustomTableRef(name, keys)
        else:
            log.warning("a custom table has no field Details and is not used", table=name)
    return found


def _keys(fields: Iterable[Field]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for item in fields:
        for label in (item.name, item.display_name):
            keys.setdefault(field_name(label), item.column.lower())
    return keys


def field_name(label: str) -> str:
    """Return our spelling of a field's label: ``Paid At`` is ``paid_at``."""
    return "_".join(label.casefold().replace("_", " ").split())


def currency_field(fields: Iterable[Field]) -> Field | None:
    """Return the opportunity field that holds the currency."""
    by_label = {item.display_name.casefold(): item for item in fields}
    return next(
        (by_label[label.casefold()] for label in _CURRENCY_LABELS if label.casefold() in by_label), None
    )


async def _stages(client: ActClient, process_name: str | None) -> tuple[Stage, ...]:
    processes = await client.processes()
    chosen = next(
        (item for item in processes if (item.name == process_name if process_name else item.active)), None
    )
    return tuple(await client.stages(chosen.id)) if chosen else ()


def _pick(types: Iterable[NamedType], names: Iterable[str], *, avoid: int | None) -> int:
    usable = [item for item in types if item.active and item.id != avoid]
    for name in names:
        for item in usable:
            if item.name.casefold() == name.casefold():
                return item.id
    if not usable:
        raise OrderBridgeError("this Act! database has no type that we may use", cause="act.no_types")
    return usable[0].id
