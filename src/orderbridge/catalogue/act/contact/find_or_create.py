"""Find the customer of an order in Act!, or create them; never guess between two people."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import group, needed, object_of, text
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.act.models import Contact, ContactDraft
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import e164

KIND = "contact"


def same_mail(one: str | None, other: str | None) -> bool:
    """Compare e-mail addresses the way people mean them: case and blanks do not matter."""
    return bool(one and other) and (one or "").strip().casefold() == (other or "").strip().casefold()


@dataclass(kw_only=True)
class NewContact:
    """A customer to create (a ``WriteSet``)."""

    ctx: ActionContext
    reference: str
    person: JsonObject
    kind: str = KIND
    system: str = "act"
    known_absent: bool = True
    wanted: JsonObject = field(init=False)
    created_id: str | None = None

    def __post_init__(self) -> None:
        self.wanted = {
            key: self.person.get(key) for key in ("first_name", "last_name", "email", "phone", "company")
        }

    async def read(self) -> JsonObject | None:
        """Read the new contact back, or find the one that a crashed attempt left behind."""
        region = self.ctx.profile.default_region
        if self.created_id is not None:
            found: Contact | None = await self.ctx.act.contact(self.created_id)
        else:
            matches = [contact for contact, _ in await candidates(self.ctx, self.person)]
            # An attempt of ours has the very name too; anybody else was ruled out before we began.
            found = next((item for item in matches if item.last_name == self.person.get("last_name")), None)
        if found is None:
            return None
        return {
            "id": found.id,
            "first_name": found.first_name,
            "last_name": found.last_name,
            "email": found.email,
            # As the customer's number is written does not matter, which number it is does.
            "phone": self.person.get("phone")
            if e164(found.business_phone, region=region) == e164(self.person.get("phone"), region=region)
            else found.business_phone,
            "company": found.company,
        }

    async def send(self, actual: JsonObject | None) -> None:
        """Create the contact; one that is there already is left as it is."""
        if actual is not None:
            return
        person = self.person
        contact = await self.ctx.act.create_contact(
            ContactDraft(
                first_name=person.get("first_name"),
                last_name=person.get("last_name"),
                company=person.get("company"),
                email=person.get("email"),
                business_phone=person.get("phone"),
            )
        )
        self.created_id = contact.id


async def candidates(ctx: ActionContext, person: JsonObject) -> list[tuple[Contact, str]]:
    """Return the Act! contacts that may be this person, with how they were found: e-mail, else phone."""
    email, region = person.get("email"), ctx.profile.default_region
    if email:
        ids = await ctx.act.contact_ids_by_email([email])
        if ids:
            by_mail = [item for item in await ctx.act.contacts_by_email(email) if not item.is_user]
            if not by_mail:
                by_mail = [await ctx.act.contact(next(iter(ids.values())))]
            return [(item, "email") for item in by_mail if not item.is_user]
    phone = e164(person.get("phone"), region=region)
    if phone is None:
        return []
    found = []
    for contact in await ctx.act.contacts_by_phone_digits(phone[-4:]):
        numbers = {
            e164(item, region=region)
            for item in (contact.business_phone, contact.mobile_phone, contact.home_phone)
        }
        if contact.is_user or phone not in numbers:
            continue
        # Two people may share a phone; a different e-mail says that they are two.
        if email and contact.email and not same_mail(email, contact.email):
            continue
        found.append((contact, "phone"))
    return found


async def unclaimed(
    ctx: ActionContext, person: JsonObject, source_id: str | None
) -> list[tuple[Contact, str]]:
    """Return the candidates, without those who share a phone with this person and belong to somebody else."""
    found = []
    for contact, how in await candidates(ctx, person):
        others = [item for item in await ctx.linked_sources(KIND, contact.id) if item != source_id]
        if not (source_id and others and how == "phone"):
            found.append((contact, how))
    return found


def claimed(ctx: ActionContext, *, source_id: str | None, email: str | None, phone: str | None) -> list[str]:
    """Return what two who look for this person at the same time have in common, so that one waits."""
    number = e164(phone, region=ctx.profile.default_region) or phone
    names = (("source", source_id), ("email", email), ("phone", number))
    return [f"match/{key}/{value.strip().casefold()}" for key, value in names if value]


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    person, source_id, subject = given["person"], given.get("source_id"), given["subject"]
    if not source_id:
        raise HeldError(
            f"{subject} has no contact in HighLevel; open it there, add a contact, and replay this run",
            cause="order.without_contact",
        )
    linked = await ctx.find_link(KIND, source_id, KIND)
    if linked is not None:
        return {"id": linked, "how": "linked"}
    if not person.get("email") and not person.get("phone"):
        raise HeldError(
            f"{subject}: its contact {source_id} has neither e-mail nor phone, or was deleted, so that nobody could "
            "tell whether Act! knows them; add one in HighLevel and replay this run",
            cause="contact.no_way_to_match",
        )
    names = claimed(ctx, source_id=source_id, email=person.get("email"), phone=person.get("phone"))
    async with ctx.exclusive(names, system="act"):
        # Another order of the same customer may have been faster.
        linked = await ctx.find_link(KIND, source_id, KIND)
        if linked is not None:
            return {"id": linked, "how": "linked"}
        found = await unclaimed(ctx, person, source_id)
        if len(found) > 1:
            raise HeldError(
                f"{subject}: {len(found)} Act! contacts match its customer by {found[0][1]} (ids "
                f"{', '.join(contact.id for contact, _ in found)}); merge them in Act!, or link one by hand, and "
                "replay this run",
                cause="contact.several_matches",
            )
        if found:
            contact, how = found[0]
            await ctx.save_link(KIND, source_id, KIND, contact.id, how=how)
            return {"id": contact.id, "how": how}
        proof = await ctx.prove(NewContact(ctx=ctx, reference=f"contact:{source_id}", person=person))
        assert proof.target_id is not None
        await ctx.save_link(KIND, source_id, KIND, proof.target_id, how="created")
        return {"id": proof.target_id, "how": "created", "verdict": proof.verdict}


_OPTIONAL = {"type": ["string", "null"]}
_PERSON = {
    "first_name": text("First name.", **_OPTIONAL),
    "last_name": text("Last name.", **_OPTIONAL),
    "email": text("E-mail address; looked for first, in any spelling of upper and lower case.", **_OPTIONAL),
    "phone": text("Phone number in any form; looked for where no e-mail matches.", **_OPTIONAL),
    "company": text("Name of the company; a text only, no company is linked.", **_OPTIONAL),
}
FIELDS = {
    "source_id": text(
        "The contact in HighLevel; whoever was linked to it once is found by it.", type=["string", "null"]
    ),
    # A flow hands over the whole contact of an order; what Act! has no place for is left out.
    "person": needed(group("Who it is; other properties are left out.", _PERSON, open=True)),
    "subject": needed(text("What it is about, for messages: HighLevel order 1042.")),
}

OPERATION = Operation(
    id="act.contact.find_or_create",
    system="act",
    title="Find or create a contact",
    description="Finds the customer by link, e-mail or phone; creates them when nobody matches; asks when several do.",
    input_schema=object_of(FIELDS),
    output_schema=object_schema(["id", "how"], id=TEXT, how=TEXT, verdict=TEXT),
    example={
        "source_id": "hLcOnTaCt000000000001",
        "person": {"first_name": "Ada", "last_name": "Sample", "email": "ada@example.com"},
        "subject": "HighLevel order 1042",
    },
    example_output={"id": "11111111-2222-3333-4444-555555555555", "how": "email"},
    permissions=("Access All Non-Private Data", "Create and Edit Contacts"),
    effects=frozenset({"reads", "writes"}),
    proof="read back by id; after a lost answer found by e-mail, or by phone and name",
    calls="1 to 4",
    run=_run,
)
