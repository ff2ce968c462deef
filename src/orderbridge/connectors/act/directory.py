"""Act! records that surround the deals: companies, users, products and notes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from orderbridge.connectors.fields import instant, objects, optional_number, required_text, text, wire_time
from orderbridge.core.jsonio import JsonObject


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """A company record; names are not unique."""

    id: str
    name: str
    phone: str | None
    website: str | None
    edited_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Company:
        """Read a company."""
        return cls(
            id=required_text(data, "id", what="Act! company"),
            name=text(data, "name") or "",
            phone=text(data, "phone"),
            website=text(data, "website"),
            edited_at=instant(data.get("edited")),
        )


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works in this database."""

    id: str
    user_name: str
    display_name: str
    role: str | None
    email: str | None
    status: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> User:
        """Read a user."""
        name = text(data, "username", "userName") or ""
        return cls(
            id=required_text(data, "id", what="Act! user"),
            user_name=name,
            display_name=text(data, "displayName") or name,
            role=text(data, "role"),
            email=text(data, "email"),
            status=text(data, "status"),
        )


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a user may do, by the name that *Manage Users* shows."""

    name: str
    alias: str | None
    allowed: bool

    @classmethod
    def parse(cls, data: JsonObject) -> Permission:
        """Read a row of ``/api/permissions``; what is listed is allowed unless it says otherwise."""
        return cls(
            name=text(data, "name", "description", "alias") or "",
            alias=text(data, "alias"),
            allowed=data.get("isAllowed") is not False,
        )


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group that contacts, companies and opportunities can belong to."""

    id: str
    name: str

    @classmethod
    def parse(cls, data: JsonObject) -> Group:
        """Read a group."""
        return cls(id=required_text(data, "id", what="Act! group"), name=text(data, "name") or "")


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the catalogue; a line item keeps its own copy of name and price."""

    id: str
    name: str
    item_number: str | None
    price: Decimal | None
    cost: Decimal | None

    @classmethod
    def parse(cls, data: JsonObject) -> Product:
        """Read a product."""
        record_id = required_text(data, "id", what="Act! product")
        what = f"Act! product {record_id}"
        return cls(
            id=record_id,
            name=text(data, "name") or "",
            item_number=text(data, "itemNumber"),
            price=optional_number(data, "price", what=what),
            cost=optional_number(data, "cost", what=what),
        )


class ProductDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A product to write."""

    name: str
    item_number: str
    price: Decimal
    cost: Decimal = Decimal(0)

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        return {"name": self.name, "itemNumber": self.item_number, "price": self.price, "cost": self.cost}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A free text on contacts and opportunities."""

    id: str
    note: str | None
    contact_ids: tuple[str, ...]
    opportunity_ids: tuple[str, ...]
    created_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Note:
        """Read a note; ask with ``format=text`` or the text is HTML."""
        return cls(
            id=required_text(data, "id", what="Act! note"),
            note=text(data, "noteText"),
            contact_ids=tuple(item["id"] for item in objects(data, "contacts") if item.get("id")),
            opportunity_ids=tuple(item["id"] for item in objects(data, "opportunities") if item.get("id")),
            created_at=instant(data.get("created")),
        )


class NoteDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A note to write. 100 is the type that Act! itself gives to a note without one."""

    note: str
    shown_at: datetime
    contact_ids: tuple[str, ...] = ()
    opportunity_ids: tuple[str, ...] = ()
    type_id: int = 100

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling."""
        return {
            "noteText": self.note,
            "noteTypeID": self.type_id,
            "displayDate": wire_time(self.shown_at),
            "isPrivate": False,
            "contacts": [{"id": item} for item in self.contact_ids],
            "opportunities": [{"id": item} for item in self.opportunity_ids],
        }
