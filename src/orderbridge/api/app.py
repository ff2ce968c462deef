"""HTTP in: webhooks, health, metrics, status, operations."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from orderbridge.api import (
    about,
    access,
    account_fields,
    agencies,
    alerts,
    backfills,
    backups,
    bodies,
    channels,
    closes,
    completeness,
    conflicts,
    connections,
    dead_letters,
    deliveries,
    expressions,
    flow_starts,
    flows,
    going_live,
    home,
    operations,
    orders,
    pages,
    pausing,
    polling,
    problems,
    reconciling,
    run_calls,
    runs,
    samples,
    sandbox,
    stream,
    templates,
    tokens,
    trends,
    trying,
    users,
)
from orderbridge.api.accounts import Accounts
from orderbridge.api.act_hooks import ActHook
from orderbridge.api.entry import Entry
from orderbridge.api.hooks import GhlHook
from orderbridge.api.inbound import InboundHook
from orderbridge.api.metrics import StateCollector
from orderbridge.api.names import OwnNames
from orderbridge.api.sandbox import NoSandbox, Sandbox
from orderbridge.api.sign_in import sign_in_routes
from orderbridge.api.status import snapshot
from orderbridge.automation.going_live import Checker
from orderbridge.core.clock import Clock
from orderbridge.core.log import get
from orderbridge.engine.inbox import Inbox
from orderbridge.engine.runtime import Runtime
from orderbridge.store import schema
from orderbridge.store.backup_folder import BackupFolder
from orderbridge.store.database import Database

log = get(__name__)


class Served(Protocol):
    """What the API needs of the application."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def inbox(self) -> Inbox:
        """The one door in."""
        ...

    @property
    def runtime(self) -> Runtime:
        """The opened accounts."""
        ...

    @property
    def checkers(self) -> Sequence[Checker]:
        """What has to be so before a flow goes live."""
        ...

    @property
    def backups(self) -> BackupFolder:
        """The backups that are kept here."""
        ...

    @property
    def master_key_place(self) -> str:
        """Where the key of the stored secrets is, for people."""
        ...


