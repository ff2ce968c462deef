"""Making the webhooks in an Act! database what they should be: one comparison, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.act.webhooks import Monitor, Webhook, WebhookRequest
from orderbridge.core.errors import InDoubtError, TransientError
from orderbridge.core.jsonio import JsonObject


@dataclass(slots=True)
class Round:
    """What one comparison of what is wanted with what is there has changed."""

    registered: list[Monitor] = field(default_factory=list)
    resumed: list[Monitor] = field(default_factory=list)
    removed: int = 0


async def make_true(
    client: ActClient, connection_id: str, config: JsonObject, token: str, *, renew: bool = False
) -> Round:
    """Register what is missing, resume what is suspended, remove what is surplus; then look again.

    Args:
        client: Of the database.
        connection_id: Whose webhooks these are.
        config: What is wanted, as ``register`` keeps it.
        token: That Act! is to send back.
        renew: Replace those that are there, since their token is not known any more.

    Raises:
        RejectedError: Act! refuses.
        TransientError: Something is still missing afterwards.
    """
    done = Round()
    there = ours_of(await client.webhooks(), connection_id)
    kept: set[str] = set()
    for monitor in monitors_of(config):
        request = _request(connection_id, config, monitor, token)
        good = [] if renew else [hook for hook in there if _is(hook, request)]
        # Of twins the one that still calls.
        good.sort(key=lambda hook: hook.suspended_at is not None)
        if not good:
            kept.add((await _registered(client, request)).id)
            done.registered.append(monitor)
            continue
        kept.add(good[0].id)
        if good[0].suspended_at is not None:
            await client.continue_webhook(good[0].id)
            done.resumed.append(monitor)
    # Only now: what a new one replaces has called until here, and a change told twice is one change.
    for hook in there:
        if hook.id not in kept:
            await client.delete_webhook(hook.id)
            done.removed += 1
    if done.registered or done.resumed or done.removed:
        await _check(client, connection_id, config)
    return done


async def _check(client: ActClient, connection_id: str, config: JsonObject) -> None:
    after = ours_of(await client.webhooks(), connection_id)
    working = {hook.callback_id for hook in after if hook.suspended_at is None}
    absent = [item for item in monitors_of(config) if callback_id(connection_id, item) not in working]
    if absent:
        raise TransientError(
            f"Act! accepted the webhooks, but {len(absent)} are not there or not resumed "
            f"({', '.join(map(str, absent[:3]))}); it is tried again by itself",
            cause="act.webhooks_absent",
        )


async def _registered(client: ActClient, request: WebhookRequest) -> Webhook:
    try:
        return await client.register_webhook(request)
    except InDoubtError:
        # Twice would make two.
        found = next((hook for hook in await client.webhooks() if _is(hook, request)), None)
        if found is None:
            raise
        return found


def ours_of(every: Iterable[Webhook], connection_id: str) -> list[Webhook]:
    """Return those that this connection registered."""
    return [hook for hook in every if (hook.callback_id or "").startswith(f"orderbridge/{connection_id}/")]


def callback_id(connection_id: str, monitor: Monitor) -> str:
    """Return the mark of one of our webhooks."""
    return f"orderbridge/{connection_id}/{monitor.slug}"


def monitors_of(config: JsonObject | None) -> list[Monitor]:
    """Return what ``register`` was asked to watch; nothing where there are no webhooks."""
    return [Monitor(area, trigger, table) for area, trigger, table in (config or {}).get("monitors", ())]


def _request(connection_id: str, config: JsonObject, monitor: Monitor, token: str) -> WebhookRequest:
    return WebhookRequest(
        monitor=monitor,
        callback_url=f"{config['url']}/{quote(monitor.slug, safe='')}",
        callback_id=callback_id(connection_id, monitor),
        token=token,
    )


def _is(hook: Webhook, request: WebhookRequest) -> bool:
    return (hook.callback_id, hook.callback_url) == (request.callback_id, request.callback_url)
