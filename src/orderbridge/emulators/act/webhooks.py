"""Webhooks as self-hosted servers have them: a poll of each monitor, then a call to the subscriber.

Nothing is pushed: ``tick`` is one round of the poll that the real server makes every 900 seconds. A
failed call is tried again on the next rounds and the hook is suspended after the third failure, silently.
Source: Act! Web API notes, section 10.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import aiohttp

from orderbridge.core.jsonio import JsonObject, encode
from orderbridge.emulators.act import times
from orderbridge.emulators.act.errors import ActError
from orderbridge.emulators.act.odata import read_options
from orderbridge.emulators.act.odata_match import Names
from orderbridge.emulators.act.records import Record, Table
from orderbridge.emulators.act.routing import parse_query
from orderbridge.emulators.act.state import ActWorld
from orderbridge.emulators.act.views import rendered
from orderbridge.emulators.act.views_log import task_id

MAX_ATTEMPTS = 3
_DEADLINE = aiohttp.ClientTimeout(total=10)
_KINDS = {
    "Activities": "task",
    "Companies": "company",
    "Contacts": "contact",
    "Groups": "group",
    "History": "history",
    "Opportunities": "opportunity",
    "Products": "product",
}
_DEFAULT_PROPERTIES = {"id", "created", "edited"}


async def tick(world: ActWorld) -> JsonObject:
    """Poll every monitor once and call the subscribers; return how many calls worked and failed."""
    sent = failed = 0
    async with aiohttp.ClientSession(timeout=_DEADLINE) as session:
        for hook_id, hook in list(world.webhooks.items()):
            pending = world.webhook_pending.setdefault(hook_id, [])
            pending.extend(_news(world, hook))
            if hook["suspended"]:
                continue
            while pending:
                if not await _called(session, world, hook, pending):
                    failed += 1
                    break
                sent += 1
    return {"sent": sent, "failed": failed}


async def _called(
    session: aiohttp.ClientSession, world: ActWorld, hook: JsonObject, pending: list[JsonObject]
) -> bool:
    """Make one callback; what was delivered leaves ``pending``."""
    whole = world.faults.webhook_body != "object"
    headers = {"Content-Type": "application/json", "Authorization": world.webhook_secrets.get(hook["id"], "")}
    body = encode(_body(world, pending))
    try:
        async with session.post(hook["callbackUrl"], data=body, headers=headers) as response:
            worked = response.status < 300
    except (TimeoutError, aiohttp.ClientError):
        worked = False
    now = times.wire(world.now())
    if worked:
        del pending[: len(pending) if whole else 1]
        hook["failedAttempts"] = 0
        hook["lastNotificationSent"] = now
        return True
    hook["failedAttempts"] += 1
    if hook["failedAttempts"] >= MAX_ATTEMPTS:
        hook["suspended"] = now
    return False


def _body(world: ActWorld, pending: list[JsonObject]) -> JsonObject | list[JsonObject]:
    match world.faults.webhook_body:
        case "array":
            return pending
        case "value":
            return {"value": pending, "Count": len(pending)}
    return pending[0]


def _news(world: ActWorld, hook: JsonObject) -> list[JsonObject]:
    since, now = world.webhook_seen_at[hook["id"]], world.now()
    world.webhook_seen_at[hook["id"]] = now + timedelta(seconds=1)
    if hook["triggerEvent"] == "Alarms":
        return _alarms(world, now)
    if hook["monitor"] == "Fields":
        return _new_columns(world, since)
    table = _table(world, hook)
    if table is None or _silenced(hook):
        return []
    created = hook["triggerEvent"] == "Created"
    changed = [record for record in table.edited_since(since) if created is (record.created_at >= since)]
    return [_payload(world, record) for record in changed if _wanted(world, hook, record)]


def _table(world: ActWorld, hook: JsonObject) -> Table | None:
    if hook["monitor"] == "Custom":
        table = world.custom_tables.get((hook["monitorName"] or "").lower())
        return table.rows if table else None
    return world.table(_KINDS[hook["monitor"]])


def _payload(world: ActWorld, record: Record) -> JsonObject:
    return {
        "id": task_id(world, record) if record.kind == "task" else record.id,
        "created": times.wire(record.created_at),
        "edited": times.wire(record.edited_at),
    }


def _silenced(hook: JsonObject) -> bool:
    # A query option that repeats the default properties keeps the hook from ever calling.
    selected = parse_query(hook["queryOption"] or "").get("$select", [""])[0]
    return bool({name.strip().lower() for name in selected.split(",")} & _DEFAULT_PROPERTIES)


def _wanted(world: ActWorld, hook: JsonObject, record: Record) -> bool:
    if not hook["queryOption"]:
        return True
    row = rendered(world, record)
    names = Names({name.lower(): name for name in row}, {})
    try:
        test = read_options(parse_query(hook["queryOption"]), names, world.faults).test
    except ActError:
        return False
    return test is None or test(row)


def _alarms(world: ActWorld, now: datetime) -> list[JsonObject]:
    due: list[JsonObject] = []
    for record in world.tasks:
        values = record.values
        if not values.get("isAlarmed") or values.get("isAlarmCleared") or values.get("isCleared"):
            continue
        lead = timedelta(minutes=values.get("leadMinutes") or 0)
        if times.parsed(values["startTime"]) - lead <= now:
            values["isAlarmCleared"] = True
            due.append(
                {
                    "id": task_id(world, record),
                    "startTime": values["startTime"],
                    "leadMinutes": values.get("leadMinutes") or 0,
                }
            )
    return due


def _new_columns(world: ActWorld, since: datetime) -> list[JsonObject]:
    tables = [*world.custom_columns.values(), *(table.columns for table in world.custom_tables.values())]
    return [
        {"id": column.id, "created": column.created, "edited": column.edited}
        for columns in tables
        for column in columns.values()
        if times.parsed(column.created) >= since
    ]
