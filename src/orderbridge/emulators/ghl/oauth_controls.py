"""``/_twin/oauth/…``: who installs the app where, which tokens end, and what a person consents to."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import bad_request, not_found
from orderbridge.emulators.ghl.oauth import authorised_code
from orderbridge.emulators.ghl.scopes import ALL_SCOPES, OAUTH_ONLY_SCOPES
from orderbridge.emulators.ghl.state import APP_ID
from orderbridge.emulators.ghl.tokens import Grant

_MOST_LOCATIONS = 10_000
_CONSENT = ("user_type", "location_id", "scopes", "deny")


def _authorize(call: Call) -> Answer:
    return Answer({"code": authorised_code(call.world, call.body)})


def _consent(call: Call) -> Answer:
    """Set what the person on the authorise page chooses from now on; an empty body goes back to what is asked."""
    unknown = sorted(set(call.body) - set(_CONSENT))
    if unknown:
        raise bad_request(f"{unknown} cannot be chosen; there are: {', '.join(_CONSENT)}")
    call.world.consent = dict(call.body)
    return Answer(call.world.consent)


def _add_locations(call: Call) -> Answer:
    """Give the agency ``count`` more locations, with the app in them unless ``installed`` is false."""
    world, count = call.world, call.body.get("count", 1)
    if not isinstance(count, int) or not 0 < count <= _MOST_LOCATIONS:
        raise bad_request(f"count must be a whole number from 1 to {_MOST_LOCATIONS}")
    pattern = world.locations.get(world.other_location_id)
    assert pattern is not None
    made = []
    for _ in range(count):
        location_id = world.short_id()
        name = call.body.get("name") or f"Branch {len(world.locations):04d}"
        world.locations.add(pattern | {"id": location_id, "name": name})
        if call.body.get("installed", True):
            world.installed.add(location_id)
        made.append(location_id)
    return Answer({"locations": made}, 201)


def _grant(call: Call) -> Grant:
    world = call.world
    place = (
        None if call.body.get("user_type") == "Company" else call.body.get("location_id", world.location_id)
    )
    if place is not None and world.locations.get(place) is None:
        raise not_found(f"there is no location {place}")
    kind = "Location" if place else "Company"
    return Grant(kind, world.company_id, place, world.user_id, frozenset(), APP_ID)


def _install(call: Call) -> Answer:
    """Put the app into a location as an agency does and send INSTALL, with only the fields ``keep`` where given."""
    world, grant = call.world, _grant(call)
    if grant.location_id is not None:
        world.installed.add(grant.location_id)
    event = events.installed(world, grant)
    if "keep" in call.body:
        always = ("type", "appId", "timestamp", "webhookId")
        event = {key: value for key, value in event.items() if key in (*always, *call.body["keep"])}
    world.webhooks.submit([event])
    return Answer({"installed": grant.location_id})


def _uninstall(call: Call) -> Answer:
    """Take the app away, from one location or from the whole agency: its tokens end and UNINSTALL is sent."""
    world, grant = call.world, _grant(call)
    ended = world.tokens.revoke(APP_ID, location_id=grant.location_id)
    if grant.location_id is None:
        world.installed.clear()
    else:
        world.installed.discard(grant.location_id)
    world.webhooks.submit([events.installed(world, grant, event_type="UNINSTALL")])
    return Answer({"tokens_ended": ended})


def _private_token(call: Call) -> Answer:
    """Make a private integration token of any location, or of the agency."""
    world, grant = call.world, _grant(call)
    token = f"pit-{world.uuid()}"
    scopes: JsonObject | list[str] = call.body.get("scopes") or sorted(set(ALL_SCOPES) - OAUTH_ONLY_SCOPES)
    own = Grant(
        grant.user_type,
        world.company_id,
        grant.location_id,
        world.user_id,
        frozenset(scopes),
        token[:12],
        private=True,
    )
    world.tokens.add_private(token, own)
    return Answer({"token": token}, 201)


def _revoke(call: Call) -> Answer:
    """End one token, as a person does who rotates or deletes it."""
    if not call.world.tokens.revoke_token(str(call.body.get("token"))):
        raise not_found("there is no such token")
    return Answer({"revoked": True})


def _end_access(call: Call) -> Answer:
    """End every access token of the app; the refresh tokens still work."""
    return Answer({"tokens_ended": call.world.tokens.revoke_access(APP_ID)})


ROUTES = [
    Route("POST", "/_twin/oauth/authorize", _authorize, control=True),
    Route("POST", "/_twin/oauth/consent", _consent, control=True),
    Route("POST", "/_twin/oauth/locations", _add_locations, control=True),
    Route("POST", "/_twin/oauth/install", _install, control=True),
    Route("POST", "/_twin/oauth/uninstall", _uninstall, control=True),
    Route("POST", "/_twin/oauth/private_token", _private_token, control=True),
    Route("POST", "/_twin/oauth/revoke", _revoke, control=True),
    Route("POST", "/_twin/oauth/end_access", _end_access, control=True),
]
