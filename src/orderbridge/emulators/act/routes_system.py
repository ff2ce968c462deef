"""System, currency, users, permissions, access levels and the sync helpers."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import access, crud, times
from orderbridge.emulators.act.answers import Answer, ok
from orderbridge.emulators.act.binding import linked_ids
from orderbridge.emulators.act.errors import binding, invalid, not_found
from orderbridge.emulators.act.records import Record, User
from orderbridge.emulators.act.routes_history import PARENTS
from orderbridge.emulators.act.routes_processes import simple_list
from orderbridge.emulators.act.routing import Call, Router
from orderbridge.emulators.act.shapes import BOOL, OBJECT, TEXT, TIME
from orderbridge.emulators.act.views_log import task_id

API_VERSION = "1.1.1324.1"

_USER_FIELDS = dict.fromkeys(
    ("id", "username", "role", "displayName", "email", "firstName", "lastName"), TEXT
)
_USER_FIELDS |= {"lastLogOnDate": TIME, "status": TEXT}
_FEATURE_FIELDS = dict.fromkeys(("id", "name", "alias", "description", "type"), TEXT)
_FEATURE_FIELDS |= {"isAllowed": BOOL, "category": OBJECT}
_CURRENCIES = {
    "USD": ("$", "US Dollar", "United States"),
    "EUR": ("€", "Euro", "Germany"),
    "GBP": ("£", "Pound Sterling", "United Kingdom"),
    "AUD": ("$", "Australian Dollar", "Australia"),
}


def _system(_call: Call) -> Answer:
    culture: JsonObject = {
        "displayName": "English (United States)",
        "name": "en-US",
        "nativeName": "English (United States)",
        "threeLetterISOLanguageName": "eng",
        "twoLetterISOLanguageName": "en",
        "dateTimeFormat": None,
    }
    return ok({"apiVersion": API_VERSION, "sdkVersion": "24.0.116.0", "update": 2, "culture": culture})


def _currency(code: str) -> JsonObject:
    symbol, description, country = _CURRENCIES.get(code, (code, code, code))
    return {
        "symbol": symbol,
        "description": description,
        "country": country,
        "code": code,
        "displayText": f"{code} - {description}",
        "decimalDigits": 2,
        "decimalSeparator": ".",
        "groupSeparator": ",",
        "negativeSign": "-",
        "percentSymbol": "%",
    }


def _own_currency(call: Call) -> Answer:
    return ok(_currency(call.world.faults.currency))


def user_view(user: User) -> JsonObject:
    """Return a user as the API shows it."""
    return {
        "id": user.id,
        "username": user.username,
        "role": user.role,
        "displayName": user.display_name,
        "email": user.email,
        "firstName": user.first_name,
        "lastLogOnDate": times.wire(user.last_log_on) if user.last_log_on else None,
        "lastName": user.last_name,
        "status": user.status,
    }


def _user(call: Call, parameter: str) -> User:
    user = call.world.users.get(call.params[parameter].lower())
    if user is None:
        raise not_found("User", call.params[parameter])
    return user


def _list_users(call: Call) -> Answer:
    return simple_list(call, map(user_view, call.world.users.values()), _USER_FIELDS)


def _features(call: Call, user: User) -> Answer:
    return simple_list(call, access.features(call.world, user), _FEATURE_FIELDS)


def _feature(call: Call, user: User) -> Answer:
    for row in access.features(call.world, user):
        if call.params["id"].lower() in (row["id"], row["name"].lower(), row["alias"].lower()):
            return ok(row)
    raise not_found("Permission", call.params["id"])


def _permission_names(call: Call) -> Answer:
    rows = [{"id": row["id"], "alias": row["alias"]} for row in access.features(call.world, call.user)]
    return simple_list(call, rows, {"id": TEXT, "alias": TEXT})


def _accessors(call: Call) -> Answer:
    rows = [{"id": u.id, "type": "User", "name": u.display_name} for u in call.world.users.values()]
    return simple_list(call, rows, {"id": TEXT, "type": TEXT, "name": TEXT})


def _access_level(call: Call, record: Record) -> Answer:
    if record.accessors:
        return ok({"type": "LimitedAccess", "accessors": [_accessor(call, one) for one in record.accessors]})
    private = bool(record.values.get("isPrivate"))
    owner = [_accessor(call, record.manager_id)] if private else []
    return ok({"type": "Private" if private else "Public", "accessors": owner})


def _accessor(call: Call, user_id: str) -> JsonObject:
    return {"id": user_id, "type": "User", "name": call.world.user_name(user_id)}


def _get_access(call: Call, kind: str) -> Answer:
    return _access_level(call, crud.found(call, kind, call.params["id"]))


def _put_access(call: Call, kind: str) -> Answer:
    record = crud.found(call, kind, call.params["id"])
    access.require_edit(call.world, call.user, record)
    body = call.object("AccessLevel")
    wanted = body.get("type")
    if wanted not in ("Public", "Private", "LimitedAccess"):
        raise invalid(f"The access type '{wanted}' is not valid.")
    ids = linked_ids(body.get("accessors"), "accessors", call.world.faults)
    if unknown := [one for one in ids if one not in call.world.users]:
        raise invalid(f"Accessor {unknown[0]} could not be found.")
    if wanted == "LimitedAccess" and not ids:
        raise invalid("The accessors field is required for LimitedAccess.")
    record.accessors = ids if wanted == "LimitedAccess" else []
    record.values["isPrivate"] = wanted == "Private"
    crud.touch(call, record)
    return _access_level(call, record)


def _texts(call: Call) -> list[str]:
    body = call.json()
    if not isinstance(body, list) or not all(isinstance(item, str) for item in body):
        raise binding(
            call.world.faults.binding_error, body, "System.Collections.Generic.List`1[System.String]", ""
        )
    return body


def _search_by_email(call: Call) -> Answer:
    hits: dict[str, str] = {}
    for email in _texts(call):
        for record in call.world.contacts.having("email", email.strip().casefold()):
            if access.visible(call.world, call.user, record):
                hits[email] = record.id
                break
    return ok(hits)


def _search_external_ids(call: Call) -> Answer:
    known = {record.values.get("externalId") for record in call.world.tasks}
    return ok([text for text in _texts(call) if text in known])


def _search_calendar_uids(call: Call) -> Answer:
    wanted = set(_texts(call))
    return ok(
        [
            {
                "activityId": task_id(call.world, record),
                "externalId": record.values.get("externalId"),
                "calendarUid": record.values["calendarUid"],
            }
            for record in call.world.tasks
            if record.values.get("calendarUid") in wanted
        ]
    )


def add(router: Router) -> None:
    """Register the routes."""
    router.add("GET", "/api/system", _system, anonymous=True)
    money = "/api/multilanguage"
    router.add("GET", f"{money}/currencies", lambda _: ok([_currency(code) for code in _CURRENCIES]))
    router.add("GET", f"{money}/currencies/current", _own_currency)
    router.add("GET", f"{money}/currency", _own_currency)
    router.add("GET", "/api/users", _list_users)
    router.add("GET", "/api/users/permissions", _permission_names)
    router.add("GET", "/api/users/{id}", lambda call: ok(user_view(_user(call, "id"))))
    router.add("GET", "/api/users/{userId}/permissions", lambda call: _features(call, _user(call, "userId")))
    router.add(
        "GET", "/api/users/{userId}/permissions/{id}", lambda call: _feature(call, _user(call, "userId"))
    )
    router.add("GET", "/api/permissions", lambda call: _features(call, call.user))
    router.add("GET", "/api/permissions/{id}", lambda call: _feature(call, call.user))
    router.add("GET", "/api/accessors", _accessors)
    for parents, kind in PARENTS.items():
        path = f"/api/{parents}/{{id}}/access"
        router.add("GET", path, lambda call, kind=kind: _get_access(call, kind))  # type: ignore[misc]
        router.add("PUT", path, lambda call, kind=kind: _put_access(call, kind))  # type: ignore[misc]
    sync = "/api/sync-data"
    router.add("POST", f"{sync}/search-contacts-by-business-email", _search_by_email)
    router.add("POST", f"{sync}/search-synced-external-ids", _search_external_ids)
    router.add("POST", f"{sync}/search-synced-calendar-uids", _search_calendar_uids)
