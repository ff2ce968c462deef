"""The agency's two locations, its people, pipelines and custom fields."""

from __future__ import annotations

from datetime import datetime

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.fields import add_custom_field
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import stamp

BUSINESS = "Cedar & Clay Studio"
_KILN = "custom_objects.kilns"
_STAGES = ("New", "Quoted", "Agreed", "Delivered")


def add_account(world: GhlWorld, *, at: datetime) -> None:
    """Add locations, users, a pipeline and two custom fields."""
    for location_id, name, zone in (
        (world.location_id, BUSINESS, "America/New_York"),
        (world.other_location_id, "Harbour Yoga", "Europe/Dublin"),
    ):
        world.locations.add(_location(world, location_id, name, zone))
    for user_id, first, last in (
        (world.user_id, "Kathrin", "Dürr"),
        (world.short_id(), "Sam", "Packer"),
    ):
        world.users.add(_user(world, user_id, first, last))
    world.pipelines.add(
        {
            "id": world.short_id(),
            "name": "Sales",
            "stages": [
                {"id": world.uuid(), "name": name, "position": position}
                for position, name in enumerate(_STAGES)
            ],
            "showInFunnel": True,
            "showInPieChart": True,
            "locationId": world.location_id,
        }
    )
    for name, model in (("Act! contact id", "contact"), ("Act! opportunity id", "opportunity")):
        add_custom_field(world, world.location_id, {"name": name, "dataType": "TEXT", "model": model})
    _add_custom_object(world)


def _add_custom_object(world: GhlWorld) -> None:
    """Add an object of the account's own, and what its records can belong to."""
    now, labels = stamp(world.clock.now()), {"singular": "Kiln", "plural": "Kilns"}
    field = {"locationId": world.location_id, "objectKey": _KILN, "dateAdded": now, "dateUpdated": now}
    world.objects.add(
        {
            "id": "66b0c0ffee0000000000a001",
            "standard": False,
            "key": _KILN,
            "labels": labels,
            "locationId": world.location_id,
            "primaryDisplayProperty": f"{_KILN}.name",
            "type": "USER_DEFINED",
            "dateAdded": now,
            "dateUpdated": now,
            "fields": [
                {
                    **field,
                    "id": f"66b0c0ffee0000000000b00{number}",
                    "name": name,
                    "dataType": kind,
                    "showInForms": True,
                    "parentId": "66b0c0ffee0000000000f001",
                    "fieldKey": f"{_KILN}.{name.lower()}",
                }
                for number, (name, kind) in enumerate((("Name", "TEXT"), ("Volume", "NUMERICAL")))
            ],
        }
    )
    world.associations.add(
        {
            "id": "66b0c0ffee0000000000c001",
            "key": "kiln_owner",
            "firstObjectLabel": "Owner",
            "firstObjectKey": "contact",
            "secondObjectLabel": "Kiln",
            "secondObjectKey": _KILN,
            "associationType": "USER_DEFINED",
            "locationId": world.location_id,
            "createdAt": now,
        }
    )


def _location(world: GhlWorld, location_id: str, name: str, zone: str) -> JsonObject:
    address = {"address": "1 Kiln Lane", "city": "Springfield", "state": "MA", "country": "US"}
    return {
        "id": location_id,
        "companyId": world.company_id,
        "name": name,
        **address,
        "postalCode": "01101",
        "website": "https://studio.customers.test",
        "timezone": zone,
        "email": "studio@customers.test",
        "phone": "+12015550199",
        "business": {"name": name, **address, "postalCode": "01101", "timezone": zone},
        "social": {},
        "settings": {
            "allowDuplicateContact": False,
            "allowDuplicateOpportunity": False,
            "allowFacebookNameMerge": False,
            "disableContactTimezone": False,
        },
    }


def _user(world: GhlWorld, user_id: str, first: str, last: str) -> JsonObject:
    return {
        "id": user_id,
        "name": f"{first} {last}",
        "firstName": first,
        "lastName": last,
        "email": f"{first.lower()}@studio.customers.test",
        "phone": "+12015550198",
        "extension": "",
        "permissions": {"invoiceEnabled": True, "paymentsEnabled": True, "recordPaymentEnabled": True},
        "roles": {
            "type": "account",
            "role": "admin",
            "locationIds": [world.location_id],
            "restrictSubAccount": False,
        },
        "dateAdded": stamp(world.clock.now()),
    }
