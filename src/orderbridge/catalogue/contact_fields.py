"""Fields of a contact on both sides: where each stands, what is the same, and how one is made of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from orderbridge.catalogue.agreement import (
    ACT,
    ASK,
    BOTH,
    NOBODY,
    OWNER_WINS,
    TO_ACT,
    NoCounterpartError,
    Pairing,
    blank,
)
from orderbridge.catalogue.comparing import holds, value_at
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.phones import e164
from orderbridge.core.places import MISSING, word

TEXT, EMAIL, PHONE, DAY, NO_CONTACT = "text", "email", "phone", "day", "do_not_contact"
KINDS = (TEXT, EMAIL, PHONE, DAY, NO_CONTACT)
_YES = frozenset({"true", "yes", "1", "y", "on"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a field stands on both sides, in our names as a record shows them; a dot leads into an object.

    Attributes:
        create_only: HighLevel takes it for a new contact only.
    """

    act: str
    ghl: str
    kind: str = TEXT
    create_only: bool = False


KNOWN: Mapping[str, Place] = {
    "first_name": Place(act="first_name", ghl="first_name"),
    "last_name": Place(act="last_name", ghl="last_name"),
    "email": Place(act="email_address", ghl="email", kind=EMAIL),
    "phone": Place(act="business_phone", ghl="phone", kind=PHONE),
    "mobile_phone": Place(act="mobile_phone", ghl="phone", kind=PHONE),
    "home_phone": Place(act="home_phone", ghl="phone", kind=PHONE),
    "street": Place(act="business_address.line1", ghl="address1"),
    "city": Place(act="business_address.city", ghl="city"),
    "state": Place(act="business_address.state", ghl="state"),
    "postal_code": Place(act="business_address.postal_code", ghl="postal_code"),
    "website": Place(act="website", ghl="website"),
    "birthday": Place(act="birthday", ghl="date_of_birth", kind=DAY),
    "company": Place(act="company", ghl="company_name", create_only=True),
}
# What the operations that write call a field, where the record shows it under another name.
_WRITTEN = {"email_address": "email"}


@dataclass(frozen=True, kw_only=True)
class ContactField:
    """One row of the table.

    Attributes:
        row: As the owner wrote it.
    """

    place: Place
    pairing: Pairing
    row: JsonObject

    def shown(self, side: str, record: JsonObject) -> Any:
        """Return what a record shows; ``MISSING`` where Act! has no such custom field."""
        path = self.place.act if side == ACT else self.place.ghl
        head, dot, _ = path.partition(".")
        if side == ACT and head == "custom_fields" and not holds(record, path):
            return MISSING
        if dot and not isinstance(record.get(head), Mapping):
            return None
        return value_at(record, path)

    def given(self, side: str, value: Any) -> JsonObject:
        """Return the input that writes a value."""
        path = self.place.act if side == ACT else self.place.ghl
        # Only a text can be emptied by an empty text.
        value = None if value == "" and self.place.kind in (DAY, NO_CONTACT) else value
        head, dot, rest = path.partition(".")
        return {head: {rest: value}} if dot else {_WRITTEN.get(path, path): value}


def merged(inputs: list[JsonObject]) -> JsonObject:
    """Return inputs as one; objects among them are put together."""
    whole: JsonObject = {}
    for item in inputs:
        for name, value in item.items():
            whole[name] = whole.get(name, {}) | value if isinstance(value, dict) else value
    return whole


def table(rows: list[JsonObject], *, region: str) -> list[ContactField]:
    """Read the table of fields.

    Args:
        rows: As the owner wrote them: ``field``, and ``direction``, ``owner``, ``rule``, ``act``, ``ghl``, ``kind``,
            ``values``.
        region: The country of phone numbers that were typed without one.

    Raises:
        FlowError: A row cannot work.
    """
    fields = [_read(row, region) for row in rows]
    for side in ("act", "ghl"):
        paths = [getattr(item.place, side) for item in fields]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        if twice:
            raise FlowError(
                f"two rows of the table of fields write {side} {', '.join(twice)}; they would undo each other",
                cause="agree.field_twice",
            )
    return fields


