"""Where HighLevel's webhooks arrive: verified, stored, answered; the work comes later."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from orderbridge.api import bodies
from orderbridge.api.accounts import Account, Accounts, AppAccount
from orderbridge.catalogue import readers
from orderbridge.catalogue.ghl.order_bundle import ORDER
from orderbridge.connectors.ghl import webhooks
from orderbridge.connectors.ghl.webhooks import Delivery, SignatureError
from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError
from orderbridge.core.log import get
from orderbridge.engine.inbox import Inbox
from orderbridge.engine.lane_handlers import INSTALLATION
from orderbridge.store import inbox as stored
from orderbridge.store.database import Database
from orderbridge.store.inbox import NewDelivery

log = get(__name__)

# Deliveries for other people's locations are shown, but they must not fill the disk.
_UNKNOWN_CAP = 1000
_UNKNOWN_KEEP_S = 24 * 3600.0
# No id of HighLevel's is nearly as long, and an index of PostgreSQL takes only so much.
_LONGEST_ID = 200


class GhlHook:
    """``POST /hooks/ghl``."""

    def __init__(self, *, inbox: Inbox, db: Database, accounts: Accounts, max_body_bytes: int) -> None:
        self._inbox, self._db, self._accounts = inbox, db, accounts
        self._max_body_bytes = max_body_bytes

    async def __call__(self, request: Request) -> Response:
        """Answer 202 once the delivery is on disk; HighLevel repeats everything else up to twelve times."""
        raw = await bodies.whole(request, most=self._max_body_bytes)
        if raw is None:
            return _say(
                413, f"a webhook body may have {self._max_body_bytes} bytes; polling will fetch this record"
            )
        try:
            delivery = webhooks.read(raw)
        except BadRecordError as error:
            return _say(400, str(error))
        if delivery.entity_kind == "app" and (app := await self._accounts.find_app(delivery.app_id)):
            return await self._app_event(request, raw, delivery, app)
        account = await self._accounts.find(delivery.location_id)
        try:
            webhooks.verify(raw, request.headers, account.keys if account else self._accounts.strangers)
        except SignatureError as error:
            log.warning("a webhook was refused", reason=error.cause)
            return _say(401, str(error))
        if account is None:
            # One HighLevel key signs for everybody: a true signature does not make it ours.
            async with self._db.begin() as tx:
                await stored.keep_unknown(
                    tx,
                    location_id=_usable(delivery.location_id or delivery.company_id),
                    type_=delivery.type,
                    webhook_id=_usable(delivery.webhook_id),
                    cap=_UNKNOWN_CAP,
                    keep_s=_UNKNOWN_KEEP_S,
                )
            return _say(202, "this location is not connected here; noted, not run")
        new = await self._inbox.accept(await self._new_delivery(account, delivery, raw))
        return _say(202, "accepted" if new else "accepted before")

    async def _app_event(self, request: Request, raw: bytes, delivery: Delivery, app: AppAccount) -> Response:
        """Take news about one of our apps itself: who installed it, who took it away."""
        try:
            webhooks.verify(raw, request.headers, app.keys)
        except SignatureError as error:
            log.warning("a webhook was refused", reason=error.cause)
            return _say(401, str(error))
        new = await self._inbox.accept(_installation(app, delivery, raw))
        account = await self._accounts.find_now(delivery.location_id)
        if account is not None and delivery.entity_kind in account.listened:
            # A flow of that location hears of it too.
            await self._inbox.accept(await self._new_delivery(account, delivery, raw))
        return _say(202, "accepted" if new else "accepted before")

    async def _new_delivery(self, account: Account, delivery: Delivery, raw: bytes) -> NewDelivery:
        kind, type_ = delivery.entity_kind, delivery.type or "unknown"
        record_id = _usable(delivery.entity_id)
        if delivery.type is None and (shape := webhooks.shape_of(delivery.body)):
            # Some bodies do not say what happened, but only to what: reading the record tells the rest.
            kind, record_id = shape[0], _usable(shape[1])
            type_ = f"{kind}_untyped"
        reason = None
        if account.app_id and delivery.app_id and delivery.app_id != account.app_id:
            reason = f"sent for another app ({_usable(delivery.app_id) or 'with an unusable id'})"
        elif kind is None:
            reason = "an event that is not known; polling finds what changed"
        elif kind != ORDER and not await self._accounts.listening(account, kind):
            reason = f"no flow listens to {type_}"
        elif record_id is None:
            reason = f"{type_} without the id of its {kind}; polling finds what changed"
        lane = (
            None if reason or kind is None or record_id is None else readers.lane_of("ghl", kind, record_id)
        )
        return NewDelivery(
            connection_id=account.connection_id,
            delivery_id=_usable(delivery.webhook_id) or f"sha256:{hashlib.sha256(raw).hexdigest()}",
            source="webhook",
            type=type_,
            kind=kind or "unknown",
            record_id=record_id,
            lane_kind=lane[0] if lane else None,
            lane_record_id=lane[1] if lane else None,
            body=raw,
            # Live news goes before everything that a poll or a backfill brings.
            priority=10,
            reason=reason,
        )


def _installation(app: AppAccount, delivery: Delivery, raw: bytes) -> NewDelivery:
    place = _usable(delivery.location_id) or _usable(delivery.company_id)
    reason = None
    if delivery.type not in ("INSTALL", "UNINSTALL"):
        reason = f"nothing here depends on {delivery.type}"
    elif place is None:
        reason = f"{delivery.type} that names neither a location nor an agency"
    return NewDelivery(
        # No account of ours need exist yet: the app is what these belong to.
        connection_id=app.app,
        delivery_id=_usable(delivery.webhook_id) or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        source="webhook",
        type=delivery.type or "unknown",
        kind="app",
        record_id=place,
        lane_kind=INSTALLATION if reason is None else None,
        lane_record_id=place if reason is None else None,
        body=raw,
        priority=10,
        reason=reason,
    )


def _usable(text: str | None) -> str | None:
    # An id is exact or it is none.
    return text if text is not None and len(text) <= _LONGEST_ID and jsonio.UNREADABLE not in text else None


def _say(status: int, message: str) -> Response:
    return Response(jsonio.encode({"message": message}), status_code=status, media_type="application/json")
