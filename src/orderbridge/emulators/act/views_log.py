"""History, notes and tasks as the API shows them, before the representation of rich text is chosen."""

from __future__ import annotations

from datetime import timedelta

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import times
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.shapes import HISTORY, NOTE, TASK
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.act.views import embedded_contacts, link_arrays, register, stamped

PRIORITIES: tuple[tuple[int, str], ...] = (
    (0, "Low"),
    (1, "Medium Low"),
    (2, "Medium"),
    (3, "Medium High"),
    (4, "High"),
)
_PRIORITY_NAMES = dict(PRIORITIES)


def history_type_ref(world: ActWorld, type_id: int) -> JsonObject:
    """Return a history type as a history row embeds it; its activity type is a number here."""
    known = world.history_types[type_id]
    return {
        "id": type_id,
        "name": known["name"],
        "activityTypeId": int(known["activityTypeId"]),
        "activityTypeName": known["activityTypeName"],
        "description": known["description"],
    }


def duration(start: str | None, end: str | None) -> str:
    """Return the time between two wire times as Act! words it."""
    if not start or not end:
        return "0 minutes"
    minutes = int((times.parsed(end) - times.parsed(start)) / timedelta(minutes=1))
    return f"{max(0, minutes)} minutes"


def first_contact(world: ActWorld, record: Record) -> Record | None:
    """Return the first linked contact."""
    for contact_id in world.links.ids(record.kind, record.id, "contact"):
        return world.contacts.get(contact_id)
    return None


def task_id(world: ActWorld, record: Record) -> str:
    """Return the public id of a task: its GUID and the day of the occurrence, 44 characters."""
    if world.faults.task_id == "guid":
        return record.id
    day = times.parsed(record.values["startTime"])
    return f"{record.id}{day:%m%d%Y}"


def _history(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, HISTORY)
    view |= link_arrays(world, record, HISTORY)
    contact = first_contact(world, record)
    values = contact.values if contact else {}
    view |= {
        "createUserID": record.creator_id,
        "createUserName": world.user_name(record.creator_id),
        "editUserID": record.editor_id,
        "editUserName": world.user_name(record.editor_id),
        "contactEmail": values.get("emailAddress"),
        "contactPhone": values.get("businessPhone"),
        "contactPhoneExt": values.get("businessExtension"),
        "contactCompany": values.get("company"),
        "duration": duration(view["startTime"], view["endTime"]),
        "historyType": history_type_ref(world, record.values["historyTypeID"]),
    }
    return view | (record.values.get("attribution") or {})


def _note(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, NOTE)
    view |= link_arrays(world, record, NOTE)
    view["createUserID"] = record.creator_id
    return view


def _task(world: ActWorld, record: Record) -> JsonObject:
    view = stamped(world, record, TASK)
    view |= link_arrays(world, record, TASK)
    contact = first_contact(world, record)
    values = contact.values if contact else {}
    invited = record.values.get("scheduledForId") != record.creator_id
    contacts = embedded_contacts(
        world, world.links.ids("task", record.id, "contact"), organizer_invites=invited
    )
    view["contacts"] = [
        {
            "id": item["id"],
            "displayName": item["displayName"],
            "emailAddress": _email(world, item["id"]),
            "isInvited": item["isInvited"],
        }
        for item in contacts
    ]
    view |= {
        "id": task_id(world, record),
        "seriesID": record.id,
        "originalTime": view["startTime"],
        "duration": duration(view["startTime"], view["endTime"]),
        "accessorId": record.values.get("scheduledForId"),
        "activityPriorityName": _PRIORITY_NAMES.get(view["activityPriorityId"] or 0),
        "activityTypeName": world.task_types[record.values["activityTypeId"]]["name"],
        "scheduledById": record.creator_id,
        "scheduledBy": world.user_name(record.creator_id),
        "scheduledFor": world.user_name(record.values.get("scheduledForId") or ""),
        "scheduledWithCompany": values.get("company"),
        "scheduledWithEmail": values.get("emailAddress"),
        "scheduledWithPhone": values.get("businessPhone"),
        "scheduledWithPhoneExt": values.get("businessExtension"),
    }
    return view


def _email(world: ActWorld, contact_id: str) -> str | None:
    contact = world.contacts.get(contact_id)
    return contact.values.get("emailAddress") if contact else None


register("history", _history)
register("note", _note)
register("task", _task)
