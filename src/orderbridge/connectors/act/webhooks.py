"""Act!'s webhooks: registering, watching and resuming them, and reading what they call us with.

Self-hosted servers only. Act! looks at each monitor every 900 seconds and tells ids and dates; after three
calls that failed it suspends a webhook and tells nobody. There is no trigger for deletions, and the
registration's answer never shows the token again.

Source: Act! Web API notes, section 10.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from orderbridge.connectors.act.calls import ActCalls, part
from orderbridge.connectors.fields import instant, required_text, text
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject

CUSTOM = "Custom"
# Act!'s monitors that hold records, and our word for such a record.
KINDS = {
    "Contacts": "contact",
    "Companies": "company",
    "Opportunities": "opportunity",
    "History": "history",
    "Activities": "task",
    "Products": "product",
    CUSTOM: "custom",
}
TRIGGERS = ("Created", "Updated")
_PATH = "/api/webhooks"
# How a callback may be wrapped is not published; these are the words of Act!'s own lists and of .NET.
_WRAPPERS = ("value", "items", "data", "records", "results", "payload", "notifications", "changes")
_DEEPEST = 8


@dataclass(frozen=True, slots=True, order=True)
class Monitor:
    """What one webhook watches.

    Attributes:
        area: One of ``KINDS``.
        trigger: One of ``TRIGGERS``.
        table: Name of the custom table, for ``Custom`` only.
    """

    area: str
    trigger: str
    table: str | None = None

    @property
    def kind(self) -> str:
        """Our word for the records: ``contact``, or ``custom:Payments``."""
        return f"{KINDS[self.area]}:{self.table}" if self.table else KINDS[self.area]

    @property
    def slug(self) -> str:
        """The monitor as a part of a path and of a callback id: ``contacts-created``."""
        return "-".join(word.lower() for word in (self.area, self.table, self.trigger) if word)

    def __str__(self) -> str:
        """For people: ``Contacts created``."""
        return f"{self.table or self.area} {self.trigger.lower()}"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A registered webhook, ours or somebody else's.

    Attributes:
        callback_id: What whoever registered it calls it.
        suspended_at: Set when Act! has given up calling.
    """

    id: str
    area: str | None
    trigger: str | None
    table: str | None
    callback_url: str | None
    callback_id: str | None
    suspended_at: datetime | None
    failed_attempts: int
    last_sent_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Webhook:
        """Read a row of ``/api/webhooks``."""
        failed = data.get("failedAttempts")
        return cls(
            id=required_text(data, "id", what="Act! webhook"),
            area=text(data, "monitor"),
            trigger=text(data, "triggerEvent"),
            table=text(data, "monitorName"),
            callback_url=text(data, "callbackUrl"),
            callback_id=text(data, "callbackId"),
            suspended_at=instant(data.get("suspended")),
            failed_attempts=failed if isinstance(failed, int) else 0,
            last_sent_at=instant(data.get("lastNotificationSent")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A webhook to register; the token comes back with each call, in the Authorization header."""

    monitor: Monitor
    callback_url: str
    callback_id: str
    token: str = field(repr=False)

    def to_api(self) -> JsonObject:
        """Return Act!'s spelling.

        No ``queryOption``: repeating one of the default properties there silences a webhook for good.
        """
        body: JsonObject = {
            "monitor": self.monitor.area,
            "triggerEvent": self.monitor.trigger,
            "callbackUrl": self.callback_url,
            "callbackId": self.callback_id,
            "callbackToken": self.token,
            "description": f"orderbridge: {self.monitor}",
        }
        return body | ({"monitorName": self.monitor.table} if self.monitor.table else {})


class WebhookCalls(ActCalls):
    """The webhooks of this database; on Act! Cloud every one of these answers 404."""

    async def webhooks(self) -> list[Webhook]:
        """Return all that are registered, other people's included."""
        return [Webhook.parse(row) for row in await self._rows(_PATH)]

    async def register_webhook(self, request: WebhookRequest) -> Webhook:
        """Register one; twice makes two, so list first."""
        return await self._write("POST", _PATH, request.to_api(), Webhook.parse)

    async def continue_webhook(self, webhook_id: str) -> None:
        """Resume one that Act! suspended."""
        path = f"{_PATH}/{part(webhook_id)}/continue"
        # Resuming twice is the same as once.
        await self.http.call("PUT", path, repeatable=True, urgent=self._urgent)

    async def delete_webhook(self, webhook_id: str) -> None:
        """Delete one."""
        await self.http.call(
            "DELETE", f"{_PATH}/{part(webhook_id)}", repeatable=True, urgent=self._urgent, accept=(404,)
        )


def digest(token: str) -> str:
    """Return what of a token may be kept in the open: it has 256 random bits, so nobody can guess back."""
    return hashlib.sha256(token.encode()).hexdigest()


def carries_token(authorization: str | None, token_sha256: str) -> bool:
    """Tell whether a callback carries our token: as it was registered, or in the usual dress of a token."""
    given = (authorization or "").removeprefix("Bearer ").strip()
    # Digests have one length, so the time that this takes tells nothing about the token.
    return hmac.compare_digest(digest(given), token_sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One record that a callback names.

    Attributes:
        moment: When it was created or edited, as sent; None where the callback does not say.
    """

    record_id: str | None
    moment: str | None
    body: bytes


def read_callback(raw: bytes, trigger: str) -> list[Changed]:
    """Return the records that a callback names; none where no id can be found in it.

    The body's form is not published: one object, a list, or either of them inside a wrapper are read.
    """
    try:
        value = jsonio.decode(raw)
    except (ValueError, RecursionError):
        return []
    return [_changed(row, trigger) for row in _rows(value, 0)]


def _rows(value: Any, depth: int) -> Iterator[JsonObject | str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _rows(item, depth + 1)
    elif isinstance(value, str):
        # A bare list of ids.
        if value.strip():
            yield value.strip()
    elif isinstance(value, dict):
        row = {str(key).lower(): item for key, item in value.items()}
        # The wrapper first: it may have an id of its own, which is the webhook's.
        inner = [
            item
            for name in _WRAPPERS
            if isinstance(row.get(name), dict | list)
            for item in _rows(row[name], depth + 1)
        ]
        if inner:
            yield from inner
        elif text(row, "id"):
            yield row


def _changed(row: JsonObject | str, trigger: str) -> Changed:
    if isinstance(row, str):
        return Changed(record_id=row, moment=None, body=jsonio.encode(row))
    # The catalogue of products has its own names for both.
    names = ("created", "createdate") if trigger == "Created" else ("edited", "editdate")
    return Changed(record_id=text(row, "id"), moment=text(row, *names), body=jsonio.encode(row))
