"""``orderbridge connections webhooks``: Act!'s webhooks, for servers of one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.accounts import act_webhooks
from orderbridge.app import open_application
from orderbridge.cli import output
from orderbridge.connectors.act.webhooks import Webhook
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import connections


def add_to(connections_app: typer.Typer) -> None:
    """Add the command to its group."""
    connections_app.command("webhooks")(webhooks)


def webhooks(
    name: Annotated[str, typer.Argument(help="Name of an Act! connection.")],
    register: Annotated[
        bool, typer.Option("--register", help="Register what is missing; what is there stays.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show what is registered; the default.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove ours; other people's stay as they are.")
    ] = False,
    monitor: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these: Contacts, Companies, Opportunities, History, Activities, Products, Custom."
        ),
    ] = None,
    trigger: Annotated[list[str] | None, typer.Option(help="Only Created or only Updated.")] = None,
    json: output.AsJson = False,
) -> None:
    """Register, list or remove webhooks in a self-hosted Act!; 'orderbridge serve' watches and resumes them."""
    if register + list_ + remove > 1:
        raise SetupError("--register, --list and --remove exclude each other")
    output.run(_webhooks(name, register, remove, monitor or [], trigger or [], json))


async def _webhooks(
    name: str, register: bool, remove: bool, areas: list[str], triggers: list[str], as_json: bool
) -> None:
    settings = output.settings()
    async with open_application(settings) as application:
        async with application.db.begin() as tx:
            item = await connections.by_name(tx, name, system="act")
        said = ""
        if register:
            done = await act_webhooks.register(
                application.runtime, item, base_url=settings.base_url, areas=areas, triggers=triggers
            )
            said = f"{name}: {len(done.registered)} registered, {len(done.resumed)} resumed, {done.removed} removed"
        elif remove:
            said = f"{name}: {await act_webhooks.remove(application.runtime, item)} removed"
        listed = await act_webhooks.listed(application.runtime, item)
    if as_json:
        output.as_json({"ours": [_shown(hook) for hook in listed.ours], "others": listed.others})
        return
    if said:
        output.people.print(said, markup=False)
    _print(listed)


def _print(listed: act_webhooks.Listed) -> None:
    output.table(
        ["Monitor", "Trigger", "State", "Last call", "Address"],
        [
            [hook.table or hook.area, hook.trigger, _state(hook), _when(hook), hook.callback_url]
            for hook in listed.ours
        ],
        empty="None of ours is registered; polling finds what changed.",
    )
    if listed.others:
        output.people.print(f"{listed.others} of other people are there too and are left alone.")


def _shown(hook: Webhook) -> JsonObject:
    return {
        "id": hook.id,
        "monitor": hook.area,
        "table": hook.table,
        "trigger": hook.trigger,
        "state": "suspended" if hook.suspended_at else "active",
        "failed_attempts": hook.failed_attempts,
        "last_call_at": hook.last_sent_at.isoformat() if hook.last_sent_at else None,
        "url": hook.callback_url,
    }


def _state(hook: Webhook) -> str:
    if hook.suspended_at:
        return f"suspended {hook.suspended_at:%Y-%m-%d %H:%M}; 'orderbridge serve' resumes it"
    return f"{hook.failed_attempts} failed calls" if hook.failed_attempts else "active"


def _when(hook: Webhook) -> str:
    return f"{hook.last_sent_at:%Y-%m-%d %H:%M}" if hook.last_sent_at else "none yet"
