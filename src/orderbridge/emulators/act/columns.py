"""Descriptions of fields: stock fields, tenant-defined fields, and the columns of custom tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.shapes import ADDRESS, BOOL, DAY, INT, NUMBER, TEXT, TIME, Shape

# What each type of a new column holds. Source: Act! Web API notes, section 11.9.
TYPES: dict[str, str] = {
    "YesNo": BOOL,
    "Character": TEXT,
    "InitialCaps": TEXT,
    "Lowercase": TEXT,
    "Uppercase": TEXT,
    "Memo": TEXT,
    "Url": TEXT,
    "Number": NUMBER,
    "Currency": NUMBER,
    "Decimal": NUMBER,
    "Date": DAY,
    "Time": TEXT,
    "DateTime": TIME,
    "AnnualEvent": DAY,
    "Picture": TEXT,
    "Calculated": TEXT,
    "Email": TEXT,
    "Phone": TEXT,
    "Address": TEXT,
}
_DEFAULT_LENGTH = {
    "Character": 64,
    "InitialCaps": 64,
    "Lowercase": 64,
    "Uppercase": 64,
    "Url": 256,
    "Email": 128,
}
_STOCK_TYPES = {
    BOOL: "YesNo",
    INT: "Number",
    NUMBER: "Decimal",
    TIME: "DateTime",
    DAY: "Date",
    ADDRESS: "Address",
}


@dataclass(slots=True)
class Column:
    """One field of one record type.

    Attributes:
        key: Its key in payloads: the internal name in lower case.
        column_name: The internal name.
        label: What people see; it can change, the key cannot.
        kind: What fits into it.
    """

    id: str
    key: str
    column_name: str
    label: str
    record_type: str
    table_name: str
    type: str
    kind: str
    length: int | None
    is_custom: bool
    is_read_only: bool
    created: str
    edited: str
    picklist: JsonObject | None = None
    is_nullable: bool = True
    precision: int | None = None
    scale: int | None = None
    default_value: str | None = None

    def described(self) -> JsonObject:
        """Return the field description as the API gives it."""
        blank: dict[str, Any] = dict.fromkeys(
            (
                "virtualId", "virtualType", "virtualObject", "virtualField", "minimumLength", "minValue",
                "maxValue", "fieldFormat", "formula", "calcDisplay",
                "changeEvent", "enterEvent", "leaveEvent",
            )
        )  # fmt: skip
        return {
            "id": self.id,
            "name": self.label,
            "columnName": self.column_name,
            "recordType": self.record_type,
            "aliasName": self.column_name,
            "columnType": "Custom" if self.is_custom else "System",
            "displayName": self.label,
            "tableName": self.table_name,
            "type": self.type,
            "dataType": self.type,
            **blank,
            "length": self.length,
            "precision": self.precision,
            "scale": self.scale,
            "defaultValue": self.default_value,
            "isAllowBlank": True,
            "isCustom": self.is_custom,
            "isDefinedField": True,
            "isDisplayed": True,
            "isNullable": self.is_nullable,
            "isPrimary": False,
            "isProtected": False,
            "isReadOnly": self.is_read_only,
            "isTracked": False,
            "isVirtual": False,
            "createDate": self.created,
            "editDate": self.edited,
            "picklist": self.picklist,
        }


def internal_name(label: str) -> str:
    """Return the internal form of a label: everything but letters and digits becomes ``_``."""
    return re.sub(r"[^A-Za-z0-9]", "_", label).upper()


def default_length(type_name: str) -> int | None:
    """Return the text length that a new column gets when none is asked for."""
    return _DEFAULT_LENGTH.get(type_name)


def stock_columns(shape: Shape, *, record_type: str, created: str) -> dict[str, Column]:
    """Describe the stock fields of an entity."""
    columns: dict[str, Column] = {}
    for number, (name, kind) in enumerate(shape.fields.items()):
        if name in ("customFields", *shape.links):
            continue
        type_name = _STOCK_TYPES.get(kind, "Character")
        columns[name.lower()] = Column(
            id=f"{record_type.lower()}-{number:03d}",
            key=name.lower(),
            column_name=name.upper(),
            label=re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).title(),
            record_type=record_type,
            table_name=f"TBL_{record_type.upper()}",
            type=type_name,
            kind=kind,
            length=_DEFAULT_LENGTH.get(type_name),
            is_custom=False,
            is_read_only=name in shape.server or name == "id",
            created=created,
            edited=created,
        )
    return columns
