"""Who pays: the HighLevel contact of an Act! contact, found by link, e-mail or phone; never guessed between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.contact import find_or_create
from orderbridge.connectors.act.models import Contact
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import e164

CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Customer:
    """A HighLevel contact, and how it was found: ``linked``, ``email``, ``phone`` or ``created``."""

    id: str
    how: str


async def of_contacts(
    ctx: ActionContext, contact_ids: Sequence[str], *, create: bool, subject: str
) -> Customer:
    """Return the one HighLevel contact that belongs to the contacts of a sale.

    Args:
        ctx: The run.
        contact_ids: In Act!.
        create: Whether somebody whom HighLevel does not know is created there.
        subject: What it is about, for messages.

    Raises:
        HeldError: There is none, or several may be meant.
    """
    linked = {item for one in contact_ids for item in await ctx.partners("act", CONTACT, one, CONTACT)}
    if len(linked) == 1:
        return Customer(linked.pop(), "linked")
    if len(linked) > 1:
        raise HeldError(
            f"{subject}: {len(linked)} of HighLevel's contacts are linked to its contacts "
            f"({', '.join(sorted(linked))}), "
            "so nobody can tell who pays; leave one contact on it in Act!, or give contact_id. Nothing was created",
            cause="invoice.customer_unknown",
        )
    if len(contact_ids) != 1:
        raise HeldError(
            f"{subject} has {len(contact_ids) or 'no'} contacts in Act! and none of HighLevel's is linked to them, so "
            "nobody can tell who pays; leave one contact on it in Act!, or give contact_id. Nothing was created",
            cause="invoice.customer_unknown",
        )
    return await of_contact(ctx, contact_ids[0], create=create, subject=subject)


async def of_contact(ctx: ActionContext, contact_id: str, *, create: bool, subject: str) -> Customer:
    """Return the HighLevel contact of one Act! contact, and remember that they belong together.

    Raises:
        HeldError: The person lacks what HighLevel demands on an invoice, or several people match.
    """
    linked = await ctx.partners("act", CONTACT, contact_id, CONTACT)
    if len(linked) == 1:
        return Customer(linked[0], "linked")
    contact = await ctx.act.contact(contact_id)
    person = billable(ctx, contact, subject=subject)
    names = [f"customer/{name}" for name in find_or_create.claimed(person)]
    async with ctx.exclusive(names, system="ghl"):
        matches, how = await find_or_create.matches(ctx, person)
        taken = {
            str(row["id"]): await ctx.partners("ghl", CONTACT, str(row["id"]), CONTACT) for row in matches
        }
        # Two people may share a phone: one who is somebody else's in Act! already is not this person.
        found = [row for row in matches if how == "email" or not taken[str(row["id"])]]
        if len(found) > 1:
            raise HeldError(
                f"{subject}: {len(found)} contacts of HighLevel have the same {how} as Act! contact {contact_id} (ids "
                f"{', '.join(str(row['id']) for row in found)}); merge them there and replay. Nothing was created",
                cause="contact.several_matches",
            )
        if found:
            customer = Customer(str(found[0]["id"]), how)
        elif not create:
            raise HeldError(
                f"{subject}: HighLevel has no contact with the e-mail address or phone number of Act! contact "
                f"{contact_id}, and this flow is not told to create any; add the contact there, or let the flow create "
                "it, and replay. Nothing was created",
                cause="invoice.customer_unknown",
            )
        else:
            assert find_or_create.OPERATION.run is not None
            made = await find_or_create.OPERATION.run(ctx, person)
            customer = Customer(str(made["id"]), "created")
        if not taken.get(customer.id):
            # Where Act! has the person twice, the first one stays the partner.
            await ctx.pair((CONTACT, customer.id), (CONTACT, contact_id), how=customer.how)
    return customer


def billable(ctx: ActionContext, contact: Contact, *, subject: str) -> JsonObject:
    """Return a contact as HighLevel takes it for an invoice.

    Raises:
        HeldError: It has no name, no e-mail address or no phone number, or is one of Act!'s own users.
    """
    if contact.is_user:
        raise HeldError(
            f"{subject}: Act! contact {contact.id} is a user of Act! and no customer; nothing was created",
            cause="contact.is_user",
        )
    region = ctx.profile.default_region
    typed = contact.business_phone or contact.mobile_phone or contact.home_phone
    email, phone = (contact.email or "").strip(), e164(typed, region=region)
    name = contact.first_name or contact.last_name or contact.full_name or contact.company
    missing = [
        word
        for word, item in (("name", name), ("e-mail address", email), ("phone number", phone))
        if not item
    ]
    if missing:
        raise HeldError(
            f"{subject}: Act! contact {contact.id} has no {' and no '.join(missing)}, and HighLevel puts nobody on an "
            "invoice without; add it to the contact in Act! and replay. Nothing was created",
            cause="contact.incomplete",
        )
    person: JsonObject = {"email": email, "phone": phone}
    if not (contact.first_name or contact.last_name):
        person["company_name" if contact.company == name else "first_name"] = name
    for key, value in (
        ("first_name", contact.first_name),
        ("last_name", contact.last_name),
        ("company_name", contact.company),
    ):
        if value:
            person[key] = value
    return person
