"""Registering webhooks; on Premium Cloud these routes do not exist."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import times
from orderbridge.emulators.act.answers import Answer, created, no_content, ok
from orderbridge.emulators.act.binding import fit
from orderbridge.emulators.act.errors import invalid, not_found, simple
from orderbridge.emulators.act.routing import Call, Handler, Router
from orderbridge.emulators.act.shapes import TEXT

MONITORS = (
    "Activities", "Companies", "Contacts", "Fields", "Groups", "History", "Opportunities", "Products", "Custom",
)  # fmt: skip
TRIGGERS = ("Alarms", "Created", "Updated")  # there is no trigger for deletions
_REQUEST = (
    "monitor", "triggerEvent", "monitorName", "queryOption", "callbackUrl", "callbackId", "callbackToken",
    "certHashString", "description",
)  # fmt: skip


def _self_hosted(handler: Handler) -> Handler:
    def guarded(call: Call) -> Answer:
        if not call.world.faults.webhooks:
            raise simple(
                404, f"No HTTP resource was found that matches the request URI '{call.request.path}'."
            )
        return handler(call)

    return guarded


def _hook(call: Call) -> JsonObject:
    hook = call.world.webhooks.get(call.params["id"].lower())
    if hook is None:
        raise not_found("Webhook", call.params["id"])
    return hook


def _request(call: Call) -> JsonObject:
    body = {key.lower(): value for key, value in call.object("WebhookRequest").items()}
    given = {
        name: fit(TEXT, body[name.lower()], name, call.world.faults)
        for name in _REQUEST
        if name.lower() in body
    }
    if given.get("monitor", MONITORS[0]) not in MONITORS:
        raise invalid(f"The monitor '{given['monitor']}' is not valid.")
    if given.get("triggerEvent", TRIGGERS[0]) not in TRIGGERS:
        raise invalid(f"The trigger '{given['triggerEvent']}' is not valid.")
    return given


def _post(call: Call) -> Answer:
    world, given = call.world, _request(call)
    for name in ("monitor", "triggerEvent", "callbackUrl"):
        if not given.get(name):
            raise invalid(f"The {name} field is required.")
    now, hook_id = times.wire(world.now()), world.new_id()
    hook: JsonObject = {
        "id": hook_id,
        "name": f"{given['monitor']}.{given['triggerEvent']}",
        "monitor": given["monitor"],
        "triggerEvent": given["triggerEvent"],
        "monitorName": given.get("monitorName"),
        "queryOption": given.get("queryOption"),
        "userId": call.user.id,
        "username": call.user.username,
        "database": world.database,
        "server": "twin",
        "authority": "twin",
        "resourceUrl": f"/api/{given['monitor'].lower()}",
        "callbackUrl": given["callbackUrl"],
        "callbackId": given.get("callbackId"),
        "created": now,
        "edited": now,
        "suspended": None,
        "failedAttempts": 0,
        "failedRestarts": 0,
        "lastNotificationSent": None,
        "description": given.get("description"),
    }
    world.webhooks[hook_id] = hook
    world.webhook_secrets[hook_id] = given.get("callbackToken") or ""
    world.webhook_seen_at[hook_id] = world.now()
    return created(hook)


def _change(call: Call) -> Answer:
    hook, given = _hook(call), _request(call)
    token = given.pop("callbackToken", None)
    if token is not None:
        call.world.webhook_secrets[hook["id"]] = token
    hook.update({name: value for name, value in given.items() if name in hook})
    hook["edited"] = times.wire(call.world.now())
    return ok(hook)


def _delete(call: Call) -> Answer:
    hook_id = _hook(call)["id"]
    call.world.webhooks.pop(hook_id)
    call.world.webhook_secrets.pop(hook_id, None)
    call.world.webhook_seen_at.pop(hook_id, None)
    call.world.webhook_pending.pop(hook_id, None)
    return no_content()


def _suspend(call: Call) -> Answer:
    _hook(call)["suspended"] = times.wire(call.world.now())
    return no_content()


def _continue(call: Call) -> Answer:
    _hook(call).update({"suspended": None, "failedAttempts": 0})
    return no_content()


def _reset_token(call: Call) -> Answer:
    hooks = list(call.world.webhooks.values())
    if not hooks:
        raise not_found("Webhook", "")
    return ok(hooks[-1])


def add(router: Router) -> None:
    """Register the routes."""
    path, one = "/api/webhooks", "/api/webhooks/{id}"
    for method, template, handler in (
        ("GET", path, lambda call: ok(list(call.world.webhooks.values()))),
        ("POST", path, _post),
        ("PUT", f"{path}/reset-token", _reset_token),
        ("GET", one, lambda call: ok(_hook(call))),
        ("PUT", one, _change),
        ("PATCH", one, _change),
        ("DELETE", one, _delete),
        ("PUT", f"{one}/suspend", _suspend),
        ("PUT", f"{one}/continue", _continue),
    ):
        router.add(method, template, _self_hosted(handler))
