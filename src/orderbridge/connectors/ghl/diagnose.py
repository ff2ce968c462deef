"""What can be wrong with a HighLevel connection, from the address to the scopes.

HighLevel answers 401 for a token that ended, a missing scope, a token of an agency, a missing or wrong
version and routes that are not switched on; a new token helps with the first alone.

Source: HighLevel API notes, sections 1, 2, 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from orderbridge.connectors import reachability
from orderbridge.connectors.answers import complaint
from orderbridge.connectors.base import Answer
from orderbridge.connectors.diagnosis import Finding, Step, clock_finding, dubious, fine, wrong
from orderbridge.connectors.fields import child, text
from orderbridge.connectors.ghl.calls import part
from orderbridge.connectors.ghl.client import BASE_URL, GhlClient
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.core.clock import Clock
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject

_REFUSALS = (400, 401, 403, 404, 422)
_ADD_SCOPE = (
    "tick {scope} in HighLevel: Settings → Private Integrations → the integration → Edit (the token stays the same); "
    "with an app, add it to the app's scopes and install the app again"
)
_NEW_TOKEN = "orderbridge connections replace-token"  # noqa: S105 (a command)
_SIGN_IN = "orderbridge connect ghl --oauth"

# Cause: what is the case, what to do.
_MEANINGS: dict[str, tuple[str, str]] = {
    "ghl.wrong_token_kind": (
        "the token belongs to an agency, and a token of the location is needed",
        "make a private integration inside the location (sub-account), not in the agency, and pass its token to "
        f"'{_NEW_TOKEN}'",
    ),
    "ghl.wrong_location": (
        "the token belongs to another location than the one that is connected",
        "compare the location id in HighLevel (Settings → Business Profile), and use a token that was made there",
    ),
    "ghl.location_suspended": (
        "the location is suspended in HighLevel",
        "have the agency activate it; work goes on by itself then",
    ),
    "ghl.version": (
        "HighLevel refuses the API version that this connection asks for",
        "connect the account with version 2021-07-28, or update orderbridge",
    ),
    "ghl.route_unsupported": (
        "HighLevel has not switched this route on for this account's kind of token",
        "nothing is wrong here; ask HighLevel's support to switch it on",
    ),
    "ghl.forbidden": (
        "HighLevel does not permit this call",
        "check that the token's user may see this location, and that the location's plan includes it",
    ),
    "ghl.pair_lost": (
        "the app's pair of tokens is lost: the old one was used up and no new one came, or the app was removed",
        f"sign in again: '{_SIGN_IN}'; for a location of an agency, sign in as the agency",
    ),
    "ghl.token_ended": ("the access token has ended and nothing renews it", f"sign in again: '{_SIGN_IN}'"),
    "ghl.app_secret": (
        "HighLevel does not accept the marketplace app's client id and secret; the tokens are kept",
        f"give the app's current secret: '{_SIGN_IN} --client-secret-stdin'",
    ),
    "ghl.not_installed": (
        "the app is not installed in this location any more",
        "install it again in HighLevel; the connection then works again by itself",
    ),
    "ghl.not_connected": ("no token is stored", "connect the account again"),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """One scope, the read that shows whether the token has it, and what needs it."""

    scope: str
    path: str
    query: str
    needed_for: str


PROBES = (
    Probe("contacts.readonly", "/contacts/search/duplicate", "location", "the customer of an order"),
    Probe("payments/orders.readonly", "/payments/orders", "alt", "orders and their fulfilments"),
    Probe("payments/transactions.readonly", "/payments/transactions", "alt", "payments and refunds"),
    Probe("payments/subscriptions.readonly", "/payments/subscriptions", "alt", "subscriptions"),
)
_LOCATIONS = "locations.readonly"
# A location's name and contacts are shown to an agency's token too; payments are not.
_LOCATION_ONLY = PROBES[1]


def steps(client: GhlClient, *, config: JsonObject, clock: Clock) -> list[Step]:
    """Return the checks in order.

    Args:
        client: Of the location.
        config: Of the connection: ``base_url``.
        clock: Ours.
    """
    look = _Look(client, config["base_url"], clock)
    return [
        Step("address", "Address", look.address_form),
        *reachability.steps(config["base_url"], clock),
        Step("api", "HighLevel API", look.api),
        Step("clock", "Clock", look.clock),
        Step("sign_in", "Token", look.token),
        Step("token_kind", "Kind of token", look.kind),
        Step("location", "Location", look.location),
        Step(f"scope.{_LOCATIONS}", f"Scope {_LOCATIONS}", look.location_scope),
        *(Step(f"scope.{item.scope}", f"Scope {item.scope}", partial(look.scope, item)) for item in PROBES),
    ]


class _Look:
    def __init__(self, client: GhlClient, url: str, clock: Clock) -> None:
        self._client, self._url, self._clock = client, url, clock
        self._first: Answer | None = None
        self._answers: dict[str, OrderBridgeError | None] = {}
        self._path = f"/locations/{part(client.location_id)}"

    async def address_form(self) -> Finding:
        parts = urlsplit(self._url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return wrong(
                "the address of the API is no web address",
                f"connect the account again; HighLevel's is {BASE_URL}",
                cause="ghl.address",
            )
        if self._url != BASE_URL:
            return fine(f"{self._url}, which is not HighLevel's own {BASE_URL}: a sandbox or a gateway")
        return fine(self._url)

    async def api(self) -> Finding:
        try:
            answer = await self._client.http.call("GET", self._path, accept=_REFUSALS)
        except OrderBridgeError as error:
            return _meaning(error)
        if not isinstance(answer.body, dict):
            said = complaint(answer).message[:80] or "an answer without words"
            return wrong(
                f"what answers at {self._url} is not HighLevel ({answer.status}: {said!r})",
                f"check the address of the API; HighLevel's is {BASE_URL}",
                cause="ghl.not_highlevel",
            )
        self._first = answer
        return fine("HighLevel answers")

    async def clock(self) -> Finding:
        return clock_finding(self._first, self._clock)

    async def token(self) -> Finding:
        refusal = self._refusal()
        if refusal is None or refusal.cause in ("ghl.scope_missing", "ghl.wrong_location", "ghl.not_found"):
            return fine("the token is accepted")
        if refusal.cause != "ghl.unauthorised":
            return _meaning(refusal)
        if self._first is not None and "jwt" in complaint(self._first).message.lower():
            return wrong(
                "what is stored as the token is none: HighLevel cannot read it",
                f"copy the token again, whole and without blanks, and pass it to '{_NEW_TOKEN}'",
                cause=refusal.cause,
            )
        return wrong(
            "the token is no longer accepted: it was revoked, rotated or has ended, or the app was removed",
            "look in HighLevel under Settings → Private Integrations; make or rotate the token there and pass it to "
            f"'{_NEW_TOKEN}', or install the app again",
            cause=refusal.cause,
        )

    async def kind(self) -> Finding:
        refusal = await self._tried(_LOCATION_ONLY)
        if refusal is not None and refusal.cause == "ghl.wrong_token_kind":
            return _meaning(refusal)
        return fine("it is a location's token")

    async def location(self) -> Finding:
        refusal = self._refusal()
        if refusal is None and self._first is not None:
            data = child(self._first.body, "location") or self._first.body
            return fine(f"{text(data, 'name') or 'without a name'} ({self._client.location_id})")
        if refusal is not None and refusal.cause == "ghl.not_found":
            return wrong(
                f"HighLevel knows no location {self._client.location_id}",
                "compare the id in HighLevel under Settings → Business Profile; the location may have been deleted",
                cause=refusal.cause,
            )
        if refusal is not None and refusal.cause != "ghl.scope_missing":
            return _meaning(refusal)
        # Its name cannot be read; whether the token belongs here, the other scopes tell.
        return dubious(
            f"the name of {self._client.location_id} cannot be read without its scope",
            "see the next check",
            cause="ghl.scope_missing",
        )

    async def location_scope(self) -> Finding:
        refusal = self._refusal()
        if refusal is None:
            return fine("granted: the location's name and time zone")
        return _scope_missing(_LOCATIONS, "the location's name and time zone")

    async def scope(self, probe: Probe) -> Finding:
        refusal = await self._tried(probe)
        if refusal is None:
            return fine(f"granted: {probe.needed_for}")
        if refusal.cause == "ghl.scope_missing":
            return _scope_missing(probe.scope, probe.needed_for)
        found = _meaning(refusal)
        return Finding(
            outcome=found.outcome,
            says=f"{probe.needed_for}: {found.says}",
            next=found.next,
            cause=found.cause,
        )

    async def _tried(self, probe: Probe) -> OrderBridgeError | None:
        if probe.scope not in self._answers:
            self._answers[probe.scope] = await self._asked(probe)
        return self._answers[probe.scope]

    async def _asked(self, probe: Probe) -> OrderBridgeError | None:
        location = self._client.location_id
        if probe.query == "alt":
            params = {"altId": location, "altType": "location", "locationId": location, "limit": "1"}
        else:
            # Nobody has this address, and a search that finds nobody is enough.
            params = {"locationId": location, "email": "nobody@orderbridge.invalid"}
        try:
            await self._client.http.call("GET", probe.path, params=params)
        except OrderBridgeError as error:
            # Refused for what was asked and not for who asked: the scope is there.
            return None if error.cause in ("ghl.not_found", "ghl.bad_request", "ghl.invalid") else error
        return None

    def _refusal(self) -> OrderBridgeError | None:
        if self._first is None or self._first.ok:
            return None
        return GhlDialect().refusal(self._first, what=f"GET {self._path}")


def _scope_missing(scope: str, needed_for: str) -> Finding:
    return wrong(
        f"missing; it is needed for {needed_for}",
        _ADD_SCOPE.format(scope=scope),
        cause="ghl.scope_missing",
        stops=False,
    )


def _meaning(error: OrderBridgeError) -> Finding:
    if error.cause in _MEANINGS:
        says, next_ = _MEANINGS[error.cause]
        # One route that is off says nothing about the others.
        return wrong(says, next_, cause=error.cause, stops=error.cause != "ghl.route_unsupported")
    says, _, rest = str(error).partition("; ")
    return wrong(says, rest or "try again; if it lasts, look at status.gohighlevel.com", cause=error.cause)
