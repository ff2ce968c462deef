"""``/api/connections``: the accounts; the same as ``orderbridge connect`` and ``orderbridge connections``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orderbridge.accounts import act_webhooks, health, marketplace_app, options, pausing, public_address
from orderbridge.accounts.connecting import replace_secret
from orderbridge.accounts.diagnosis import diagnose
from orderbridge.accounts.discovery import discover
from orderbridge.accounts.entering import (
    ActEntered,
    HighLevelEntered,
    connect_database,
    connect_location,
    notes_on,
)
from orderbridge.accounts.health import ConnectionHealth
from orderbridge.accounts.held_up import waiting_at
from orderbridge.accounts.marketplace_app import AppEntered
from orderbridge.accounts.oauth import redirect_uri
from orderbridge.accounts.permissions import needed
from orderbridge.accounts.scopes import scopes_in_use
from orderbridge.api import bodies, problems
from orderbridge.api.connection_models import (
    ActGiven,
    ActSetup,
    Changed,
    ConnectionListed,
    ConnectionOne,
    DatabaseConnected,
    DiagnosisShown,
    HighLevelGiven,
    LocationConnected,
    OptionsGiven,
    OptionsKept,
    Replaced,
    SecretGiven,
    SignInBegun,
    SignInGiven,
    SignInSetup,
    WebhooksGiven,
    WebhooksShown,
)
from orderbridge.api.entry import Entry
from orderbridge.api.exact import ExactRoute
from orderbridge.connectors.act.address import BASE, REGIONS, read_address
from orderbridge.connectors.act.webhooks import Webhook
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections, flows

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (401, 403, 404, 409, 422, 429, 503), problems.RESPONSE
)
_SANDBOX = "sandbox"


def router(runtime: Runtime, entry: Entry, *, public_url: str | None) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        entry: Decides who gets in.
        public_url: Where others reach this server; None where nobody set it.
    """
    routes = APIRouter(
        prefix="/api/connections",
        dependencies=[Depends(entry.guard)],
        tags=["connections"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )
    _add_connecting(routes, runtime)
    _add_sign_in(routes, runtime, public_url)
    _add_looking(routes, runtime)
    _add_changing(routes, runtime)
    _add_webhooks(routes, runtime, entry)
    return routes


def _add_connecting(routes: APIRouter, runtime: Runtime) -> None:
    @routes.post(
        "/ghl",
        summary="Connect a HighLevel location by its private integration token",
        description="It is tried first, and stored only if it lets us in.",
        status_code=201,
        responses={201: {"model": LocationConnected}},
    )
    async def ghl(given: HighLevelGiven) -> Response:
        entered = HighLevelEntered(**given.model_dump(exclude={"token"}))
        shown = await connect_location(runtime, entered, token=given.token.get_secret_value().strip())
        return bodies.answer({"name": shown["name"], "found": shown["found"]}, status=201)

    @routes.post(
        "/act",
        summary="Connect an Act! database",
        description="It is tried first, and stored only if it lets us in.",
        status_code=201,
        responses={201: {"model": DatabaseConnected}},
    )
    async def act(given: ActGiven) -> Response:
        entered = ActEntered(**given.model_dump(exclude={"password"}))
        shown = await connect_database(runtime, entered, password=given.password.get_secret_value())
        notes = notes_on(read_address(given.url))
        return bodies.answer({"name": shown["name"], "found": shown["found"], "notes": notes}, status=201)

    @routes.get(
        "/act/setup",
        summary="What to know before connecting an Act! database: addresses and permissions",
        responses={200: {"model": ActSetup}},
    )
    async def before_act() -> Response:
        regions = [
            {"host": host, "name": name, "url": f"https://{host}{BASE}"} for host, name in REGIONS.items()
        ]
        return bodies.answer({"regions": regions, "permissions": needed()})


def _add_sign_in(routes: APIRouter, runtime: Runtime, public_url: str | None) -> None:
    @routes.get(
        "/oauth/setup",
        summary="What to enter in HighLevel: redirect address and scopes",
        description="The scopes are those of the enabled flows and of looking after an account; a private "
        "integration needs the same, an agency two more.",
        responses={200: {"model": SignInSetup}},
    )
    async def setup(mode: str = "live", agency: bool = False) -> Response:
        async with runtime.db.read() as tx:
            scopes = scopes_in_use(await flows.every(tx), agency=agency)
        why = public_address.problem_for_oauth(public_url, sandbox=mode == _SANDBOX)
        advice = (
            "set ORDERBRIDGE_PUBLIC_URL to an https address that leads to this server (docs/howto/public-address.md), "
            f"or connect by a private integration token. That costs: {public_address.WITHOUT}"
        )
        return bodies.answer(
            {
                "redirect_uri": redirect_uri(public_url) if public_url and why is None else None,
                "why": why,
                "advice": advice if why else None,
                "scopes": scopes,
            }
        )

    @routes.post(
        "/oauth",
        summary="Begin a sign-in at HighLevel in a browser",
        description="Open 'start_url' within fifteen minutes; it works for one browser, once. The connection is there "
        "when that browser came back.",
        responses={200: {"model": SignInBegun}},
    )
    async def begin(given: SignInGiven) -> Response:
        return await begin_sign_in(runtime, given, public_url=public_url)


async def begin_sign_in(
    runtime: Runtime,
    given: SignInGiven,
    *,
    public_url: str | None,
    agency: bool = False,
    connect_future: bool | None = None,
) -> Response:
    """Begin a sign-in that waits for its browser; nothing on the way may keep its address.

    Args:
        runtime: The opened accounts.
        given: What somebody entered.
        public_url: Where others reach this server; None where nobody set it.
        agency: Whether an agency signs in, and not a location.
        connect_future: Of an agency: whether later locations are connected by themselves; None leaves it as it is.
    """
    begun = await marketplace_app.begin(
        runtime,
        AppEntered(**given.model_dump(include={"client_id", "authorize_url", "base_url", "webhook_key_pem"})),
        name=given.name,
        mode=given.mode,
        public_url=public_url,
        client_secret=given.client_secret.get_secret_value().strip() if given.client_secret else None,
        agency=agency,
        connect_future=connect_future,
    )
    answer = bodies.answer(
        {
            "start_url": begun.open_url,
            "redirect_uri": begun.redirect_uri,
            "scopes": begun.scopes,
            "expires_at": begun.expires_at,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _add_looking(routes: APIRouter, runtime: Runtime) -> None:
    @routes.get(
        "",
        summary="List the connections and their health",
        responses={200: {"model": list[ConnectionListed]}},
    )
    async def every() -> Response:
        async with runtime.db.read() as tx:
            waiting = await waiting_at(tx)
            found = await health.every(tx, now=runtime.clock.now())
        return bodies.answer([_listed(item, waiting) for item in found])

    @routes.get(
        "/{name}", summary="One connection, with how it is used", responses={200: {"model": ConnectionOne}}
    )
    async def one(name: str) -> Response:
        async with runtime.db.read() as tx:
            waiting = await waiting_at(tx)
            item = await health.of(tx, name, now=runtime.clock.now())
        return bodies.answer(_listed(item, waiting) | {"options": options.options_of(item.connection)})

    @routes.post(
        "/{name}/test",
        summary="Try an account, check by check; changes nothing",
        responses={200: {"model": DiagnosisShown}},
    )
    async def test(name: str) -> Response:
        async with runtime.db.begin() as tx:
            item = await connections.named(tx, name)
        return bodies.answer((await diagnose(runtime, item)).to_json())

    @routes.get(
        "/{name}/discover",
        summary="Look around in an Act! database",
        description="Its version, permissions, fields, tables, sales processes and users. On Act! Cloud, whose "
        "allowance of calls is small, this can take a minute.",
        responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
    )
    async def look_around(name: str) -> Response:
        async with runtime.db.begin() as tx:
            item = await connections.by_name(tx, name, system="act")
        return bodies.answer(await discover(runtime, item))


def _add_changing(routes: APIRouter, runtime: Runtime) -> None:
    @routes.post(
        "/{name}/pause",
        summary="Make no call to an account until it is resumed",
        description="What comes in is still taken, and waits.",
        responses={200: {"model": Changed}},
    )
    async def pause(name: str) -> Response:
        async with runtime.db.begin() as tx:
            changed = await pausing.pause(tx, name)
        return bodies.answer({"changed": changed})

    @routes.post(
        "/{name}/resume",
        summary="Let a paused account be used again; what waited goes on",
        responses={200: {"model": Changed}},
    )
    async def resume(name: str) -> Response:
        async with runtime.db.begin() as tx:
            changed = await pausing.resume(tx, name)
        return bodies.answer({"changed": changed})

    @routes.post(
        "/{name}/secret",
        summary="Give a connection a new token or password; what waited goes on",
        description="It is tried first; one that is not accepted changes nothing.",
        responses={200: {"model": Replaced}},
    )
    async def secret(name: str, given: SecretGiven) -> Response:
        entered = given.secret.get_secret_value().strip()
        if not entered:
            raise SetupError("the token or password must not be empty", cause="setup.option")
        return bodies.answer({"name": name, "found": await replace_secret(runtime, name, entered)})

    @routes.patch(
        "/{name}", summary="Change how a connection is used", responses={200: {"model": OptionsKept}}
    )
    async def change(name: str, given: OptionsGiven) -> Response:
        asked = given.model_dump(exclude={"time_zone"}, exclude_none=True)
        changed = await options.change(runtime, name, asked, zone=given.time_zone)
        return bodies.answer({"changed": changed})


def _add_webhooks(routes: APIRouter, runtime: Runtime, entry: Entry) -> None:
    @routes.get(
        "/{name}/webhooks",
        summary="Our webhooks in a self-hosted Act!",
        responses={200: {"model": WebhooksShown}},
    )
    async def listed(name: str) -> Response:
        return bodies.answer(await shown(name))

    @routes.post(
        "/{name}/webhooks",
        summary="Register webhooks in a self-hosted Act!; what is there stays",
        responses={200: {"model": WebhooksShown}},
    )
    async def register(name: str, given: WebhooksGiven, request: Request) -> Response:
        done = await act_webhooks.register(
            runtime,
            await _database(runtime, name),
            base_url=entry.origins.base_url(request),
            areas=given.monitors,
            triggers=given.triggers,
        )
        counts = {
            "registered": len(done.registered),
            "resumed": len(done.resumed),
            "removed": done.removed,
        }
        return bodies.answer(await shown(name) | counts)

    @routes.delete(
        "/{name}/webhooks",
        summary="Remove our webhooks; other people's stay",
        responses={200: {"model": WebhooksShown}},
    )
    async def remove(name: str) -> Response:
        removed = await act_webhooks.remove(runtime, await _database(runtime, name))
        return bodies.answer(await shown(name) | {"removed": removed})

    async def shown(name: str) -> JsonObject:
        found = await act_webhooks.listed(runtime, await _database(runtime, name))
        nothing = {"registered": 0, "resumed": 0, "removed": 0}
        return {"ours": [_webhook(hook) for hook in found.ours], "others": found.others} | nothing


async def _database(runtime: Runtime, name: str) -> connections.Connection:
    async with runtime.db.begin() as tx:
        return await connections.by_name(tx, name, system="act")


def _listed(item: ConnectionHealth, waiting: dict[str, int]) -> JsonObject:
    return item.as_object() | {"waiting": waiting.get(item.connection.id, 0)}


def _webhook(hook: Webhook) -> JsonObject:
    return {
        "id": hook.id,
        "monitor": hook.area,
        "table": hook.table,
        "trigger": hook.trigger,
        "state": "suspended" if hook.suspended_at else "active",
        "failed_attempts": hook.failed_attempts,
        "last_call_at": hook.last_sent_at,
        "url": hook.callback_url,
    }
