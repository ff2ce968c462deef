"""HighLevel records around the customers: contact drafts, users, custom fields, pipelines and deals."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from orderbridge.connectors.fields import child, instant, objects, optional_number, required_text, text
from orderbridge.connectors.ghl.models import Contact
from orderbridge.core.jsonio import JsonObject


class ContactDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What to write of a contact; None leaves a field out.

    Tags are not here: an upsert replaces all of them.

    Attributes:
        custom_fields: Value by field id or by key (``contact.act_id``).
    """

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    source: str | None = None
    custom_fields: dict[str, Any] | None = None

    def to_api(self) -> JsonObject:
        """Return HighLevel's spelling."""
        fields = {
            "firstName": self.first_name,
            "lastName": self.last_name,
            "email": self.email,
            "phone": self.phone,
            "companyName": self.company,
            "address1": self.address,
            "city": self.city,
            "state": self.state,
            "postalCode": self.postal_code,
            "country": self.country,
            "source": self.source,
        }
        body: JsonObject = {key: value for key, value in fields.items() if value is not None}
        if self.custom_fields:
            body["customFields"] = [
                {"key" if "." in name else "id": name, "field_value": value}
                for name, value in self.custom_fields.items()
            ]
        return body


class Upserted(msgspec.Struct, frozen=True, kw_only=True):
    """The contact after an upsert.

    Attributes:
        new: False where an existing contact was changed; compare what came back, since HighLevel silently
            ignores e-mail or phone when they match two different contacts.
    """

    contact: Contact
    new: bool

    @classmethod
    def parse(cls, data: JsonObject) -> Upserted:
        """Read the answer of an upsert."""
        return cls(contact=Contact.parse(child(data, "contact")), new=data.get("new") is True)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works in this location; sending an invoice needs one."""

    id: str
    name: str
    email: str | None
    role: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> User:
        """Read a user."""
        names = [part for part in (text(data, "firstName"), text(data, "lastName")) if part]
        return cls(
            id=required_text(data, "id", "_id", what="HighLevel user"),
            name=text(data, "name") or " ".join(names),
            email=text(data, "email"),
            role=text(child(data, "roles"), "role"),
        )


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of contacts or opportunities that this location added.

    Attributes:
        key: Such as ``contact.act_id``.
    """

    id: str
    name: str
    key: str | None
    data_type: str | None
    model: str | None
    options: tuple[str, ...]

    @classmethod
    def parse(cls, data: JsonObject) -> CustomField:
        """Read a custom field."""
        options = data.get("picklistOptions")
        return cls(
            id=required_text(data, "id", "_id", what="HighLevel custom field"),
            name=text(data, "name") or "",
            key=text(data, "fieldKey"),
            data_type=text(data, "dataType"),
            model=text(data, "model"),
            options=tuple(item for item in options if isinstance(item, str))
            if isinstance(options, list)
            else (),
        )


class PipelineStage(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a pipeline."""

    id: str
    name: str


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """A sales process."""

    id: str
    name: str
    stages: tuple[PipelineStage, ...]

    @classmethod
    def parse(cls, data: JsonObject) -> Pipeline:
        """Read a pipeline with its stages."""
        return cls(
            id=required_text(data, "id", "_id", what="HighLevel pipeline"),
            name=text(data, "name") or "",
            stages=tuple(
                PipelineStage(
                    id=required_text(item, "id", "_id", what="HighLevel stage"), name=text(item, "name") or ""
                )
                for item in objects(data, "stages")
            ),
        )


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """What HighLevel calls an opportunity; it has no currency of its own."""

    id: str
    name: str
    status: str | None
    pipeline_id: str | None
    stage_id: str | None
    contact_id: str | None
    value: Decimal | None
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Deal:
        """Read an opportunity."""
        record_id = required_text(data, "id", "_id", what="HighLevel opportunity")
        return cls(
            id=record_id,
            name=text(data, "name") or "",
            status=text(data, "status"),
            pipeline_id=text(data, "pipelineId"),
            stage_id=text(data, "pipelineStageId"),
            contact_id=text(data, "contactId") or text(child(data, "contact"), "id"),
            value=optional_number(data, "monetaryValue", what=f"HighLevel opportunity {record_id}"),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
        )
