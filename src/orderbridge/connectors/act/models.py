"""Act! records in our own words; the provider's spellings stop in this module.

Reading: ``X.parse(json)``. Writing: ``XDraft(...).to_api()``, only the keys that Act! takes.
Source: Act! Web API notes, section 11.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from orderbridge.connectors.fields import (
    child,
    instant,
    number,
    objects,
    optional_number,
    required_text,
    text,
    wire_time,
)
from orderbridge.core.jsonio import JsonObject

# "status" is an integer in payloads and a name in the vendor's file; both are read, the integer is sent.
OPEN, WON, LOST, INACTIVE = "Open", "Won", "Lost", "Inactive"
STATUS_NUMBERS = {OPEN: 0, WON: 1, LOST: 2, INACTIVE: 3}
_STATUS_NAMES = {number: name for name, number in STATUS_NUMBERS.items()}

# Every write moves "edited", and Act! keeps it to the second.
NEVER_CLOSED_YEAR = 9999


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A person in Act!.

    Attributes:
        is_user: True for the row behind an Act! user; staff must never be taken for customers.
    """

    id: str
    first_name: str | None
    last_name: str | None
    full_name: str | None
    company: str | None
    email: str | None
    alt_email: str | None
    personal_email: str | None
    business_phone: str | None
    mobile_phone: str | None
    home_phone: str | None
    is_user: bool
    custom_fields: JsonObject
    created_at: datetime | None
    edited_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Contact:
        """Read a contact."""
        return cls(
            id=required_text(data, "id", what="Act! contact"),
            first_name=text(data, "firstName"),
            last_name=text(data, "lastName"),
            full_name=text(data, "fullName"),
            company=text(data, "company"),
            email=text(data, "emailAddress"),
            alt_email=text(data, "altEmailAddress"),
            personal_email=text(data, "personalEmailAddress"),
            business_phone=text(data, "businessPhone"),
            mobile_phone=text(data, "mobilePhone"),
            home_phone=text(data, "homePhone"),
            is_user=data.get("isUser") is True or text(data, "contactType") == "User",
            custom_fields=child(data, "customFields"),
            created_at=instant(data.get("created")),
            edited_at=instant(data.get("edited")),
        )


class ContactDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What to write of a contact; None leaves a field out."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    business_phone: str | None = None
    address: JsonObject | None = None
    custom_fields: JsonObject | None = None

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        full_name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return _without_none(
            {
                "firstName": self.first_name,
                "lastName": self.last_name,
                "fullName": full_name or None,
                "company": self.company,
                "emailAddress": self.email,
                "businessPhone": self.business_phone,
                "businessAddress": self.address,
                "customFields": self.custom_fields,
            }
        )


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a sales process; the same name may occur in several processes with other ids."""

    id: str
    name: str
    number: int
    probability: int
    process_id: str | None
    process_name: str | None

    @classmethod
    def parse(cls, data: JsonObject, *, process: JsonObject | None = None) -> Stage:
        """Read a stage; ``process`` is used when the stage does not embed its own."""
        owner = child(data, "process") or process or {}
        return cls(
            id=required_text(data, "id", what="Act! stage"),
            name=text(data, "name") or "",
            number=int(number(data, "number", what="Act! stage", default=Decimal(0))),
            probability=int(number(data, "probability", what="Act! stage", default=Decimal(0))),
            process_id=text(owner, "id"),
            process_name=text(owner, "name"),
        )


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """A sales process."""

    id: str
    name: str
    active: bool

    @classmethod
    def parse(cls, data: JsonObject) -> Process:
        """Read a process."""
        return cls(
            id=required_text(data, "id", what="Act! process"),
            name=text(data, "name") or "",
            active=text(data, "status") in (None, "Active", "1"),
        )


class Opportunity(msgspec.Struct, frozen=True, kw_only=True):
    """A deal.

    Attributes:
        product_total: The sum over its line items, computed by Act!; there is no other amount.
    """

    id: str
    name: str
    source: str | None
    source_id: str | None
    status: str
    stage_id: str | None
    stage_name: str | None
    product_total: Decimal | None
    contact_ids: tuple[str, ...]
    open_date: datetime | None
    closed_at: datetime | None
    custom_fields: JsonObject
    created_at: datetime | None
    edited_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Opportunity:
        """Read an opportunity."""
        record_id = required_text(data, "id", what="Act! opportunity")
        status = data.get("status")
        stage = child(data, "stage")
        closed_at = instant(data.get("actualCloseDate"))
        return cls(
            id=record_id,
            name=text(data, "name") or "",
            source=text(data, "source"),
            source_id=text(data, "sourceId"),
            status=_STATUS_NAMES.get(status, str(status)) if isinstance(status, int) else str(status or OPEN),
            stage_id=text(stage, "id"),
            stage_name=text(stage, "name"),
            product_total=optional_number(data, "productTotal", what=f"Act! opportunity {record_id}"),
            contact_ids=tuple(item["id"] for item in objects(data, "contacts") if item.get("id")),
            open_date=instant(data.get("openDate")),
            # An open deal carries 9999-12-31.
            closed_at=closed_at if closed_at and closed_at.year < NEVER_CLOSED_YEAR else None,
            custom_fields=child(data, "customFields"),
            created_at=instant(data.get("created")),
            edited_at=instant(data.get("edited")),
        )


class OpportunityDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What to write of an opportunity; None leaves a field out."""

    name: str | None = None
    source: str | None = None
    source_id: str | None = None
    status: str | None = None
    stage_id: str | None = None
    stage_name: str | None = None
    contact_ids: tuple[str, ...] | None = None
    opened_at: datetime | None = None
    estimated_close: datetime | None = None
    custom_fields: JsonObject | None = None

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling; the status goes as its number, the stage with id and name."""
        stage = {"id": self.stage_id, "name": self.stage_name} if self.stage_id else None
        contacts = None if self.contact_ids is None else [{"id": item} for item in self.contact_ids]
        return _without_none(
            {
                "name": self.name,
                "source": self.source,
                "sourceId": self.source_id,
                "status": None if self.status is None else STATUS_NUMBERS[self.status],
                "stage": stage,
                "contacts": contacts,
                "openDate": None if self.opened_at is None else wire_time(self.opened_at),
                "estimatedCloseDate": None
                if self.estimated_close is None
                else wire_time(self.estimated_close),
                "customFields": self.custom_fields,
            }
        )


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """A position of an opportunity.

    Attributes:
        id: The line's own id; it is not the catalogue product's.
        item_number: Text; we keep our own key of the line in it.
        discount_price: The unit price that counts after Act!'s own discount.
    """

    id: str
    name: str
    item_number: str | None
    price: Decimal
    discount_price: Decimal | None
    discount: Decimal | None
    quantity: Decimal
    total: Decimal | None

    @classmethod
    def parse(cls, data: JsonObject) -> LineItem:
        """Read a line item."""
        record_id = required_text(data, "id", what="Act! line item")
        what = f"Act! line item {record_id}"
        return cls(
            id=record_id,
            name=text(data, "name") or "",
            item_number=text(data, "itemNumber"),
            price=number(data, "price", what=what, default=Decimal(0)),
            discount_price=optional_number(data, "discountPrice", what=what),
            discount=optional_number(data, "discount", what=what),
            quantity=number(data, "quantity", what=what, default=Decimal(0)),
            total=optional_number(data, "total", what=what),
        )


class LineItemDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A line to write. ``total`` is never sent: Act! computes it."""

    name: str
    item_number: str
    price: Decimal
    quantity: Decimal
    type: str = "Product"

    def to_api(self) -> JsonObject:
        """Return the body of a POST."""
        return {
            "name": self.name,
            "itemNumber": self.item_number,
            "price": self.price,
            "quantity": self.quantity,
            "type": self.type,
        }

    def to_put(self, line_id: str) -> JsonObject:
        """Return the body of a PUT, which without these two discount fields means 100 % off."""
        return self.to_api() | {"id": line_id, "discount": 0, "discountPrice": self.price}


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, kept on contacts and opportunities."""

    id: str
    regarding: str | None
    details: str | None
    type_id: int | None
    started_at: datetime | None
    contact_ids: tuple[str, ...]
    opportunity_ids: tuple[str, ...]
    created_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> HistoryEntry:
        """Read a history entry; ask with ``format=text`` or ``details`` is HTML."""
        kind = child(data, "historyType")
        type_id = kind.get("id", data.get("historyTypeID"))
        return cls(
            id=required_text(data, "id", what="Act! history entry"),
            regarding=text(data, "regarding"),
            details=text(data, "details"),
            type_id=type_id if isinstance(type_id, int) else None,
            started_at=instant(data.get("startTime")),
            contact_ids=tuple(item["id"] for item in objects(data, "contacts") if item.get("id")),
            opportunity_ids=tuple(item["id"] for item in objects(data, "opportunities") if item.get("id")),
            created_at=instant(data.get("created")),
        )


class HistoryDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A history entry to write."""

    regarding: str
    details: str
    type_id: int
    happened_at: datetime
    contact_ids: tuple[str, ...] = ()
    opportunity_ids: tuple[str, ...] = ()

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        return {
            "regarding": self.regarding,
            "details": self.details,
            "historyTypeID": self.type_id,
            "startTime": wire_time(self.happened_at),
            "endTime": wire_time(self.happened_at),
            "isPrivate": False,
            "contacts": [{"id": item} for item in self.contact_ids],
            "opportunities": [{"id": item} for item in self.opportunity_ids],
        }


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """An activity in Act!'s calendar.

    Attributes:
        id: 44 characters: a GUID and the day of the occurrence.
    """

    id: str
    series_id: str | None
    subject: str | None
    details: str | None
    cleared: bool
    started_at: datetime | None
    contact_ids: tuple[str, ...]
    opportunity_ids: tuple[str, ...]

    @classmethod
    def parse(cls, data: JsonObject) -> Task:
        """Read a task; ask with ``format=text`` or ``details`` is HTML."""
        return cls(
            id=required_text(data, "id", what="Act! task"),
            series_id=text(data, "seriesID"),
            subject=text(data, "subject"),
            details=text(data, "details"),
            cleared=data.get("isCleared") is True,
            started_at=instant(data.get("startTime")),
            contact_ids=tuple(item["id"] for item in objects(data, "contacts") if item.get("id")),
            opportunity_ids=tuple(item["id"] for item in objects(data, "opportunities") if item.get("id")),
        )


class TaskDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A task to write; Act! demands at least one contact."""

    subject: str
    details: str
    type_id: int
    due_at: datetime
    contact_ids: tuple[str, ...]
    opportunity_ids: tuple[str, ...] = ()

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        return {
            "subject": self.subject,
            "details": self.details,
            "activityTypeId": self.type_id,
            "startTime": wire_time(self.due_at),
            "endTime": wire_time(self.due_at),
            "isTimeless": True,
            "isPrivate": False,
            "contacts": [{"id": item} for item in self.contact_ids],
            "opportunities": [{"id": item} for item in self.opportunity_ids],
        }


class CustomTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of records that this database has beyond the stock ones."""

    id: str | None
    name: str
    display_name: str
    custom: bool

    @classmethod
    def parse(cls, data: JsonObject) -> CustomTable:
        """Read a row of ``/api/metadata/entities``."""
        return cls(
            id=text(data, "id"),
            name=required_text(data, "name", what="Act! table"),
            display_name=text(data, "displayName") or "",
            custom=data.get("isCustom") is True,
        )


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """The description of a field.

    Attributes:
        column: The internal name; lower-cased it is the key in payloads. Labels change, this does not.
        drop_down_id: The list of values that is attached to it.
        list_only: Nothing else than the list's values is taken.
        several: It takes several values of the list, joined in one text.
    """

    id: str | None
    name: str
    column: str
    display_name: str
    data_type: str | None
    custom: bool
    read_only: bool
    length: int | None
    drop_down_id: str | None = None
    list_only: bool = False
    several: bool = False

    @classmethod
    def parse(cls, data: JsonObject) -> Field:
        """Read a row of ``/api/metadata/{recordType}/fields``."""
        length = data.get("length")
        drop_down = child(data, "picklist")
        name = text(data, "name") or ""
        return cls(
            id=text(data, "id"),
            name=name,
            column=text(data, "columnName") or name,
            display_name=text(data, "displayName") or name,
            data_type=text(data, "type", "dataType"),
            custom=data.get("isCustom") is True,
            read_only=data.get("isReadOnly") is True,
            length=length if isinstance(length, int) else None,
            drop_down_id=text(drop_down, "id"),
            list_only=drop_down.get("isLimitToList") is True,
            several=drop_down.get("isMultiSelect") is True,
        )


class CustomRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a custom table; ``fields`` holds the table's own columns."""

    id: str
    contact_ids: tuple[str, ...]
    opportunity_ids: tuple[str, ...]
    fields: JsonObject
    created_at: datetime | None
    edited_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> CustomRecord:
        """Read a record; the key for opportunities is singular and holds a list."""
        stock = {
            "id",
            "companies",
            "contacts",
            "groups",
            "opportunity",
            "created",
            "edited",
            "editedBy",
            "recordOwner",
        }
        return cls(
            id=required_text(data, "id", what="Act! custom record"),
            contact_ids=tuple(item["id"] for item in objects(data, "contacts") if item.get("id")),
            opportunity_ids=tuple(item["id"] for item in objects(data, "opportunity") if item.get("id")),
            fields={key: value for key, value in data.items() if key not in stock},
            created_at=instant(data.get("created")),
            edited_at=instant(data.get("edited")),
        )


class CustomRecordDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a custom table to write; PUT replaces it whole, there is no PATCH."""

    fields: JsonObject
    contact_ids: tuple[str, ...] = ()
    opportunity_ids: tuple[str, ...] = ()

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        return self.fields | {
            "contacts": [{"id": item} for item in self.contact_ids],
            "opportunity": [{"id": item} for item in self.opportunity_ids],
        }


class NamedType(msgspec.Struct, frozen=True, kw_only=True):
    """A history type or task type of this database; ids differ per tenant, so match by name."""

    id: int
    name: str
    active: bool

    @classmethod
    def parse(cls, data: JsonObject) -> NamedType:
        """Read a type; the id is an integer, also where it travels as text."""
        return cls(
            id=int(required_text(data, "id", what="Act! type")),
            name=text(data, "name") or "",
            active=data.get("isActive") is not False,
        )


class SystemInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What ``/api/system`` tells anyone."""

    api_version: str | None
    sdk_version: str | None
    update: str | None
    culture: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> SystemInfo:
        """Read the anonymous system answer."""
        return cls(
            api_version=text(data, "apiVersion"),
            sdk_version=text(data, "sdkVersion"),
            update=text(data, "update"),
            culture=text(child(data, "culture"), "name") or text(data, "culture"),
        )


def _without_none(data: dict[str, Any]) -> JsonObject:
    return {key: value for key, value in data.items() if value is not None}
