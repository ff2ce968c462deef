"""/oauth: authorise page, token endpoint, location tokens, installations."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import events
from orderbridge.emulators.ghl.calls import V3, Answer, Call, Route
from orderbridge.emulators.ghl.errors import (
    Refusal,
    bad_request,
    forbidden,
    not_found,
    token_refused,
    token_refused_v3,
    unauthorized,
)
from orderbridge.emulators.ghl.oauth import authorised_code, in_v3, token_body
from orderbridge.emulators.ghl.state import APP_ID, VERSION_ID
from orderbridge.emulators.ghl.tokens import Grant
from orderbridge.emulators.ghl.validation import Shape, filled_text, text

# The spelling of v3 for each field of the token request.
_FIELDS = {
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "grant_type": "grantType",
    "code": "code",
    "refresh_token": "refreshToken",
    "redirect_uri": "redirectUri",
}
_LOCATION_TOKEN_LIFE_S = 86_400


def _authorise(call: Call) -> Answer:
    """The page where a person chooses a location; here the choice is made at once, as ``consent`` says."""
    query = call.query
    redirect = query.get("redirect_uri", "")
    if query.get("client_id") != call.world.oauth_client_id or not redirect:
        problem = "error.invalidclient" if redirect else "error.noredirect"
        page = f"<html><body><h1>{escape(problem)}</h1></body></html>"
        return Answer(page.encode(), 400, "text/html; charset=utf-8")
    asked: JsonObject = {"redirect_uri": redirect, "scope": query.get("scope", "")}
    asked |= {name: query[name] for name in ("user_type", "location_id") if name in query}
    asked |= call.world.consent
    if asked.get("deny"):
        answer = {"error": "access_denied", "error_description": "The person said no"}
    else:
        answer = {"code": authorised_code(call.world, asked)}
    if "state" in query and call.world.faults["oauth_state_returned"]:
        answer["state"] = query["state"]
    joiner = "&" if "?" in redirect else "?"
    target = f"{redirect}{joiner}{urlencode(answer)}"
    return Answer(b"", 302, "text/plain", [(b"location", target.encode())])


def _token(call: Call) -> Answer:
    # The Version header is optional here, so the gateway has not looked at it.
    v3 = call.version == V3
    try:
        body = _issued(call)
    except Refusal as refusal:
        if v3:
            message = str(refusal.body.get("error_description") or refusal.body.get("message"))
            raise token_refused_v3(refusal.status, "invalid_request", message) from refusal
        raise
    return Answer(in_v3(body) if v3 else body)


def _issued(call: Call) -> JsonObject:
    world = call.world
    given = {name: call.body.get(name, call.body.get(new)) for name, new in _FIELDS.items()}
    kind = given["grant_type"]
    if kind not in ("authorization_code", "refresh_token"):
        raise token_refused(400, "grant_type must be authorization_code or refresh_token")
    # The code is looked at before the client's credentials.
    if kind == "authorization_code" and not world.tokens.has_code(given["code"]):
        raise token_refused(401, "Authorization code not found")
    if (given["client_id"], given["client_secret"]) != (world.oauth_client_id, world.oauth_client_secret):
        raise token_refused(401, "Client credentials are not valid")
    if kind == "authorization_code":
        pair = world.tokens.exchange_code(str(given["code"]), given["redirect_uri"])
        if pair.grant.location_id is not None:
            world.installed.add(pair.grant.location_id)
        world.webhooks.submit([events.installed(world, pair.grant)])
    else:
        if world.faults.take("location_inactive") or world.faults["location_suspended"]:
            raise bad_request("Location is not active")
        pair = world.tokens.rotate(given["refresh_token"])
    return token_body(world, pair, life_s=world.faults["token_life_s"])


def _location_token(call: Call) -> Answer:
    world, grant, body = call.world, call.grant, call.body
    if grant is None or grant.private:
        raise unauthorized("Token's user type mismatch!")
    if body["companyId"] != world.company_id:
        raise forbidden("The token does not have access to this company.")
    if world.locations.get(body["locationId"]) is None:
        raise not_found("Location not found")
    if body["locationId"] not in world.installed:
        raise forbidden("The app is not installed in this location.")
    own = Grant("Location", grant.company_id, body["locationId"], grant.user_id, grant.scopes, grant.app)
    pair = world.tokens.issue(own, life_s=_LOCATION_TOKEN_LIFE_S)
    answer = token_body(world, pair, life_s=_LOCATION_TOKEN_LIFE_S, minted=True)
    return Answer(in_v3(answer) if call.v3 else answer)


def _installed(call: Call) -> Answer:
    world = call.world
    if call.query["companyId"] != world.company_id or call.query["appId"] != APP_ID:
        raise forbidden("The token does not have access to this company.")
    rows: list[JsonObject] = [
        {
            "_id": row["id"],
            "name": row["name"],
            "address": f"{row['address']}, {row['city']}",
            "isInstalled": row["id"] in world.installed,
            "versionId": VERSION_ID,
            "installedAt": row.get("createdAt") or world.now(),
        }
        for row in world.locations
    ]
    if call.query.get("isInstalled") == "true":
        rows = [row for row in rows if row["isInstalled"]]
    if call.query.get("locationId"):
        rows = [row for row in rows if row["_id"] == call.query["locationId"]]
    if call.v3:
        size = int(call.query.get("pageSize", 20))
        page = rows[:size]
        pagination = {
            "totalRecords": len(rows),
            "hasNextPage": len(rows) > size,
            "hasPrevPage": False,
            "currentPageSize": len(page),
        }
        return Answer({"items": page, "pagination": pagination, "installToFutureLocations": False})
    skip, limit = int(call.query.get("skip", 0)), int(call.query.get("limit", 20))
    shown = rows[skip : skip + limit]
    return Answer({"locations": shown, "count": len(rows), "installToFutureLocations": False})


_MINT = Shape(required="companyId locationId", loose=True, companyId=filled_text, locationId=filled_text)
_WHERE = Shape(required="companyId appId", loose=True, companyId=filled_text, appId=text)
_V3_ONLY = frozenset({V3})

ROUTES = [
    Route("GET", "/v2/oauth/chooselocation", _authorise, open=True),
    Route("GET", "/oauth/chooselocation", _authorise, open=True),
    Route("POST", "/oauth/token", _token, open=True),
    Route("POST", "/oauth/locationToken", _location_token, body=_MINT),
    Route("POST", "/oauth/location-token", _location_token, body=_MINT, versions=_V3_ONLY),
    Route("GET", "/oauth/installedLocations", _installed, query=_WHERE),
    Route("GET", "/oauth/installed-locations", _installed, query=_WHERE, versions=_V3_ONLY),
]
