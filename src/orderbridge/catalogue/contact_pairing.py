"""Find the contact of the other side that is the same person, or create it where that is wanted; never guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderbridge.catalogue.act.contact import find_or_create as of_act
from orderbridge.catalogue.act.contact.create import OPERATION as ACT_CREATE
from orderbridge.catalogue.act.contact.find_or_create import KIND
from orderbridge.catalogue.agreement import ACT, GHL, Agreed, NoCounterpartError, blank, other
from orderbridge.catalogue.contact_fields import ContactField, merged
from orderbridge.catalogue.contact_writing import RECORDS
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.contact import find_or_create as of_ghl
from orderbridge.catalogue.ghl.contact.create import OPERATION as GHL_CREATE
from orderbridge.catalogue.pairs import Pair
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import e164
from orderbridge.core.places import MISSING

NOWHERE, BOTH_SIDES = "nowhere", "both"
_CREATES = {ACT: ACT_CREATE, GHL: GHL_CREATE}
_NAMES = {ACT: "Act!", GHL: "HighLevel"}
_NO_CUSTOMERS = frozenset({"user", "secondary"})


@dataclass(frozen=True, kw_only=True)
class Partners:
    """How partners are found.

    Attributes:
        create: Where a contact may be created: ``nowhere``, ``act``, ``ghl`` or ``both``.
    """

    ctx: ActionContext
    fields: list[ContactField]
    create: str

    def may_create(self, side: str) -> bool:
        """Whether a contact may be created there."""
        return self.create in (side, BOTH_SIDES)


async def find_partner(partners: Partners, side: str, record_id: str) -> tuple[Pair, str] | str:
    """Return the pair that a contact belongs to and how it was found, or why there is none.

    Raises:
        HeldError: Several contacts may be meant.
    """
    ctx = partners.ctx
    known = await ctx.pairs.partner(side, KIND, record_id, KIND)
    if known is not None:
        return _pair(side, record_id, known), "linked"
    record = await RECORDS[side].read(ctx, record_id, {})
    if record is None:
        return f"{_NAMES[side]} does not show contact {record_id} any more, and nothing belongs to it"
    if record.get("is_user") or str(record.get("contact_type")).casefold() in _NO_CUSTOMERS:
        return f"{record.get('full_name') or record_id} is a user or a secondary contact of Act!, no customer"
    person = _person(side, record, ctx.profile.default_region)
    if not person["email"] and not person["phone"]:
        return "the contact has neither e-mail nor phone, so that nobody could tell whether the other side knows it"
    names = of_act.claimed(ctx, source_id=None, email=person["email"], phone=person["phone"])
    # Whoever else looks for this person, on either side, waits: always Act!'s names first.
    async with (
        ctx.exclusive([*names, f"match/{side}/{record_id}"], system=ACT),
        ctx.exclusive(of_ghl.claimed(person), system=GHL),
    ):
        # The other side's lane may have been faster.
        known = await ctx.pairs.partner(side, KIND, record_id, KIND)
        if known is not None:
            return _pair(side, record_id, known), "linked"
        return await _matched(partners, side, record, person)


async def _matched(
    partners: Partners, side: str, record: JsonObject, person: JsonObject
) -> tuple[Pair, str] | str:
    ctx, record_id, there = partners.ctx, str(record["id"]), other(side)
    found, how = await (_in_act(ctx, person) if there == ACT else _in_ghl(ctx, person))
    free = [item for item in found if await ctx.pairs.partner(there, KIND, item, KIND) is None]
    if len(free) > 1 or (found and not free and how == "email"):
        raise HeldError(
            f"{_NAMES[side]} contact {record_id}: {len(found)} contacts of {_NAMES[there]} have its {how} (ids "
            f"{', '.join(found)}){'' if free else ' and belong to somebody else already'}; merge them, or correct the "
            f"{how}, and replay this run",
            cause="contact.several_matches",
        )
    if free:
        pair = _pair(side, record_id, free[0])
        await ctx.pair((KIND, pair.ghl_id), (KIND, pair.act_id), how=how)
        return pair, how
    if not partners.may_create(there):
        return f"{_NAMES[there]} has no such contact, and this flow creates none there"
    return await _created(partners, side, record)


async def _created(partners: Partners, side: str, record: JsonObject) -> tuple[Pair, str]:
    ctx, record_id, there = partners.ctx, str(record["id"]), other(side)
    inputs, sent = [], []
    for item in partners.fields:
        value = item.shown(side, record)
        if blank(value) or value is MISSING or not (item.pairing.reaches(there) or item.place.create_only):
            continue
        try:
            inputs.append(item.given(there, item.pairing.made_for(there, value)))
        except NoCounterpartError:
            # The first agreement will ask about it.
            continue
        sent.append(item)
    create = _CREATES[there].run
    assert create is not None
    made = await create(ctx, _with_way_to_match(there, merged(inputs), side, record, ctx))
    pair = _pair(side, record_id, str(made["id"]))
    await ctx.pair((KIND, pair.ghl_id), (KIND, pair.act_id), how="created")
    back: JsonObject = made["record"] or {}
    shown = {side: record, there: back}
    agreed = {
        item.pairing.name: Agreed(item.shown(ACT, shown[ACT]), item.shown(GHL, shown[GHL])) for item in sent
    }
    await ctx.pairs.agree(pair, agreed)
    return pair, "created"


def _with_way_to_match(
    there: str, given: JsonObject, side: str, record: JsonObject, ctx: ActionContext
) -> JsonObject:
    # Whatever the table says: without one of them nobody could be told again.
    person = _person(side, record, ctx.profile.default_region)
    phone = "business_phone" if there == ACT else "phone"
    if not given.get("email") and not given.get(phone):
        given |= {"email": person["email"]} if person["email"] else {phone: person["phone"]}
    return given


async def _in_act(ctx: ActionContext, person: JsonObject) -> tuple[list[str], str]:
    found = await of_act.candidates(ctx, person)
    return [contact.id for contact, _ in found], found[0][1] if found else "email"


async def _in_ghl(ctx: ActionContext, person: JsonObject) -> tuple[list[str], str]:
    found, how = await of_ghl.matches(ctx, person)
    return [str(row["id"]) for row in found], how


def _person(side: str, record: JsonObject, region: str) -> dict[str, Any]:
    email = record.get("email_address" if side == ACT else "email")
    names = ("business_phone", "mobile_phone", "home_phone") if side == ACT else ("phone",)
    numbers = [number for name in names if (number := e164(record.get(name), region=region))]
    return {"email": (email or "").strip() or None, "phone": numbers[0] if numbers else None}


def _pair(side: str, record_id: str, partner_id: str) -> Pair:
    act_id, ghl_id = (record_id, partner_id) if side == ACT else (partner_id, record_id)
    return Pair(kind=KIND, act_id=act_id, ghl_id=ghl_id)
