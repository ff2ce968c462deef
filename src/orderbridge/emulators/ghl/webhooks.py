"""Delivering webhooks the way HighLevel does: signed, at least once, in no certain order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

import aiohttp

from orderbridge.core import jsonio
from orderbridge.core.errors import SetupError
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.faults import GhlFaults
from orderbridge.emulators.ghl.signing import WebhookSigner

_WORKERS = 16
# What the portal would offer for sending again; old entries go first.
_LOG_ROWS = 20_000
_REAL_HOSTS = ("leadconnectorhq.com", "gohighlevel.com", "msgsndr.com")


@dataclass(slots=True)
class _Delivery:
    label: str
    body: bytes
    webhook_id: str
    tries: int = 0
    # Sent only after this one was tried, so that a swap of two events is certain.
    then: _Delivery | None = None


@dataclass(slots=True)
class _Logged:
    label: str
    body: bytes
    record_id: str
    copies: int = 1
    lost: bool = False
    swapped: bool = False
    arrived: bool = False

    def as_dict(self, webhook_id: str) -> JsonObject:
        """The entry as ``GET /_twin/webhooks/log`` shows it."""
        return {
            "webhook_id": webhook_id,
            "type": self.label,
            "record": self.record_id,
            "copies": self.copies,
            "lost": self.lost,
            "swapped": self.swapped,
            "arrived": self.arrived,
        }


@dataclass(slots=True)
class WebhookCounts:
    """What became of the deliveries.

    Attributes:
        sent: Deliveries handed to the sender, further copies included.
        lost: Never sent because a switch said so, or given up after the last retry.
        attempts: Requests made.
    """

    sent: int = 0
    delivered: int = 0
    lost: int = 0
    attempts: int = 0

    @property
    def pending(self) -> int:
        """Still being tried."""
        return self.sent - self.delivered - self.lost

    def as_dict(self) -> dict[str, int]:
        """The counts as ``GET /_twin/truth`` shows them."""
        return {
            "sent": self.sent,
            "delivered": self.delivered,
            "lost": self.lost,
            "pending": self.pending,
            "attempts": self.attempts,
        }


class WebhookDeliverer:
    """Sends events to one URL; without a URL nothing is sent."""

    def __init__(self, url: str | None, *, faults: GhlFaults, rng: Random) -> None:
        self.url = _harmless(url)
        self.signer = WebhookSigner()
        self.counts = WebhookCounts()
        self._faults = faults
        self._rng = rng
        self._queue: asyncio.Queue[_Delivery] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._timers: set[asyncio.TimerHandle] = set()
        self._session: aiohttp.ClientSession | None = None
        self._idle = asyncio.Event()
        # By webhookId: the event's name, its exact bytes, and what became of it.
        self._log: dict[str, _Logged] = {}

    def point_at(self, url: str | None) -> None:
        """Send what comes from now on to ``url``.

        Raises:
            SetupError: The URL is one of HighLevel's own hosts.
        """
        self.url = _harmless(url)

    def submit(self, events: Sequence[JsonObject]) -> None:
        """Send the events that one thing caused.

        Must be called in a running event loop when a URL is set.
        """
        if self.url is None:
            return
        waiting = [delivery for event in events for delivery in self._deliveries(event)]
        if self._faults["webhook_reorder"] or self._happens("webhook_reorder_share"):
            waiting = self._swapped(waiting)
        for delivery in waiting:
            self._later(delivery, self._faults["webhook_delay_s"])

    def resend(self, webhook_ids: Sequence[str] | None = None) -> list[str]:
        """Send again, with the original bytes; by default what never arrived."""
        chosen = [
            webhook_id
            for webhook_id, entry in self._log.items()
            if (webhook_id in webhook_ids if webhook_ids is not None else not entry.arrived)
        ]
        for webhook_id in chosen:
            entry = self._log[webhook_id]
            self.counts.sent += 1
            self._later(_Delivery(entry.label, entry.body, webhook_id), 0)
        return chosen

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Send ``body`` once exactly as given and return the receiver's status."""
        async with self._client().post(str(self.url), data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def flush(self, *, timeout_s: float) -> bool:
        """Wait until every delivery is done or lost; False when that took too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.counts.pending:
                    self._idle.clear()
                    await self._idle.wait()
        return self.counts.pending == 0

    def forget(self) -> None:
        """Drop the counts and the log."""
        self.counts = WebhookCounts()
        self._log.clear()

    async def close(self) -> None:
        """Stop sending; what is pending stays undelivered."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queue = asyncio.Queue()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _deliveries(self, event: JsonObject) -> list[_Delivery]:
        label = str(event.get("type", ""))
        copies = (
            1 + int(self._faults.take("webhook_duplicate", label)) + self._happens("webhook_duplicate_share")
        )
        lost = self._faults["webhook_paused"] or self._faults.take("webhook_lose", label)
        lost = lost or self._happens("webhook_lose_share")
        self.counts.sent += copies
        body, webhook_id = jsonio.encode(event), str(event.get("webhookId", ""))
        record_id = str(event.get("_id") or event.get("id") or "")
        self._remember(webhook_id, _Logged(label, body, record_id, copies, lost=bool(lost)))
        if lost:
            self._finish(lost=copies)
            return []
        return [_Delivery(label, body, webhook_id) for _ in range(copies)]

    def _happens(self, share: str) -> bool:
        # A switch that is off throws no dice, so that what others chose stays as it was.
        chance: float = self._faults[share]
        return chance > 0 and self._rng.random() < chance

    def _swapped(self, waiting: list[_Delivery]) -> list[_Delivery]:
        """Put the OrderStatusUpdate first and hang its OrderCreate behind it."""
        creates = [delivery for delivery in waiting if delivery.label == "OrderCreate"]
        updates = [delivery for delivery in waiting if delivery.label == "OrderStatusUpdate"]
        if not creates or not updates:
            return waiting
        updates[0].then = creates[0]
        for delivery in (updates[0], creates[0]):
            self._log[delivery.webhook_id].swapped = True
        return [delivery for delivery in waiting if delivery is not creates[0]]

    def log(self) -> list[JsonObject]:
        """What was to be sent, oldest first, and what became of it."""
        return [entry.as_dict(webhook_id) for webhook_id, entry in self._log.items()]

    def _later(self, delivery: _Delivery, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        if not self._tasks:
            self._tasks = [loop.create_task(self._work()) for _ in range(_WORKERS)]
        if wait_s <= 0:
            self._queue.put_nowait(delivery)
            return

        def due() -> None:
            self._timers.discard(timer)
            self._queue.put_nowait(delivery)

        timer = loop.call_later(wait_s, due)
        self._timers.add(timer)

    async def _work(self) -> None:
        while True:
            delivery = await self._queue.get()
            delivered = await self._attempt(delivery)
            following, delivery.then = delivery.then, None
            if following is not None:
                self._queue.put_nowait(following)
            if delivered:
                if delivery.webhook_id in self._log:
                    self._log[delivery.webhook_id].arrived = True
                self._finish(delivered=1)
            elif delivery.tries > self._faults["webhook_retries"]:
                self._finish(lost=1)
            else:
                self._later(delivery, self._backoff_s(delivery.tries))

    async def _attempt(self, delivery: _Delivery) -> bool:
        delivery.tries += 1
        self.counts.attempts += 1
        headers = {"Content-Type": "application/json"}
        headers |= self.signer.headers(delivery.body, self._faults, label=delivery.label)
        timeout = aiohttp.ClientTimeout(total=self._faults["webhook_timeout_s"])
        try:
            async with self._client().post(
                str(self.url), data=delivery.body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                await answer.read()
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _backoff_s(self, tries: int) -> float:
        longest: float = self._faults["webhook_retry_cap_s"]
        wait: float = min(longest, self._faults["webhook_retry_base_s"] * 2 ** (tries - 1))
        return wait * self._rng.uniform(0.5, 1.0)

    def _remember(self, webhook_id: str, entry: _Logged) -> None:
        self._log[webhook_id] = entry
        if len(self._log) > _LOG_ROWS:
            del self._log[next(iter(self._log))]

    def _finish(self, *, delivered: int = 0, lost: int = 0) -> None:
        self.counts.delivered += delivered
        self.counts.lost += lost
        if not self.counts.pending:
            self._idle.set()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_WORKERS),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers={"User-Agent"},
            )
        return self._session


def _harmless(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    if host is not None and host.endswith(_REAL_HOSTS):
        raise SetupError(
            f"the twin never calls a real HighLevel host, and {host} is one; give the URL of your own receiver",
            cause="twin.real_host",
        )
    return url
