"""Which history is carried over: kinds of records, days, or a list of ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.store.connections import Connection

ORDERS, FULFILMENTS, TRANSACTIONS, SUBSCRIPTIONS = "orders", "fulfilments", "transactions", "subscriptions"
INVOICES, CONTACTS, PRODUCTS = "invoices", "contacts", "products"
# An order is read with all that belongs to it, so these four are carried over in the order's lane.
OF_ORDERS = (ORDERS, FULFILMENTS, TRANSACTIONS, SUBSCRIPTIONS)
KINDS = (*OF_ORDERS, INVOICES, CONTACTS, PRODUCTS)
DEFAULT = OF_ORDERS
# The kind of record that each of them is to a flow.
RECORD = {
    ORDERS: "order",
    FULFILMENTS: "fulfilment",
    TRANSACTIONS: "transaction",
    SUBSCRIPTIONS: "subscription",
    INVOICES: "invoice",
    CONTACTS: "contact",
    PRODUCTS: "product",
}
# Those that are found by their own id.
BY_ID = (ORDERS, INVOICES, CONTACTS, PRODUCTS)
MOST_IDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of a connection's history is carried over.

    Attributes:
        kinds: Of ``KINDS``.
        since: First UTC day of creation.
        until: Last UTC day of creation; None means up to the start of the backfill.
        ids: Only these records, of the one kind that is chosen.
    """

    kinds: tuple[str, ...] = DEFAULT
    since: date | None = None
    until: date | None = None
    ids: tuple[str, ...] = ()

    @property
    def money(self) -> bool:
        """Whether anything is carried over in the lanes of orders."""
        return any(item in OF_ORDERS for item in self.kinds)

    @property
    def whole_orders(self) -> bool:
        """Whether the list of orders is read: no list shows fulfilments."""
        return ORDERS in self.kinds or FULFILMENTS in self.kinds

    @property
    def fingerprint(self) -> str:
        """The same for the same selection."""
        return fingerprint(self.as_json())

    def takes(self, made_at: datetime | None) -> bool:
        """Whether a record that was made then is chosen; one that does not say when is."""
        if made_at is None:
            return True
        day = made_at.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def last_day(self, started_at: datetime) -> date:
        """The last day to ask for."""
        return min(self.until, started_at.astimezone(UTC).date()) if self.until else started_at.date()

    def as_json(self) -> JsonObject:
        """The selection as it is stored and shown."""
        return {
            "kinds": list(self.kinds),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "ids": list(self.ids),
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> Selection:
        """Read what ``as_json`` gave."""
        return cls(
            kinds=tuple(value["kinds"]),
            since=_stored_day(value["since"]),
            until=_stored_day(value["until"]),
            ids=tuple(value["ids"]),
        )

    def words(self) -> str:
        """The selection in a few words."""
        if self.ids:
            return f"{len(self.ids)} {self.kinds[0]} by id"
        days = "of all time" if self.since is None and self.until is None else ""
        days += f"since {self.since}" if self.since else ""
        days += f" until {self.until}" if self.until else ""
        return f"{', '.join(self.kinds)} {days.strip()}"


def selection(
    *,
    kinds: Sequence[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    ids: Sequence[str] = (),
    today: date,
) -> Selection:
    """Check what a person chose.

    Args:
        kinds: Names of ``KINDS``; None takes orders with all that belongs to them.
        since: A day such as ``2026-03-01``.
        until: A day.
        ids: Of records; they choose a single kind, orders unless another one is named.
        today: The UTC day.

    Raises:
        SetupError: It cannot be understood, or chooses nothing.
    """
    unknown = sorted(set(kinds or ()) - set(KINDS))
    if unknown:
        raise SetupError(
            f"--kinds: there is no kind {', '.join(map(repr, unknown))}; there are {', '.join(KINDS)}",
            cause="backfill.kind",
        )
    if kinds is not None and not kinds:
        raise SetupError(f"--kinds names none; there are {', '.join(KINDS)}", cause="backfill.kind")
    first, last = _day("--since", since), _day("--until", until)
    if first and last and first > last:
        raise SetupError(f"--since {first} is after --until {last}", cause="backfill.days")
    if first and first > today:
        raise SetupError(f"--since {first} is in the future", cause="backfill.days")
    if ids:
        return _by_ids(tuple(dict.fromkeys(ids)), kinds, days=bool(first or last))
    chosen = tuple(item for item in KINDS if item in kinds) if kinds is not None else DEFAULT
    return Selection(kinds=chosen, since=first, until=last)


def _by_ids(ids: tuple[str, ...], kinds: Sequence[str] | None, *, days: bool) -> Selection:
    chosen = tuple(dict.fromkeys(kinds or (ORDERS,)))
    if len(chosen) != 1 or chosen[0] not in BY_ID:
        raise SetupError(
            f"--ids are those of one kind: {', '.join(BY_ID)}; payments, subscriptions and fulfilments come with "
            "their order",
            cause="backfill.ids",
        )
    if days:
        raise SetupError("--ids choose records already; leave --since and --until out", cause="backfill.ids")
    if len(ids) > MOST_IDS:
        raise SetupError(f"--ids may name {MOST_IDS} records at once", cause="backfill.ids")
    return Selection(kinds=chosen, ids=ids)


def read_ids(given: str) -> tuple[str, ...]:
    """Read ids from a file, one in a line, or from a list with commas.

    Raises:
        SetupError: The file is not there, or names none.
    """
    path = Path(given)
    if "," not in given and (path.exists() or "/" in given or "\\" in given or "." in given):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"--ids: {given} cannot be read: {error}", cause="backfill.ids") from error
    else:
        text = given
    found = tuple(dict.fromkeys(item for line in text.splitlines() for item in _parts(line)))
    if not found:
        raise SetupError(f"--ids: {given or 'it'} names no id; write one in a line", cause="backfill.ids")
    return found


def _parts(line: str) -> list[str]:
    return [item.strip() for item in line.partition("#")[0].split(",") if item.strip()]


def check_mode(connection: Connection, mode: str | None) -> None:
    """Refuse test records on a live connection and the other way round.

    Raises:
        SetupError: The two are different worlds.
    """
    if mode is None:
        return
    if mode not in ("live", "test"):
        raise SetupError(f"--mode is {mode!r}; it can be live or test", cause="backfill.mode")
    carries = "test" if connection.mode == "test" else "live"
    if mode != carries:
        raise SetupError(
            f"{connection.name} is a {connection.mode} connection, which carries {carries} records over and never "
            f"{mode} ones; choose a {mode} connection",
            cause="backfill.mode",
        )


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise SetupError(f"{option} is {given!r}; write a day: 2026-03-01", cause="backfill.days") from error


def _stored_day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def begins(day: date | None) -> datetime | None:
    """The first moment of a UTC day."""
    return datetime.combine(day, time.min, UTC) if day else None


def day_before(day: date | None) -> date | None:
    """The day before: HighLevel counts in UTC days, and one more on each side costs little."""
    return day - timedelta(days=1) if day else None