def create_api(
    served: Served,
    *,
    max_body_bytes: int,
    rsa_legacy: bool,
    version: str,
    public_url: str | None = None,
    host: str = "127.0.0.1",
    made_up: Sandbox | None = None,
) -> FastAPI:
    """Make the HTTP application.

    Args:
        served: The opened application.
        max_body_bytes: The largest webhook that is read.
        rsa_legacy: Whether HighLevel's older signature is taken.
        version: Of the product, shown in the API's description.
        public_url: Where others reach this server.
        host: The address that it listens on.
        made_up: Accounts to try everything with; without them the API says that there are none.
    """
    api = FastAPI(
        title="orderbridge",
        version=version,
        description="Keeps HighLevel and Act! in agreement.",
        # The usual page loads its scripts from somebody else's server; ours needs none.
        docs_url=None,
        redoc_url=None,
    )
    accounts = Accounts(served.db, served.clock, rsa_legacy=rsa_legacy)
    hook = GhlHook(inbox=served.inbox, db=served.db, accounts=accounts, max_body_bytes=max_body_bytes)
    act_hook = ActHook(inbox=served.inbox, db=served.db, clock=served.clock, max_body_bytes=max_body_bytes)
    inbound = InboundHook(inbox=served.inbox, db=served.db, clock=served.clock)
    collector = StateCollector()
    named = [Depends(OwnNames(host, public_url))]
    entry = Entry(served.db, served.clock, public_url=public_url)
    guard = entry.guard

    async def ghl_hook(request: Request) -> Response:
        return await hook(request)

    async def act_hook_called(request: Request) -> Response:
        return await act_hook(request)

    async def inbound_hook(request: Request) -> Response:
        return await inbound(request)

    async def echo(request: Request) -> Response:
        if await bodies.whole(request, most=max_body_bytes) is None:
            return Response(b"{}", status_code=413, media_type="application/json")
        return Response(b"{}", media_type="application/json")

    # Straight to the handlers: these are the paths that have to be fast. The echo does nothing with what
    # it reads; benchmarks/ingest.py measures the intake against it.
    api.router.add_route("/hooks/ghl", ghl_hook, methods=["POST"], include_in_schema=False)
    api.router.add_route(
        "/hooks/act/{connection}/{monitor}", act_hook_called, methods=["POST"], include_in_schema=False
    )
    api.router.add_route("/hooks/in/{path}", inbound_hook, methods=["POST"], include_in_schema=False)
    api.router.add_route("/hooks/echo", echo, methods=["POST"], include_in_schema=False)

    @api.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def reference() -> str:
        return files("orderbridge.api").joinpath("reference.html").read_text(encoding="utf-8")

    @api.get("/healthz", summary="Does this process live?")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": version}

    @api.get("/readyz", summary="Can it do its work?")
    async def readyz() -> Response:
        try:
            present = await served.db.pool.fetchval("SELECT version_num FROM alembic_version", timeout=5)
        except Exception as error:
            log.warning("not ready", reason=type(error).__name__)
            return bodies.answer({"status": "the database does not answer"}, status=503)
        if present != schema.newest():
            outdated = "the database schema is not this version's; run 'orderbridge db upgrade'"
            return bodies.answer({"status": outdated}, status=503)
        return bodies.answer({"status": "ready"})

    @api.get("/metrics", include_in_schema=False, dependencies=named)
    async def metrics() -> Response:
        collector.update(await snapshot(served.db, now=served.clock.now()))
        return Response(generate_latest(collector.registry), media_type=CONTENT_TYPE_LATEST)

    @api.get("/api/status", summary="Counts, connection health, what waits for a person", dependencies=named)
    async def status() -> Response:
        return bodies.answer(await snapshot(served.db, now=served.clock.now()))

    api.include_router(sign_in_routes(served.runtime, public_url=public_url, named=named))
    # What shows or does more than this page needs a sign-in or a token.
    api.include_router(operations.router(served.runtime, guard, max_body_bytes=max_body_bytes))
    api.include_router(account_fields.router(served.runtime, guard))
    api.include_router(trying.router(served.runtime, guard, max_body_bytes=max_body_bytes))
    api.include_router(alerts.router(served.runtime, guard))
    api.include_router(completeness.router(served.runtime, guard))
    api.include_router(going_live.router(served.runtime, guard, served.checkers))
    api.include_router(pausing.router(served.db, served.clock, guard))
    api.include_router(polling.router(served.runtime, guard))
    api.include_router(expressions.router(served.runtime, guard))
    api.include_router(samples.router(served.runtime, guard))
    api.include_router(flows.router(served.runtime, guard, public_url=public_url))
    api.include_router(flow_starts.router(served.runtime, entry, max_body_bytes=max_body_bytes))
    api.include_router(templates.router(served.runtime, guard))
    api.include_router(sandbox.router(made_up or NoSandbox(), guard))
    api.include_router(runs.router(served.runtime, guard, max_body_bytes=max_body_bytes))
    api.include_router(dead_letters.router(served.runtime, guard, max_body_bytes=max_body_bytes))
    api.include_router(backfills.router(served.runtime, guard))
    api.include_router(closes.router(served.runtime, guard))
    api.include_router(reconciling.router(served.runtime, guard))
    api.include_router(conflicts.router(served.runtime, guard))
    api.include_router(access.router(entry, named=named))
    api.include_router(users.router(entry))
    api.include_router(tokens.router(served.db, guard))
    api.include_router(channels.router(served.runtime, guard))
    api.include_router(backups.router(served.runtime, served.backups, guard))
    api.include_router(
        about.router(
            served.db,
            guard,
            version=version,
            database=served.backups.database,
            master_key=served.master_key_place,
            public_url=public_url,
        )
    )
    api.include_router(connections.router(served.runtime, entry, public_url=public_url))
    api.include_router(agencies.router(served.runtime, guard, public_url=public_url))
    api.include_router(home.router(served.runtime, guard))
    api.include_router(trends.router(served.runtime, guard))
    api.include_router(orders.router(served.runtime, guard))
    api.include_router(deliveries.router(served.runtime, guard))
    api.include_router(run_calls.router(served.runtime, guard))
    api.include_router(stream.router(served.runtime, guard))
    problems.register(api)
    pages.register(api)
    return api
