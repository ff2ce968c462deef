"""/payments/integrations and /payments/custom-provider: kept simple, nothing here charges anybody."""

from __future__ import annotations

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.calls import Answer, Call, Route
from orderbridge.emulators.ghl.errors import payments_not_found
from orderbridge.emulators.ghl.routes.queries import ALT, LOCATION, LOCATION_ID
from orderbridge.emulators.ghl.state import APP_ID
from orderbridge.emulators.ghl.validation import Shape, boolean, one_of, text

_WHITELABEL = Shape(
    required="altId altType uniqueName title provider description imageUrl",
    altId=text,
    altType=LOCATION,
    uniqueName=text,
    title=text,
    provider=one_of("authorize-net", "nmi"),
    description=text,
    imageUrl=text,
)
_CUSTOM = Shape(
    required="name description paymentsUrl queryUrl imageUrl supportsSubscriptionSchedule",
    name=text,
    description=text,
    paymentsUrl=text,
    queryUrl=text,
    imageUrl=text,
    supportsSubscriptionSchedule=boolean,
)
_KEYS = Shape(required="apiKey publishableKey", apiKey=text, publishableKey=text)
_CONNECT = Shape(required="live test", live=_KEYS, test=_KEYS)
_DISCONNECT = Shape(required="liveMode", liveMode=boolean)
_CAPABILITIES = Shape(
    required="supportsSubscriptionSchedules",
    supportsSubscriptionSchedules=boolean,
    companyId=text,
    locationId=text,
)


def _create_whitelabel(call: Call) -> Answer:
    world = call.world
    row = {name: value for name, value in call.body.items() if name != "uniqueName"}
    row |= {"_id": world.object_id(), "route": call.body["uniqueName"]}
    return Answer(world.providers.add(row | {"createdAt": world.now(), "updatedAt": world.now()}))


def _list_whitelabel(call: Call) -> Answer:
    # Described as one object, named in the plural; the service's default limit is 0.
    return Answer({"providers": list(call.world.providers)})


def _create(call: Call) -> Answer:
    world = call.world
    row: JsonObject = {name: call.body[name] for name in call.body if name != "supportsSubscriptionSchedule"}
    world.custom_provider = row | {
        "_id": world.object_id(),
        "locationId": call.query["locationId"],
        "marketplaceAppId": APP_ID,
        "paymentProvider": {},
        "deleted": False,
        "createdAt": world.now(),
        "updatedAt": world.now(),
    }
    return _config(call)


def _config(call: Call) -> Answer:
    if call.world.custom_provider is None:
        raise payments_not_found("Custom provider", call.world.uuid())
    return Answer(call.world.custom_provider | {"traceId": call.world.uuid()})


def _delete(call: Call) -> Answer:
    _config(call)
    call.world.custom_provider = None
    return Answer({"success": True})


def _connect(call: Call) -> Answer:
    _config(call)
    # The keys are secrets: that they came is all that is remembered.
    modes = {mode: {"connected": True} for mode in call.body}
    call.world.custom_provider = (call.world.custom_provider or {}) | {"paymentProvider": modes}
    return _config(call)


def _disconnect(call: Call) -> Answer:
    _config(call)
    mode = "live" if call.body["liveMode"] else "test"
    provider = call.world.custom_provider or {}
    left = {name: value for name, value in provider["paymentProvider"].items() if name != mode}
    call.world.custom_provider = provider | {"paymentProvider": left}
    return Answer({"success": True})


def _changed(call: Call) -> Answer:
    _config(call)
    return Answer({"success": True})


_WHITELABEL_PATH = "/payments/integrations/provider/whitelabel"
_PROVIDER = "/payments/custom-provider"

ROUTES = [
    Route("POST", _WHITELABEL_PATH, _create_whitelabel, body=_WHITELABEL),
    Route("GET", _WHITELABEL_PATH, _list_whitelabel, query=ALT),
    Route("POST", f"{_PROVIDER}/provider", _create, query=LOCATION_ID, body=_CUSTOM),
    Route("DELETE", f"{_PROVIDER}/provider", _delete, query=LOCATION_ID),
    Route("GET", f"{_PROVIDER}/connect", _config, query=LOCATION_ID),
    Route("POST", f"{_PROVIDER}/connect", _connect, query=LOCATION_ID, body=_CONNECT),
    Route("POST", f"{_PROVIDER}/disconnect", _disconnect, query=LOCATION_ID, body=_DISCONNECT),
    Route("PUT", f"{_PROVIDER}/capabilities", _changed, body=_CAPABILITIES),
]
