"""Act! calls about people: contacts, companies, users.

Source: Act! Web API notes, sections 11.1, 11.2, 11.11 and 11.12.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence

from orderbridge.connectors.act.calls import PAGE_ROWS, ActCalls, part
from orderbridge.connectors.act.directory import Company, Group, Permission, User
from orderbridge.connectors.act.models import Contact, ContactDraft
from orderbridge.connectors.act.odata import any_of, contains, eq
from orderbridge.core.errors import BadRecordError, RejectedError

_NOT_DIGITS = re.compile(r"\D")
_EMAILS_PER_FILTER = 10
# People type numbers with and without country and area code; so many last digits are usually the same.
_SIGNIFICANT_DIGITS = 7


class PeopleCalls(ActCalls):
    """Contacts, companies and users."""

    async def my_record(self) -> Contact:
        """Return the contact behind the user that we sign in as: a good test of a connection."""
        return await self._record("/api/contacts/myrecord", Contact.parse)

    async def contact(self, contact_id: str) -> Contact:
        """Return one contact."""
        return await self._record(f"/api/contacts/{part(contact_id)}", Contact.parse)

    async def contacts(
        self, filter: str | None = None, *, order_by: str = "edited,id", page_rows: int = PAGE_ROWS
    ) -> AsyncIterator[Contact]:
        """Yield contacts, users of Act! among them; each once.

        Args:
            filter: OData, see ``odata.py``.
            order_by: Ends in a unique field, because ``$skip`` repeats and drops rows on ties.
            page_rows: Rows per call.
        """
        async for row in self._walk("/api/contacts", filter=filter, order_by=order_by, page_rows=page_rows):
            yield Contact.parse(row)

    async def contacts_by_email(self, email: str) -> list[Contact]:
        """Return all contacts that have ``email`` as their main address; it is not unique in Act!."""
        return [contact async for contact in self.contacts(eq("emailAddress", email), order_by="id")]

    async def contact_ids_by_email(self, emails: Sequence[str]) -> dict[str, str]:
        """Return a contact id for each of ``emails`` that is known, keyed as given.

        Where several contacts share an address, Act! picks one; ``contacts_by_email`` returns all.
        """
        if not emails:
            return {}
        path = "/api/sync-data/search-contacts-by-business-email"
        try:
            answer = await self.http.call(
                "POST", path, body=list(emails), repeatable=True, urgent=self._urgent
            )
        except RejectedError:
            # Older builds lack the helper.
            found = await self._ids_by_filter(emails)
        else:
            if not isinstance(answer.body, dict):
                raise BadRecordError(f"Act! POST {path}: the answer is not a map", cause="act.not_a_map")
            found = {str(email).casefold(): str(value) for email, value in answer.body.items() if value}
        return {email: found[email.casefold()] for email in emails if email.casefold() in found}

    async def contacts_by_phone_digits(self, digits: str) -> list[Contact]:
        """Return contacts with a number that ends like ``digits``; the caller decides which is meant.

        Act! keeps numbers as people typed them, so it is asked for the last four digits and the rest is
        compared here.
        """
        wanted = _NOT_DIGITS.sub("", digits)
        last = wanted[-4:]
        if len(last) < 4:
            return []
        filter = any_of(*(contains(name, last) for name in ("businessPhone", "mobilePhone")))
        walked = self._walk("/api/contacts", filter=filter, params={"phoneFormat": "E164"})
        found = [Contact.parse(row) async for row in walked]
        tail = wanted[-_SIGNIFICANT_DIGITS:]
        return [
            contact
            for contact in found
            if any(
                _NOT_DIGITS.sub("", number or "").endswith(tail)
                for number in (contact.business_phone, contact.mobile_phone)
            )
        ]

    async def create_contact(self, draft: ContactDraft) -> Contact:
        """Create a contact; nothing stops a second one, so look first."""
        return await self._write("POST", "/api/contacts", draft.to_api(), Contact.parse)

    async def patch_contact(self, contact_id: str, changes: ContactDraft) -> Contact:
        """Change the given fields of a contact."""
        # Without the id in the body too, the answer is an empty 400.
        body = changes.to_api() | {"id": contact_id}
        return await self._write("PATCH", f"/api/contacts/{part(contact_id)}", body, Contact.parse)

    async def company(self, company_id: str) -> Company:
        """Return one company."""
        return await self._record(f"/api/companies/{part(company_id)}", Company.parse)

    async def companies(self, filter: str | None = None) -> AsyncIterator[Company]:
        """Yield companies."""
        async for row in self._walk("/api/companies", filter=filter, order_by="edited,id"):
            yield Company.parse(row)

    async def users(self) -> list[User]:
        """Return everybody who works in this database."""
        return [User.parse(row) for row in await self._rows("/api/users")]

    async def groups(self) -> AsyncIterator[Group]:
        """Yield the groups of contacts."""
        async for row in self._walk("/api/groups", order_by="id"):
            yield Group.parse(row)

    async def permissions(self) -> list[Permission]:
        """Return what the signed-in user may do, the permissions of its role included."""
        return [Permission.parse(row) for row in await self._rows("/api/permissions")]

    async def _ids_by_filter(self, emails: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(emails), _EMAILS_PER_FILTER):
            some = emails[start : start + _EMAILS_PER_FILTER]
            async for contact in self.contacts(any_of(*(eq("emailAddress", item) for item in some))):
                if contact.email:
                    found.setdefault(contact.email.casefold(), contact.id)
        return found
