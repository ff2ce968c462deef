"""``orderbridge connect ghl --oauth`` and ``--agency``: in a browser, and through an agency."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

from rich.progress import Progress

from orderbridge.accounts import agencies, oauth, public_address
from orderbridge.accounts.marketplace_app import AppEntered, keep_app, mode_of, settings_of, way_back
from orderbridge.accounts.oauth import Begun
from orderbridge.app import Application, open_application
from orderbridge.cli import output
from orderbridge.cli.secrets import entered
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import agencies as stored_agencies
from orderbridge.store import sign_ins
from orderbridge.store.agencies import Agency
from orderbridge.store.apps import App
from orderbridge.store.sign_ins import SignIn

_LOOK_S = 0.5
# A stand-in on this machine leads a browser of this machine back.
_ENOUGH_FOR_A_STAND_IN = ("localhost", "http")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAsked:
    """What the command line said about a sign-in."""

    name: str | None
    agency: str | None
    client_id: str | None
    secret_from_stdin: bool
    authorize_url: str | None
    base_url: str | None
    webhook_key_pem: str | None
    connect_future: bool | None
    mode: str | None
    wait: bool
    timeout_s: int


async def sign_in(asked: SignInAsked, *, as_json: bool) -> None:
    """Begin a sign-in, show where to go, and wait for the browser."""
    if (asked.name is None) == (asked.agency is None):
        raise SetupError("with --oauth, give --name for one location, or --agency for an agency")
    async with open_application(output.settings()) as application:
        runtime = application.runtime
        mode = await mode_of(runtime, name=asked.name, agency=asked.agency, asked=asked.mode)
        public_url = way_back(application.settings.public_url, mode=mode)
        app = await _app(application, asked, mode)
        begun = await oauth.begin(
            runtime,
            app,
            public_url=public_url,
            name=asked.agency or asked.name or "",
            mode=mode,
            agency=asked.agency is not None,
            connect_future=asked.connect_future,
        )
        verdict = await public_address.check(application.db, public_url)
        doubtful = verdict.ok is False and not (mode == "sandbox" and verdict.state in _ENOUGH_FOR_A_STAND_IN)
        _show(begun, verdict if doubtful else None, as_json=as_json and not asked.wait)
        if not asked.wait:
            return
        journey = await _wait(application, begun, asked.timeout_s)
    _tell(journey, as_json=as_json)


async def _app(application: Application, asked: SignInAsked, mode: str) -> App:
    runtime, given = application.runtime, _entered(asked)
    app = await oauth.app_for(runtime, client_id=asked.client_id, name=asked.name, agency=asked.agency)
    if app is None and asked.client_id is None:
        raise SetupError(
            "give the marketplace app's --client-id; its secret is asked for, or read from standard input"
        )
    # Before anybody is asked for a secret that would be of no use.
    settings_of(given, app, mode=mode)
    secret = None
    if app is None or asked.secret_from_stdin:
        secret = entered(asked.secret_from_stdin, "app's client secret", "--client-secret-stdin")
    return await keep_app(runtime, given, app, mode=mode, client_secret=secret)


def _entered(asked: SignInAsked) -> AppEntered:
    return AppEntered(
        client_id=asked.client_id,
        authorize_url=asked.authorize_url,
        base_url=asked.base_url,
        webhook_key_pem=asked.webhook_key_pem,
    )


def _show(begun: Begun, doubt: public_address.Verdict | None, *, as_json: bool) -> None:
    if as_json:
        output.as_json(
            {
                "sign_in": begun.id,
                "open": begun.open_url,
                "redirect_uri": begun.redirect_uri,
                "scopes": begun.scopes,
                "expires_at": begun.expires_at.isoformat(),
                "public_address": doubt.message if doubt else None,
            }
        )
        return
    lines = [
        "In the marketplace app, these must stand (copy them):",
        f"  redirect address: {begun.redirect_uri}",
        f"  scopes:           {' '.join(begun.scopes)}",
        "Then open this address in your browser; it works once, for fifteen minutes:",
        f"  {begun.open_url}",
    ]
    if doubt:
        lines.append(f"Mind: {doubt.message}")
    for line in lines:
        output.messages.print(line, markup=False, highlight=False)


async def _wait(application: Application, begun: Begun, timeout_s: int) -> SignIn:
    deadline_s = application.clock.monotonic_s() + timeout_s
    with output.messages.status("Waiting for the browser to come back; Ctrl-C stops waiting"):
        while application.clock.monotonic_s() < deadline_s:
            async with application.db.read() as tx:
                journey = await sign_ins.by_id(tx, begun.id)
            if journey is not None and journey.outcome is not None:
                return journey
            await asyncio.sleep(_LOOK_S)
    raise SetupError(
        f"nobody came back within {timeout_s} s; nothing was stored. Is 'orderbridge serve' running, and does "
        "ORDERBRIDGE_PUBLIC_URL lead to it? 'orderbridge connections test' tells",
        cause="oauth.nobody_came",
    )


def _tell(journey: SignIn, *, as_json: bool) -> None:
    outcome: dict[str, Any] = journey.outcome or {}
    if as_json:
        output.as_json(outcome)
    elif outcome["ok"]:
        output.people.print(outcome["message"], markup=False)
        if outcome.get("bound_by") == "cookie":
            output.messages.print(
                "HighLevel did not return the state that was sent along; the browser's cookie proved it.",
                markup=False,
            )
    else:
        raise SetupError(outcome["message"], cause=str(outcome.get("cause")))
    if not outcome["ok"]:
        sys.exit(1)


async def through_agency(
    name: str,
    *,
    location: str | None,
    name_of_location: str | None,
    every: bool,
    connect_future: bool | None,
    as_json: bool,
) -> None:
    """Connect locations of an agency, or set whether later ones are connected by themselves."""
    if location is None and not every and connect_future is None:
        raise SetupError(
            "with --agency, give --location and --name for one location, --all for all of them, or "
            "--connect-future; 'orderbridge connections locations' lists them"
        )
    if location is not None and name_of_location is None:
        raise SetupError("give the connection a --name")
    async with open_application(output.settings()) as application:
        agency = await agencies.named(application.runtime, name)
        if connect_future is not None:
            async with application.db.begin() as tx:
                await stored_agencies.set_config(tx, agency.id, {"connect_future": connect_future})
        results: list[JsonObject] = []
        if every:
            results = await _connect_all(application, agency)
        elif location is not None:
            shown = await agencies.connect_location(
                application.runtime, agency, location, name=name_of_location or ""
            )
            results = [shown | {"ok": True, "message": shown["advice"] or shown["found"]}]
    _tell_locations(agency, results, connect_future=connect_future, as_json=as_json)


async def _connect_all(application: Application, agency: Agency) -> list[JsonObject]:
    with Progress(console=output.messages, transient=True, disable=not output.messages.is_terminal) as bar:
        task = bar.add_task("Connecting locations", total=None)
        return await agencies.connect_all(
            application.runtime,
            agency,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _outcome(row: JsonObject) -> str:
    if row["ok"]:
        return f"connected, but {row['advice']}" if row.get("advice") else "connected"
    return f"not connected: {row['message']}"


def _tell_locations(
    agency: Agency, results: list[JsonObject], *, connect_future: bool | None, as_json: bool
) -> None:
    if as_json:
        output.as_json({"agency": agency.name, "connected": results})
    else:
        if connect_future is not None:
            said = "are connected by themselves" if connect_future else "are only listed"
            output.people.print(f"{agency.name}: locations that install the app later {said}.", markup=False)
        if not results and connect_future is None:
            output.people.print("Every location that has the app is connected.")
        if results:
            output.table(
                ["Location", "Name", "Outcome"],
                [[row["location"], row["name"], _outcome(row)] for row in results],
                empty="",
            )
            done = sum(row["ok"] for row in results)
            output.people.print(f"{done} of {len(results)} connected.", highlight=False)
    if not all(row["ok"] for row in results):
        sys.exit(1)