def _read(row: JsonObject, region: str) -> ContactField:
    name = row["field"]
    known = KNOWN.get(name)
    if known is None and not (row.get("act") and row.get("ghl")):
        raise FlowError(
            f"field {name!r} is none of {', '.join(KNOWN)}; say where it stands with act and ghl, such as act: "
            "custom_fields.user1",
            cause="agree.unknown_field",
        )
    place = Place(
        act=row.get("act") or (known.act if known else ""),
        ghl=row.get("ghl") or (known.ghl if known else ""),
        kind=row.get("kind") or (known.kind if known else TEXT),
        create_only=known.create_only if known and not row.get("ghl") else False,
    )
    direction, owner = row.get("direction", BOTH), row.get("owner", NOBODY)
    if place.create_only and direction != TO_ACT:
        raise FlowError(
            f"field {name!r}: HighLevel takes the {name} of a new contact only; its direction has to be {TO_ACT}",
            cause="agree.create_only",
        )
    rule = row.get("rule", OWNER_WINS if owner != NOBODY else ASK)
    more: JsonObject = _meaning(place.kind, region)
    if row.get("values"):
        more |= _by_table(name, row["values"])
    return ContactField(
        place=place,
        pairing=Pairing(name=name, direction=direction, owner=owner, rule=rule, **more),
        row=dict(row),
    )


def _meaning(kind: str, region: str) -> JsonObject:
    if kind == EMAIL:
        return {"same": _same_text(str.casefold), "to_act": _stripped, "to_ghl": _stripped}
    if kind == PHONE:
        number = partial(_number, region=region)
        return {"same": lambda act, ghl: number(act) == number(ghl), "to_act": _stripped, "to_ghl": number}
    if kind == DAY:
        return {"same": lambda act, ghl: _day(act) == _day(ghl), "to_act": _day, "to_ghl": _day}
    if kind == NO_CONTACT:
        return {
            "same": lambda act, ghl: _yes(act) == _yes(ghl),
            "to_act": lambda value: "Yes" if _yes(value) else "No",
            "to_ghl": _yes,
            "forbidden": _never_loosened,
        }
    return {"same": _same_text(lambda text: text), "to_act": _stripped, "to_ghl": _stripped}


def _by_table(name: str, values: JsonObject) -> JsonObject:
    back = {word(there): here for here, there in values.items()}
    if len(back) != len(values):
        raise FlowError(
            f"field {name!r}: two values of Act! are the same one in HighLevel, so that there is no way back",
            cause="agree.values_not_unique",
        )

    def to_ghl(act: Any) -> Any:
        if word(act) not in values:
            raise NoCounterpartError(f"the table of values of {name} does not have {act!r} of Act!")
        return values[word(act)]

    def to_act(ghl: Any) -> Any:
        if word(ghl) not in back:
            raise NoCounterpartError(f"the table of values of {name} does not have {ghl!r} of HighLevel")
        return back[word(ghl)]

    def same(act: Any, ghl: Any) -> bool:
        if blank(act) or blank(ghl):
            return blank(act) and blank(ghl)
        return word(act) in values and word(values[word(act)]) == word(ghl)

    return {"same": same, "to_ghl": to_ghl, "to_act": to_act}


def _same_text(how: Callable[[str], str]) -> Callable[[Any, Any], bool]:
    def same(act: Any, ghl: Any) -> bool:
        if blank(act) or blank(ghl):
            return blank(act) and blank(ghl)
        return how(" ".join(word(act).split())) == how(" ".join(word(ghl).split()))

    return same


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _number(value: Any, *, region: str) -> str:
    if blank(value):
        return ""
    return e164(str(value), region=region) or str(value).strip()


def _day(value: Any) -> str:
    return "" if blank(value) else str(value)[:10]


def _yes(value: Any) -> bool:
    return value is True or (not blank(value) and word(value).strip().casefold() in _YES)


def _never_loosened(side: str, now: Any, then: Any) -> str | None:
    if _yes(now) and not _yes(then):
        return (
            f"{'Act!' if side == ACT else 'HighLevel'} says that nobody may contact them; a person lifts that"
        )
    return None


def as_stored(value: Any) -> Any:
    """A value for the record of a question; a field that is not shown is nothing."""
    return None if value is MISSING else value
