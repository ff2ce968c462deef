"""HighLevel calls about a location and its people: contacts, users, custom fields, pipelines, deals.

Source: HighLevel API notes, sections 8.1 to 8.3.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from orderbridge.connectors.fields import child, objects
from orderbridge.connectors.ghl.calls import PAGE_ROWS, GhlCalls, OnBad, identity, part
from orderbridge.connectors.ghl.directory import (
    ContactDraft,
    CustomField,
    Deal,
    Pipeline,
    Upserted,
    User,
)
from orderbridge.connectors.ghl.models import Contact, Location
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject


class CustomerCalls(GhlCalls):
    """A location, its contacts and its deals."""

    async def location(self) -> Location:
        """Return this location: a good test of a connection."""
        data = await self._object(f"/locations/{part(self.location_id)}")
        return Location.parse(child(data, "location") or data)

    async def contact(self, contact_id: str) -> Contact:
        """Return one contact."""
        data = await self._object(f"/contacts/{part(contact_id)}")
        return Contact.parse(child(data, "contact") or data)

    async def contacts(
        self, *, query: str | None = None, page_rows: int = PAGE_ROWS, on_bad: OnBad | None = None
    ) -> AsyncIterator[Contact]:
        """Yield contacts, each once; ``query`` searches names, addresses and numbers."""
        seen: set[str] = set()
        page = 1
        while True:
            body: JsonObject = {"locationId": self.location_id, "page": page, "pageLimit": page_rows}
            if query:
                body["query"] = query
            data = await self._search("/contacts/search", body)
            rows = objects(data, "contacts")
            fresh = [row for row in rows if identity(row) not in seen]
            for row in fresh:
                seen.add(identity(row))
                try:
                    contact = Contact.parse(row)
                except BadRecordError as error:
                    if on_bad is None:
                        raise
                    on_bad(error, row)
                else:
                    yield contact
            total = data.get("total")
            if not fresh or (isinstance(total, int) and page * page_rows >= total):
                return
            page += 1

    async def duplicate_contact(
        self, *, email: str | None = None, phone: str | None = None
    ) -> Contact | None:
        """Return the contact that HighLevel would take for the same person, if any."""
        params = {"locationId": self.location_id, "email": email, "number": phone}
        data = await self._object("/contacts/search/duplicate", params)
        found = child(data, "contact")
        return Contact.parse(found) if found else None

    async def upsert_contact(self, draft: ContactDraft) -> Upserted:
        """Create or change the contact with this e-mail or phone; compare what came back with the draft."""
        body = {"locationId": self.location_id} | draft.to_api()
        return await self._send("POST", "/contacts/upsert", Upserted.parse, body=body)

    async def update_contact(self, contact_id: str, draft: ContactDraft) -> Contact:
        """Change the given fields of a contact."""
        body = draft.to_api()
        # Declared for upsert and create, but not here, where unknown keys are refused.
        body.pop("companyName", None)

        def parse(data: JsonObject) -> Contact:
            return Contact.parse(child(data, "contact") or data)

        return await self._send("PUT", f"/contacts/{part(contact_id)}", parse, body=body)

    async def add_contact_note(self, contact_id: str, note: str) -> str:
        """Write a note on a contact and return its id."""

        def parse(data: JsonObject) -> str:
            return identity(child(data, "note") or data)

        return await self._send("POST", f"/contacts/{part(contact_id)}/notes", parse, body={"body": note})

    async def custom_fields(self, *, model: str = "contact") -> list[CustomField]:
        """Return the fields that this location added to ``contact``, ``opportunity`` or ``all``."""
        data = await self._object(f"/locations/{part(self.location_id)}/customFields", {"model": model})
        return [CustomField.parse(row) for row in objects(data, "customFields")]

    async def users(self) -> list[User]:
        """Return who works in this location; not offered under version v3."""
        data = await self._object("/users/", {"locationId": self.location_id})
        return [User.parse(row) for row in objects(data, "users")]

    async def pipelines(self) -> list[Pipeline]:
        """Return the sales processes."""
        data = await self._object("/opportunities/pipelines", {"locationId": self.location_id})
        return [Pipeline.parse(row) for row in objects(data, "pipelines")]

    async def deals(
        self, *, contact_id: str | None = None, pipeline_id: str | None = None
    ) -> AsyncIterator[Deal]:
        """Yield deals (HighLevel calls them opportunities), each once."""
        seen: set[str] = set()
        page = 1
        while True:
            # These names are those of the dated versions; v3 spells them in camelCase.
            params = {
                "location_id": self.location_id,
                "contact_id": contact_id,
                "pipeline_id": pipeline_id,
                "page": page,
                "limit": PAGE_ROWS,
            }
            data = await self._object("/opportunities/search", params)
            rows = objects(data, "opportunities")
            fresh = [row for row in rows if identity(row) not in seen]
            seen.update(map(identity, fresh))
            for row in fresh:
                yield Deal.parse(row)
            total = child(data, "meta").get("total")
            if not fresh or (isinstance(total, int) and len(seen) >= total):
                return
            page += 1

    async def _search(self, path: str, body: JsonObject) -> JsonObject:
        # A POST that only reads.
        return await self._send("POST", path, lambda data: data, body=body, repeatable=True)
