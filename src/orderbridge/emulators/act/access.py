"""Who may do what: permissions of a role, private records, and records of other managers."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.errors import ActError, empty, forbidden
from orderbridge.emulators.act.records import Record, User
from orderbridge.emulators.act.state import ActWorld

WEB_API = "Web API Access"
ALL_NON_PRIVATE = "Access All Non-Private Data"
DEFINE_FIELDS = "Define Fields"

_PLURALS = {"contact": "Contacts", "company": "Companies", "group": "Groups", "opportunity": "Opportunities"}
_AREAS = (
    *_PLURALS.values(),
    "Activities",
    "Notes",
    "History",
    "Documents",
    "Products",
    "Layouts",
    "Templates",
)

# name, kind, held by a manager
_FEATURES: tuple[tuple[str, str, bool], ...] = (
    *((f"Create and Edit {area}", "CreateEdit", True) for area in _AREAS),
    *((f"Delete My {area}", "DeleteMy", True) for area in _AREAS),
    *((f"Delete Other Users' {area}", "DeleteOther", False) for area in _AREAS),
    *((f"Manage Other Users' {area}", "ManagerOther", True) for area in _PLURALS.values()),
    (ALL_NON_PRIVATE, "Other", True),
    (WEB_API, "Other", True),
    (DEFINE_FIELDS, "Other", True),
    ("Link/Unlink Other Users' Contacts from Company", "Other", True),
    ("Manage Opportunity Processes", "Other", True),
    ("Manage Drop-downs", "Other", True),
    ("Import", "Other", True),
    ("Export to Excel", "Other", True),
    ("Manage Users", "Other", False),
    ("Database Maintenance", "Other", False),
    ("Delete Database", "Other", False),
)
# A standard user works on own records and cannot change the database.
_STANDARD = {name for name, kind, held in _FEATURES if held and kind in ("CreateEdit", "DeleteMy")} | {
    ALL_NON_PRIVATE,
    WEB_API,
}


def permitted(world: ActWorld, user: User, name: str) -> bool:
    """Tell whether ``user`` holds the permission."""
    if name in world.faults.permissions_removed and user.id == world.sync_user.id:
        return False
    if user.role == "Administrator":
        return True
    if user.role == "Manager":
        return any(known == name and held for known, _kind, held in _FEATURES)
    return name in _STANDARD


def features(world: ActWorld, user: User) -> list[JsonObject]:
    """Return the effective permissions of ``user`` as the API lists them."""
    return [
        {
            "id": f"feature-{number:03d}",
            "name": name,
            "alias": "".join(part for part in name.title() if part.isalnum()),
            "description": name,
            "isAllowed": True,
            "type": kind,
            "category": {"id": f"category-{kind}", "name": kind, "alias": kind, "description": kind},
        }
        for number, (name, kind, _held) in enumerate(_FEATURES)
        if permitted(world, user, name)
    ]


def visible(world: ActWorld, user: User, record: Record) -> bool:
    """Tell whether ``user`` can see the record; what cannot be seen looks deleted."""
    if record.manager_id == user.id:
        return True
    if record.values.get("isPrivate"):
        return False
    if record.accessors:
        return user.id in record.accessors
    return not world.faults.permissions_removed or permitted(world, user, ALL_NON_PRIVATE)


def require(world: ActWorld, user: User, name: str) -> None:
    """Refuse unless ``user`` holds the permission.

    Raises:
        ActError: It does not.
    """
    if not permitted(world, user, name):
        raise forbidden(f"The permission '{name}' is required.")


def require_edit(world: ActWorld, user: User, record: Record) -> None:
    """Refuse an edit of another manager's record without the permission for it.

    Raises:
        ActError: The user may not.
    """
    area = _PLURALS.get(record.kind)
    if record.manager_id != user.id and area is not None:
        require(world, user, f"Manage Other Users' {area}")


def require_delete(world: ActWorld, user: User, record: Record) -> None:
    """Refuse the deletion of another manager's record without the permission for it.

    Raises:
        ActError: The user may not.
    """
    area = _PLURALS.get(record.kind)
    if area is None or record.manager_id == user.id or world.faults.delete_by_non_manager == 204:
        return
    if not permitted(world, user, f"Delete Other Users' {area}"):
        raise _delete_refusal(area)


def _delete_refusal(area: str) -> ActError:
    return forbidden(f"Only the record manager may delete: 'Delete Other Users' {area}' is required.")


def hidden(world: ActWorld) -> ActError | None:
    """Return how a hidden row is answered when that differs from a missing one."""
    return empty(403) if world.faults.hidden_rows == 403 else None
