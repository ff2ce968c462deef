"""Who installed the app, and the answers of the token endpoint."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.scopes import ALL_SCOPES
from orderbridge.emulators.ghl.state import APP_ID, VERSION_ID, GhlWorld
from orderbridge.emulators.ghl.tokens import Grant, Pair
from orderbridge.emulators.ghl.wire import without_none

PLAN_ID = "66a2419a0bcd0f0012aa34bb"


def authorised_code(world: GhlWorld, asked: JsonObject) -> str:
    """Consent as a person would on the authorise page and return the code.

    Args:
        world: Who consents.
        asked: ``user_type`` (Location or Company), ``location_id``, ``scopes`` (a list or text separated
            by spaces; all by default), ``redirect_uri``.
    """
    user_type = asked.get("user_type", "Location")
    scopes = asked.get("scopes") or asked.get("scope") or list(ALL_SCOPES)
    names = scopes.split() if isinstance(scopes, str) else scopes
    grant = Grant(
        user_type,
        world.company_id,
        None if user_type == "Company" else asked.get("location_id") or world.location_id,
        world.user_id,
        frozenset(names),
        APP_ID,
    )
    return world.tokens.issue_code(grant, asked.get("redirect_uri"))


def token_body(world: GhlWorld, pair: Pair, *, life_s: int, minted: bool = False) -> JsonObject:
    """The token endpoint's answer in the spelling of 2021-07-28."""
    grant = pair.grant
    bare = minted and not world.faults["minted_refresh_token"]
    body = {
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": life_s,
        "refresh_token": None if bare else pair.refresh,
        "scope": " ".join(sorted(grant.scopes)),
        "refreshTokenId": world.object_id(),
        "userType": grant.user_type,
        "companyId": grant.company_id,
        "locationId": grant.location_id,
        "userId": grant.user_id,
        "planId": PLAN_ID,
        "isBulkInstallation": False if not minted else None,
        "approvedLocations": None if grant.location_id else [world.location_id],
        "installToFutureLocations": None if grant.location_id else False,
        "approveAllLocations": None if grant.location_id else False,
        "appId": APP_ID if minted else None,
        "versionId": VERSION_ID if minted else None,
        "traceId": world.uuid(),
    }
    return without_none(body)


_V3 = {
    "access_token": "accessToken",
    "token_type": "tokenType",
    "expires_in": "expiresIn",
    "refresh_token": "refreshToken",
}


def in_v3(body: JsonObject) -> JsonObject:
    """The same answer in the spelling of v3."""
    return {_V3.get(name, name): value for name, value in body.items()}
