"""/contacts/{contactId}/tags, /followers and /notes."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import not_found
from orderbridge.emulators.ghl.routes.contacts import find_contact
from orderbridge.emulators.ghl.validation import Shape, boolean, list_of, text

_TAGS = Shape(required="tags", tags=list_of(text))
_FOLLOWERS = Shape(required="followers", followers=list_of(text))
_NOTE = Shape(userId=text, body=text, title=text, color=text, pinned=boolean)
_NEW_NOTE = _NOTE.extended(required="body")


def _set_tags(call: Call, contact: JsonObject, tags: list[str]) -> None:
    if tags != contact["tags"]:
        call.world.contacts.update(contact, tags=tags, dateUpdated=call.world.now())
        call.world.webhooks.submit([events.contact(call.world, "ContactTagUpdate", contact)])


def _add_tags(call: Call) -> Answer:
    contact = find_contact(call)
    added = [tag.lower() for tag in call.body["tags"]]
    _set_tags(call, contact, list(dict.fromkeys([*contact["tags"], *added])))
    return Answer({"tags": contact["tags"], "tagsAdded": added, "traceId": call.world.uuid()}, 201)


def _remove_tags(call: Call) -> Answer:
    contact = find_contact(call)
    gone = {tag.lower() for tag in call.body["tags"]}
    _set_tags(call, contact, [tag for tag in contact["tags"] if tag not in gone])
    return Answer({"tags": contact["tags"], "tagsRemoved": sorted(gone), "traceId": call.world.uuid()})


def _add_followers(call: Call) -> Answer:
    contact, given = find_contact(call), call.body["followers"]
    followers = list(dict.fromkeys([*contact.get("followers", []), *given]))
    call.world.contacts.update(contact, followers=followers, dateUpdated=call.world.now())
    return Answer({"followers": followers, "followersAdded": given, "traceId": call.world.uuid()}, 201)


def _remove_followers(call: Call) -> Answer:
    contact, gone = find_contact(call), call.body["followers"]
    followers = [user for user in contact.get("followers", []) if user not in gone]
    call.world.contacts.update(contact, followers=followers, dateUpdated=call.world.now())
    return Answer({"followers": followers, "followersRemoved": gone, "traceId": call.world.uuid()})


def _find_note(call: Call) -> JsonObject:
    contact = find_contact(call)
    row = call.world.notes.get(call.params["id"])
    if row is None or row["contactId"] != contact["id"]:
        raise not_found(f"Note with id {call.params['id']} not found")
    return row


def _tell(call: Call, event_type: str, row: JsonObject) -> None:
    world = call.world
    world.webhooks.submit([events.note(world, event_type, row, location_id=call.location_id)])


def _notes(call: Call) -> Answer:
    rows = call.world.notes.where("contactId", find_contact(call)["id"])
    return Answer({"notes": rows[::-1], "traceId": call.world.uuid()})


def _add_note(call: Call) -> Answer:
    contact = find_contact(call)
    row = call.world.notes.add(
        {
            "id": call.world.short_id(),
            "contactId": contact["id"],
            "userId": call.user_id,
            "dateAdded": call.world.now(),
            **call.body,
        }
    )
    _tell(call, "NoteCreate", row)
    return Answer({"note": row, "traceId": call.world.uuid()}, 201)


def _note(call: Call) -> Answer:
    return Answer({"note": _find_note(call), "traceId": call.world.uuid()})


def _change_note(call: Call) -> Answer:
    row = call.world.notes.update(_find_note(call), **call.body)
    _tell(call, "NoteUpdate", row)
    return Answer({"note": row, "traceId": call.world.uuid()})


def _delete_note(call: Call) -> Answer:
    row = _find_note(call)
    call.world.notes.remove(row)
    _tell(call, "NoteDelete", row)
    return Answer({"succeded": True, "traceId": call.world.uuid()})


_ALL = "/contacts/{contactId}/notes"

ROUTES = [
    Route("POST", "/contacts/{contactId}/tags", _add_tags, body=_TAGS),
    Route("DELETE", "/contacts/{contactId}/tags", _remove_tags, body=_TAGS),
    Route("POST", "/contacts/{contactId}/followers", _add_followers, body=_FOLLOWERS),
    Route("DELETE", "/contacts/{contactId}/followers", _remove_followers, body=_FOLLOWERS),
    Route("GET", _ALL, _notes),
    Route("POST", _ALL, _add_note, body=_NEW_NOTE),
    Route("GET", f"{_ALL}/{{id}}", _note),
    Route("PUT", f"{_ALL}/{{id}}", _change_note, body=_NOTE),
    Route("DELETE", f"{_ALL}/{{id}}", _delete_note),
]
