"""``orderbridge serve``: the product."""

from __future__ import annotations

import asyncio
import socket
from typing import Annotated
from urllib.parse import urlsplit

import typer

from orderbridge import __version__
from orderbridge.access import invitations
from orderbridge.accounts import public_address
from orderbridge.app import Application, open_application, restore_as_ordered
from orderbridge.cli import output
from orderbridge.cli.held_sandbox import HeldSandbox
from orderbridge.core.errors import SetupError
from orderbridge.core.log import get
from orderbridge.core.platform import call_on_stop
from orderbridge.core.serving import calm_collector, run_app
from orderbridge.engine import faults
from orderbridge.settings import Settings

log = get(__name__)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    role: Annotated[str, typer.Option(help="all, api (takes webhooks in) or worker (carries over).")] = "all",
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Run the product until it is stopped."""
    if role not in ("all", "api", "worker"):
        raise SetupError(f"--role is {role!r}; it can be all, api or worker")
    settings = output.settings(host=host, port=port)
    faults.arm_as_set(settings.fault)
    output.run(run(settings, role))


async def run(settings: Settings, role: str) -> None:
    """Serve until a stop signal comes."""
    stop = asyncio.Event()
    call_on_stop(asyncio.get_running_loop(), stop.set)
    if role != "worker":
        _check_port(settings)
    await restore_as_ordered(settings)
    async with open_application(settings, upgrade=True) as application:
        await application.keep_it.say()
        calm_collector()
        made_up = HeldSandbox(application.runtime)
        if role != "worker":
            await made_up.settle()
        tasks: list[asyncio.Task[None]] = []
        dispatcher = None
        if role != "api":
            dispatcher = application.dispatcher()
            tasks.append(asyncio.create_task(dispatcher.run(), name="worker"))
            tasks.append(asyncio.create_task(application.keep_polling(), name="poll"))
            tasks.append(asyncio.create_task(application.keep_backfilling(), name="backfill"))
            tasks.append(asyncio.create_task(application.keep_watching(), name="watch webhooks"))
            tasks.append(asyncio.create_task(application.keep_time(), name="clock"))
            tasks.append(asyncio.create_task(application.keep_alerting(), name="alerts"))
            if settings.daily_close:
                tasks.append(asyncio.create_task(application.keep_closing(), name="mornings"))
        if role != "worker":
            tasks.append(asyncio.create_task(made_up.keep(), name="sandbox"))
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            if role == "worker":
                output.messages.print("orderbridge works; stop it with Ctrl-C")
                await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            else:
                async with run_app(
                    _api(application, settings, made_up), host=settings.host, port=settings.port
                ) as url:
                    # On this machine it is reached here, whatever address it listens on.
                    made_up.own_url = f"http://{_reached(settings.host)}:{urlsplit(url).port}"
                    output.messages.print(
                        f"orderbridge serves {url}  (webhooks: {url}/hooks/ghl); stop it with Ctrl-C"
                    )
                    await _greet_first_owner(application, settings, url)
                    checking = asyncio.create_task(
                        _check_public_address(application, settings), name="address"
                    )
                    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
                    checking.cancel()
                    await asyncio.gather(checking, return_exceptions=True)
            for task in tasks:
                if task.done() and task.get_name() == "worker":
                    task.result()
        finally:
            stopping.cancel()
            if dispatcher is not None:
                dispatcher.stop()
            for task in tasks:
                if task.get_name() != "worker":
                    task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await made_up.close()


def _api(application: Application, settings: Settings, made_up: HeldSandbox) -> object:
    # Here and not above: no other command serves anything, and loading it takes its time.
    from orderbridge.api.app import create_api

    return create_api(
        application,
        max_body_bytes=settings.webhook_max_body_bytes,
        rsa_legacy=settings.webhook_rsa_legacy,
        version=__version__,
        public_url=settings.public_url,
        host=settings.host,
        made_up=made_up,
    )


async def _greet_first_owner(application: Application, settings: Settings, url: str) -> None:
    """Tell how the owner's account is made, as long as there is none."""
    link = await invitations.first_owner(application.db, application.clock)
    if link is None:
        return
    # The port may have been chosen a moment ago.
    base = settings.model_copy(update={"port": urlsplit(url).port}).base_url
    until = f"{link.expires_at.astimezone():%Y-%m-%d %H:%M}"
    output.messages.print(
        f"Open {link.at(base)} to make the owner's account; it works once, until {until}",
        markup=False,
        highlight=False,
    )


async def _check_public_address(application: Application, settings: Settings) -> None:
    """Tell once whether others reach this server; a failure of the check stops nothing."""
    try:
        verdict = await public_address.check(application.db, settings.public_url)
    except Exception:
        log.exception("the public address could not be checked")
        return
    say = log.warning if verdict.ok is False else log.info
    say("public address", state=verdict.state, message=verdict.message)


def _reached(host: str) -> str:
    # Every address of this machine includes the loopback one.
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104


def _check_port(settings: Settings) -> None:
    # Before the database starts: a taken port is the commonest mistake and should be told at once.
    if settings.port == 0:
        return
    host = _reached(settings.host)
    try:
        family, *_, address = socket.getaddrinfo(host, settings.port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SetupError(
            f"--host (ORDERBRIDGE_HOST) is {settings.host!r}, which is no address of this machine; it is like "
            "127.0.0.1, or 0.0.0.0 for every address",
            cause="setup.host",
        ) from error
    with socket.socket(family) as probe:
        if probe.connect_ex(address) == 0:
            raise SetupError(
                f"port {settings.port} on {settings.host} is taken, perhaps by another 'orderbridge serve'; stop "
                "that one, or choose another port with --port",
                cause="setup.port_taken",
            )
