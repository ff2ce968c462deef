"""Who sees a record: read, and changed with a proof."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import USER_ID
from orderbridge.catalogue.act.samples import written as example_of
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.fields import Field, choice, needed, needing, record_id, record_schema, rows
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.reads import reading
from orderbridge.catalogue.records import Record

PUBLIC, PRIVATE, LIMITED = "Public", "Private", "LimitedAccess"
_ACCESS = record_schema(description="Who sees it.", type="string null", accessors="array null")
_ACCESSOR = needing(
    {
        "id": record_id("The user or team."),
        "type": choice("What it is.", ["User", "Team", "Resource"]),
    },
    "id",
)


def getting(*, one: str, path: str, sample: str, permissions: tuple[str, ...]) -> Operation:
    """Declare the operation that tells who sees a record.

    Args:
        one: ``contact``.
        path: ``/api/contacts/{contactId}/access``.
        sample: An id for the example.
        permissions: What the Act! user needs.
    """
    return reading(
        id=f"act.{one}.get_access",
        title=f"Get who sees {_a(one)}",
        description=f"Tells whether {_a(one)} is public, private to its record manager, or limited to some users.",
        call=f"GET {path}",
        fields=_key(one),
        output=_ACCESS,
        permissions=permissions,
        example={f"{one}_id": sample},
        example_output={"type": PUBLIC, "accessors": []},
    )


def setting(*, one: str, path: str, sample: str, permissions: tuple[str, ...]) -> Operation:
    """Declare the operation that says who sees a record; see ``getting``."""
    return changing(
        id=f"act.{one}.set_access",
        title=f"Set who sees {_a(one)}",
        description=(
            f"Makes {_a(one)} public, private or limited; private hides it from orderbridge too, unless its Act! user "
            "is the record manager, and then it looks deleted."
        ),
        call=f"PUT {path}",
        fields=_key(one)
        | {
            "type": needed(choice("Who sees it.", [PUBLIC, PRIVATE, LIMITED])),
            "accessors": rows("Who sees it besides its record manager, for LimitedAccess.", _ACCESSOR),
        },
        record=Record(system="act", kind=f"{one}_access", one=f"GET {path}", id_name=f"{one}Id"),
        key=f"{one}_id",
        proof="who sees it is read before and afterwards",
        permissions=permissions,
        example={
            f"{one}_id": sample,
            "type": LIMITED,
            "accessors": [{"id": USER_ID, "type": "User"}],
        },
        example_output=example_of(sample, type=LIMITED),
    )


def _key(one: str) -> dict[str, Field]:
    return {f"{one}_id": needed(record_id(f"The {one}."))}


def _a(one: str) -> str:
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one}"
