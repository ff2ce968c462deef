"""Signing in at HighLevel in a browser: set out with a start token, come back with a code, once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderbridge.accounts import agencies as agency_rooms
from orderbridge.accounts.scopes import scopes_in_use
from orderbridge.accounts.signed_in import Pair, keep, prove
from orderbridge.connectors.ghl.auth import COMPANY, LOCATION, Grant
from orderbridge.core import jsonio
from orderbridge.core.errors import OrderBridgeError, ReconnectError, SetupError
from orderbridge.core.ids import random_id
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.log import get
from orderbridge.core.redact import redact_text
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, apps, connections, flows, sign_ins
from orderbridge.store.apps import App
from orderbridge.store.sign_ins import SignIn

log = get(__name__)

START_PATH = "/connect/ghl/start"
CALLBACK_PATH = "/connect/ghl/callback"
LIFE = timedelta(minutes=15)
_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in that waits for its browser.

    Attributes:
        open_url: Where a person goes; it works for one browser, once.
        redirect_uri: What the marketplace app must have as its redirect address.
    """

    id: str
    open_url: str = field(repr=False)
    redirect_uri: str
    scopes: list[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser that sets out: where to, and the cookie that it comes back with."""

    location: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of a browser that came back, in words for its page."""

    ok: bool
    title: str
    message: str


def redirect_uri(public_url: str) -> str:
    """Return the address to copy into the marketplace app."""
    return f"{public_url}{CALLBACK_PATH}"


async def begin(
    runtime: Runtime,
    app: App,
    *,
    public_url: str,
    name: str,
    mode: str,
    agency: bool = False,
    connect_future: bool | None = None,
) -> Begun:
    """Prepare a sign-in: for a location, or for an agency with ``agency``.

    Args:
        runtime: The opened accounts.
        app: The marketplace app.
        public_url: Where browsers reach this server.
        name: Of the connection or agency that this makes or renews.
        mode: live, test or sandbox.
        agency: Whether a whole agency installs the app.
        connect_future: Whether locations that install the app later are connected by themselves.
    """
    sign_in_id, start = random_id(), secrets.token_urlsafe(32)
    expires_at = runtime.clock.now() + LIFE
    async with runtime.db.begin() as tx:
        if not agency:
            known = await connections.find(tx, name)
            if known is not None and (known.system != "ghl" or known.mode != mode):
                raise SetupError(
                    f"connection {name!r} is here already and is {known.system}, {known.mode}; choose another name, "
                    f"or the mode {known.mode}",
                    cause="connection.exists",
                )
        scopes = scopes_in_use(await flows.every(tx), agency=agency)
        wanted: JsonObject = {
            "kind": "agency" if agency else "location",
            "name": name,
            "mode": mode,
            "scopes": scopes,
            "redirect_uri": redirect_uri(public_url),
            "connect_future": connect_future,
        }
        await sign_ins.begin(
            tx,
            sign_in_id=sign_in_id,
            app_id=app.id,
            start_hash=_hash(start),
            wanted=wanted,
            expires_at=expires_at,
        )
    return Begun(
        id=sign_in_id,
        open_url=f"{public_url}{START_PATH}?start={start}",
        redirect_uri=redirect_uri(public_url),
        scopes=scopes,
        expires_at=expires_at,
    )


async def depart(runtime: Runtime, start: str | None, cookies: Sequence[str]) -> Departure | None:
    """Let the first browser with a start token set out to HighLevel; None for everybody else."""
    if not start:
        return None
    state, new_cookie = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    async with runtime.db.begin() as tx:
        journey = await sign_ins.open_once(
            tx,
            start_hash=_hash(start),
            known_cookie_hashes=[_hash(cookie) for cookie in cookies],
            state_hash=_hash(state),
            cookie_hash=_hash(new_cookie),
            now=runtime.clock.now(),
        )
    if journey is None:
        return None
    app = await runtime.sign_in.app(journey.app_id)
    location = app.authorize_url(
        redirect_uri=journey.wanted["redirect_uri"], scopes=journey.wanted["scopes"], state=state
    )
    return Departure(location, new_cookie)


async def arrive(
    runtime: Runtime, *, code: str | None, state: str | None, cookies: Sequence[str], error: str | None
) -> Arrival:
    """Take a browser that came back: whose it is, what it brought, and what is stored of it.

    Args:
        runtime: The opened accounts.
        code: To exchange.
        state: As sent along; HighLevel may not give it back.
        cookies: Of the browser: it must be the one that set out, with a state or without.
        error: What HighLevel says went wrong.
    """
    journey = await _journey(runtime, state, cookies)
    if journey is None:
        return Arrival(False, "This sign-in is not known here", _strange(state, cookies))
    try:
        outcome = await _settle(runtime, journey, code, error)
    except OrderBridgeError as failure:
        outcome = {"ok": False, "message": redact_text(str(failure)), "cause": failure.cause}
    except Exception as failure:
        said = f"something unexpected happened ({type(failure).__name__}); the log of the server says what"
        async with runtime.db.begin() as tx:
            await sign_ins.finish(tx, journey.id, {"ok": False, "message": said, "cause": "unexpected"})
        raise
    outcome["bound_by"] = "state" if state else "cookie"
    async with runtime.db.begin() as tx:
        await sign_ins.finish(tx, journey.id, outcome)
    log.info("a sign-in ended", sign_in_id=journey.id, ok=outcome["ok"], cause=outcome.get("cause"))
    if not outcome["ok"]:
        return Arrival(False, "Not connected", outcome["message"])
    note = (
        ""
        if state
        else " HighLevel did not return the state that was sent along; this browser's cookie proved it."
    )
    return Arrival(True, "Connected", outcome["message"] + note)


async def _journey(runtime: Runtime, state: str | None, cookies: Sequence[str]) -> SignIn | None:
    now, known = runtime.clock.now(), [_hash(cookie) for cookie in cookies]
    async with runtime.db.begin() as tx:
        if state:
            # A wrong state is never made good by a cookie, and one that somebody overheard is of no use elsewhere.
            return await sign_ins.use_by_state(tx, _hash(state), known, now=now)
        return await sign_ins.use_by_cookie(tx, known, now=now)


def _strange(state: str | None, cookies: Sequence[str]) -> str:
    if cookies:
        return (
            "It was used before, its fifteen minutes are over, or it was begun elsewhere. Nothing was stored. Begin "
            "again where it was begun: on the page Connections, or with 'orderbridge connect ghl --oauth'."
        )
    begins = "This" if state else "The address carries no state, and this"
    return (
        f"{begins} browser did not set out from here. Nothing was stored. Begin again on "
        "the page Connections, or with 'orderbridge connect ghl --oauth', and go on in the same browser."
    )


async def _settle(runtime: Runtime, journey: SignIn, code: str | None, error: str | None) -> JsonObject:
    if error or not code:
        # PostgreSQL keeps no NUL, and the outcome must be kept.
        said = redact_text(error or "no code came back").replace("\0", jsonio.UNREADABLE)[:_LONGEST_WORDS]
        raise ReconnectError(
            f"HighLevel did not let the app in: {said}; nothing was stored. Begin again when you want to go on",
            cause="ghl.consent_refused",
        )
    wanted = journey.wanted
    async with runtime.db.begin() as tx:
        app = await apps.by_id(tx, journey.app_id)
    calls = await runtime.sign_in.app(app.id)
    kind = COMPANY if wanted["kind"] == "agency" else LOCATION
    grant = await calls.exchange_code(code, redirect_uri=wanted["redirect_uri"], user_type=kind)
    _check_kind(grant, kind)
    if kind == COMPANY:
        return await agency_rooms.keep_agency(runtime, app, grant, wanted)
    if grant.location_id is None:
        raise ReconnectError(
            "HighLevel did not say which location was chosen; nothing was stored. Sign in again",
            cause="ghl.no_location",
        )
    location = await prove(calls.http, grant, location_id=grant.location_id)
    shown = await keep(
        runtime,
        Pair(grant=grant, location=location, app=app),
        name=wanted["name"],
        mode=wanted["mode"],
        wanted=wanted["scopes"],
    )
    done = "works again" if shown["reconnected"] else "is connected"
    advice = f" But {shown['advice']}." if shown["advice"] else ""
    return shown | {"ok": True, "message": f"{wanted['name']} {done}: {shown['found']}.{advice}"}


def _check_kind(grant: Grant, kind: str) -> None:
    if grant.user_type in (None, kind):
        return
    if grant.user_type == COMPANY:
        raise ReconnectError(
            f"an agency ({grant.company_id}) installed the app, but one location was to be connected; nothing was "
            "stored. Sign in as a user of the location, or connect the agency: on the page Connections, Agencies, "
            "or with 'orderbridge connect ghl --oauth --agency …'",
            cause="ghl.wrong_user_type",
        )
    raise ReconnectError(
        f"location {grant.location_id} installed the app, but an agency was to be connected; nothing was stored. Sign "
        "in as a user of the agency and choose the agency on HighLevel's page",
        cause="ghl.wrong_user_type",
    )


async def app_for(
    runtime: Runtime, *, client_id: str | None, name: str | None, agency: str | None
) -> App | None:
    """Find the stored app to sign in with: the named one, the one used before, or the only one."""
    async with runtime.db.begin() as tx:
        if client_id:
            return await apps.by_client_id(tx, client_id)
        known = await connections.find(tx, name) if name else None
        if known is not None and known.config.get("oauth_app"):
            return await apps.by_id(tx, known.config["oauth_app"])
        company = await agencies.find(tx, agency) if agency else None
        if company is not None:
            return await apps.by_id(tx, company.app_id)
        every = await apps.every(tx)
    return every[0] if len(every) == 1 else None


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
