"""Fitting a request body into a record, as strictly and as loosely as Json.NET does.

Property names match without regard to case, unknown top-level names are tolerated, a value of the wrong
kind is a binding error, and an amount must be a JSON number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orderbridge.core.jsonio import JsonObject, encode
from orderbridge.emulators.act import times
from orderbridge.emulators.act.errors import ActError, binding, dotnet, invalid
from orderbridge.emulators.act.shapes import (
    ADDRESS,
    ADDRESS_FIELDS,
    BOOL,
    CUSTOM,
    DAY,
    INT,
    LINKS,
    NUMBER,
    TEXT,
    TIME,
    Shape,
)

if TYPE_CHECKING:
    from orderbridge.emulators.act.columns import Column
    from orderbridge.emulators.act.faults import ActFaults

_DOTNET = {
    TEXT: "System.String",
    INT: "System.Nullable`1[System.Int32]",
    NUMBER: "System.Nullable`1[System.Decimal]",
    BOOL: "System.Nullable`1[System.Boolean]",
    TIME: "System.Nullable`1[System.DateTimeOffset]",
    DAY: "System.Nullable`1[System.DateTimeOffset]",
}
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_ADDRESS_CANONICAL = {name.lower(): name for name in ADDRESS_FIELDS}


@dataclass(slots=True)
class Bound:
    """What a body says, by the API's own spelling.

    Attributes:
        values: Writable fields that were present.
        links: Ids of linked records by payload key; a key is there only when the body had it.
        custom: The keys of ``customFields`` in lower case, or None when the body had no such object.
        ignored: Server-managed fields that the body carried.
    """

    values: JsonObject = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    custom: JsonObject | None = None
    ignored: JsonObject = field(default_factory=dict)


def bind(shape: Shape, body: JsonObject, faults: ActFaults) -> Bound:
    """Read ``body`` as a record of ``shape``.

    Raises:
        ActError: A value does not fit its field.
    """
    bound = Bound()
    dropped = {name.lower() for name in faults.ignore_fields}
    for sent, value in body.items():
        lowered = sent.lower()
        name = shape.canonical.get(lowered)
        if name is None or lowered in dropped:
            continue
        if name in shape.server:
            bound.ignored[name] = value
            continue
        kind = shape.fields[name]
        if kind == LINKS:
            bound.links[name] = linked_ids(value, name, faults)
        elif kind == CUSTOM:
            bound.custom = _custom_object(value, dropped, faults)
        elif name != "id":
            fitted = fit(kind, value, name, faults)
            bound.values[name] = rewritten(name, fitted, faults)
    return bound


def fit(kind: str, value: Any, path: str, faults: ActFaults) -> Any:
    """Return ``value`` as a field of ``kind`` keeps it.

    Raises:
        ActError: It does not fit.
    """
    if value is None:
        return dict.fromkeys(ADDRESS_FIELDS) if kind == ADDRESS else None
    if kind == ADDRESS:
        return _address(value, path, faults)
    if kind not in _DOTNET:
        return value
    fitted = _scalar(kind, value)
    if fitted is None:
        raise binding(faults.binding_error, value, _DOTNET[kind], path)
    return fitted


def _scalar(kind: str, value: Any) -> Any:
    """Return the stored form of ``value``, or None when it does not fit."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if kind == TEXT:
        if isinstance(value, str):
            return value
        return encode(value).decode() if whole or isinstance(value, bool | Decimal) else None
    if kind == INT:
        return value if whole else None
    if kind == NUMBER:
        return value if whole or isinstance(value, Decimal) else None
    if kind == BOOL:
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    try:
        moment = times.normalised(value)
    except ValueError:
        return None
    return times.midnight(moment) if kind == DAY else moment


def _address(value: Any, path: str, faults: ActFaults) -> JsonObject:
    if not isinstance(value, dict):
        raise binding(faults.binding_error, value, "Act.Web.API.Models.Address", path)
    address: JsonObject = {}
    for sent, item in value.items():
        name = _ADDRESS_CANONICAL.get(sent.lower())
        if name is not None:
            address[name] = fit(ADDRESS_FIELDS[name], item, f"{path}.{name}", faults)
    return address


def linked_ids(value: Any, path: str, faults: ActFaults) -> list[str]:
    """Return the ids in an array of embedded records; null counts as empty.

    Raises:
        ActError: An object stands where an array is wanted, or an entry has no id.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise binding(faults.binding_error, value, "System.Collections.Generic.List`1[Act.Embedded]", path)
    ids: list[str] = []
    for item in value:
        record_id = item.get("id", item.get("ID")) if isinstance(item, dict) else None
        if not isinstance(record_id, str) or not record_id:
            raise binding(faults.binding_error, item, "Act.Web.API.Models.Embedded", path)
        if record_id.lower() not in ids:
            ids.append(record_id.lower())
    return ids


def _custom_object(value: Any, dropped: set[str], faults: ActFaults) -> JsonObject | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise binding(
            faults.binding_error,
            value,
            "System.Collections.Generic.Dictionary`2[String,Object]",
            "customFields",
        )
    return {key.lower(): item for key, item in value.items() if key.lower() not in dropped}


def bind_columns(sent: JsonObject, columns: dict[str, Column], faults: ActFaults) -> JsonObject:
    """Fit tenant-defined fields; ``sent`` and ``columns`` are keyed by lower-case internal name.

    Unknown keys are ignored with success, or refused where the switch says so.

    Raises:
        ActError: A value does not fit its column.
    """
    fitted: JsonObject = {}
    for key, value in sent.items():
        column = columns.get(key)
        if column is None:
            if faults.unknown_custom_field == "400":
                raise invalid(f"The field '{key}' does not exist.")
            continue
        if column.is_read_only:
            if faults.read_only_field == "400":
                raise invalid(f"The field '{key}' is read-only.")
            continue
        fitted[key] = rewritten(key, _column_value(column, key, value, faults), faults)
    return fitted


def _column_value(column: Column, key: str, value: Any, faults: ActFaults) -> Any:
    if value is None:
        return None
    if column.kind == TEXT and isinstance(value, str):
        if _ISO_TIME.match(value) and faults.date_in_text_column == "500":
            raise _date_in_text(key)
        if column.length and len(value) > column.length:
            raise invalid(f"The value of field '{key}' is longer than {column.length} characters.")
    return fit(column.kind, value, key, faults)


def _date_in_text(key: str) -> ActError:
    # Json.NET turns such a text into a DateTime before anybody looks at the column's type.
    return dotnet(
        500,
        f"Unable to cast object of type 'System.DateTime' to type 'System.String'. Field '{key}'.",
        exception_type="System.InvalidCastException",
    )


def looks_like_time(value: Any) -> bool:
    """Tell whether Json.NET takes ``value`` for a date."""
    return isinstance(value, str) and _ISO_TIME.match(value) is not None


def rewritten(name: str, value: Any, faults: ActFaults) -> Any:
    """Return ``value`` as a target that alters what it is given would keep it."""
    if not faults.rewrite_fields or value is None:
        return value
    how = {key.lower(): rule for key, rule in faults.rewrite_fields.items()}.get(name.lower())
    if how is None:
        return value
    if isinstance(how, dict):
        return how.get("set")
    if isinstance(value, str):
        changes = {"upper": value.upper(), "lower": value.lower(), "truncate": value[:10], "blank": None}
        return changes.get(how, value)
    if how == "plus_cent" and not isinstance(value, bool) and isinstance(value, int | Decimal):
        return value + Decimal("0.01")
    return None if how == "blank" else value
